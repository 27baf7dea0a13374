package card

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"linli/app"
)

// Service is the reader whose maker's program answers HTTP on this machine.
type Service struct {
	once
	url    string
	client *http.Client
	names  map[string]string // where each field stands in the answer
	poll   time.Duration
}

// Where a service's answer has its fields, unless the address says otherwise.
var usualNames = map[string]string{
	"record": "record", "name": "name", "sex": "sex", "nation": "nation", "birth": "birth", "address": "address",
	"number": "number", "issuer": "issuer", "from": "from", "until": "until", "fault": "fault",
}

// mostAnswer is the longest answer that is read; some have the photograph in them.
const mostAnswer = 1 << 20

// NewService answers the reader at http://127.0.0.1:PORT/PATH. It asks again and again (?poll=, 500ms) and takes a JSON object. Where a field stands
// in it is said in the query, with dots into inner objects:
//
//	?record=data.base64                                           the record of 256 bytes in Base64, or
//	?name=data.certName&sex=…&nation=…&birth=…&address=…&number=…&issuer=…&from=…&until=…
//	&fault=data.error                                             something lies there that cannot be read: any value but "", 0, false and null
//
// What is not said keeps its own name. Sex and nation may be codes or Chinese names, days 20200101 or 2020-01-01, until may be 长期. Where neither a
// record nor a number stands, and with the states 204 and 404, no card lies there. Parameters other than these are handed on to the service.
// Only addresses of this machine are taken: what stands on a card does not go over a network in the clear.
func NewService(u *url.URL) (*Service, error) {
	host := u.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("a service on this machine, 127.0.0.1 or localhost")
	}
	if u.User != nil {
		return nil, errors.New("an address without a password")
	}
	s := &Service{names: map[string]string{}}
	var err error
	if s.poll, err = among(u, "poll", 500*time.Millisecond, 50*time.Millisecond, 10*time.Second); err != nil {
		return nil, err
	}
	query := u.Query()
	query.Del("poll")
	for field, usual := range usualNames {
		s.names[field] = usual
		if said := query.Get(field); said != "" {
			s.names[field] = said
		}
		query.Del(field)
	}
	at := *u
	at.RawQuery, at.Fragment = query.Encode(), ""
	s.url = at.String()
	s.client = &http.Client{
		Timeout: pace.answer,
		Transport: &http.Transport{
			Proxy:                 nil,
			MaxConnsPerHost:       1,
			ResponseHeaderTimeout: pace.answer,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if name, port, err := net.SplitHostPort(address); err == nil && name == "localhost" {
					address = net.JoinHostPort("127.0.0.1", port) // whatever this machine's names say
				}
				return (&net.Dialer{Timeout: pace.answer}).DialContext(ctx, network, address)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// Run implements [Reader].
func (s *Service) Run(ctx context.Context, take func(Event)) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.client.CloseIdleConnections()
	d := &desk{take: take}
	var again retry
	for {
		p, err := s.ask(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errService) {
			d.gone(err)
			if !again.wait(ctx) {
				return nil
			}
			continue
		}
		again.well()
		if errors.Is(err, errNothing) {
			d.removed()
		} else {
			d.parsed(p, err)
		}
		if !wait(ctx, s.poll) {
			return nil
		}
	}
}

// errService says that the service is away. What it said stands nowhere: that may be about a person.
var errService = errors.New("card: the reader's service does not answer as it should")

// ask asks once.
func (s *Service) ask(ctx context.Context) (Person, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return Person{}, errService
	}
	a, err := s.client.Do(r)
	if err != nil {
		return Person{}, errService
	}
	defer func() { _ = a.Body.Close() }()
	switch a.StatusCode {
	case http.StatusOK:
	case http.StatusNoContent, http.StatusNotFound:
		return Person{}, errNothing
	default:
		return Person{}, fmt.Errorf("%w: state %d", errService, a.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, mostAnswer+1))
	defer clear(body)
	if err != nil || len(body) > mostAnswer {
		return Person{}, errService
	}
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		return Person{}, errService
	}
	return s.person(answer)
}

// person reads an answer.
func (s *Service) person(answer map[string]any) (Person, error) {
	get := func(field string) string { return at(answer, s.names[field]) }
	if record := get("record"); record != "" {
		raw, err := base64.StdEncoding.DecodeString(record)
		if err != nil {
			return Person{}, app.Bad(app.CodeInvalid, "record")
		}
		return Parse(raw)
	}
	if get("number") == "" {
		if get("fault") != "" {
			return Person{}, app.Bad(app.CodeInvalid, "record")
		}
		return Person{}, errNothing
	}
	return fields{
		name: get("name"), sex: get("sex"), nation: get("nation"), birth: get("birth"), address: get("address"),
		number: get("number"), issuer: get("issuer"), from: get("from"), until: get("until"),
	}.person(Resident)
}

// at answers what stands in an answer at a path such as data.name; empty for what says nothing.
func at(answer map[string]any, path string) string {
	first, rest, deeper := strings.Cut(path, ".")
	switch v := answer[first].(type) {
	case map[string]any:
		if deeper {
			return at(v, rest)
		}
	case string:
		if !deeper {
			return trimmed(v)
		}
	case float64:
		if !deeper && v != 0 {
			return fmt.Sprintf("%.0f", v)
		}
	case bool:
		if !deeper && v {
			return "true"
		}
	}
	return ""
}

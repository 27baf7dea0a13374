package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"linli/app"
	"linli/store"
)

// logLine is one entry as --json shows it. Without --record only the number of
// changes is told.
type logLine struct {
	Seq     int64       `json:"seq"`
	Hash    string      `json:"hash"`
	Scope   string      `json:"scope"`
	Origin  string      `json:"origin"`
	N       int64       `json:"n"`
	At      string      `json:"at"`
	Action  string      `json:"action"`
	Actor   string      `json:"actor"`
	Name    string      `json:"name"`
	Verb    string      `json:"verb"`
	Count   int         `json:"count"`
	Changes []logChange `json:"changes,omitempty"`
}

type logChange struct {
	Table  string            `json:"table"`
	Row    string            `json:"row"`
	Values map[string]string `json:"values"`
}

// log prints the entries as they are read, oldest first: a log can be longer
// than the memory.
func (c *call) log() error {
	record := *c.text["record"]
	return c.with(func(s *store.Store, by app.Actor) error {
		w := bufio.NewWriter(c.out)
		count := 0
		err := s.Log(c.ctx, by, record, *c.numbers["limit"], func(e store.LogEntry) error {
			count++
			if !c.json {
				return c.printEntry(w, e, record != "")
			}
			line := logLine{
				Seq: e.Seq, Hash: e.Hash, Scope: e.Scope, Origin: e.Origin, N: e.N, At: e.At.Format(time.RFC3339Nano),
				Action: e.Action, Actor: e.Actor, Name: e.Name, Verb: e.Verb, Count: len(e.Changes),
			}
			if record != "" {
				for _, ch := range e.Changes {
					line.Changes = append(line.Changes, logChange{ch.Table, ch.Row, ch.Values})
				}
			}
			b, err := json.Marshal(line)
			if err != nil {
				return err
			}
			sep := ","
			if count == 1 {
				sep = `{"entries":[`
			}
			_, err = w.WriteString(sep + string(b))
			return err
		})
		if err != nil && count == 0 {
			return err
		}
		if c.json {
			if count == 0 {
				_, _ = w.WriteString(`{"entries":[`)
			}
			// An error half-way still leaves one whole object behind.
			tail := "]}\n"
			if err != nil {
				tail = `],"error":{"code":"` + codeOf(err) + `"}}` + "\n"
			}
			_, _ = w.WriteString(tail)
		}
		if flushed := w.Flush(); err == nil {
			return flushed
		}
		fmt.Fprintln(c.err, c.sentence(err))
		return errFailed
	})
}

func (c *call) printEntry(w *bufio.Writer, e store.LogEntry, values bool) error {
	_, err := fmt.Fprintln(w, c.say("ctl.log.entry", e.At.Format(time.DateTime), e.Name, e.Verb, len(e.Changes), e.Hash[:8]))
	if !values {
		return err
	}
	for _, ch := range e.Changes {
		parts := make([]string, len(ch.Columns))
		for i, column := range ch.Columns {
			parts[i] = column + "=" + strings.ReplaceAll(ch.Values[column], "\n", " ")
		}
		_, err = fmt.Fprintf(w, "    %s %s\n", ch.Table, strings.Join(parts, "  "))
	}
	return err
}

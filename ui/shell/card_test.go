package shell

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/kiosk/card"
)

// A scanner that types into the kiosk's window is heard, by the time of the keys.
func TestAScannerTypesIntoTheWindow(t *testing.T) {
	w := test.NewTempWindow(t, nil)
	s := shell{opts: Options{Card: "sim:// wedge://"}}
	r := s.cards()
	now := time.Date(2026, time.November, 23, 9, 30, 0, 0, time.UTC)
	gap := 8 * time.Millisecond
	listenToKeys(w.Canvas(), r, func() time.Time { now = now.Add(gap); return now })
	events := make(chan card.Event, 10)
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx, func(e card.Event) { events <- e }) }()
	typed := func(text string) {
		test.TypeOnCanvas(w.Canvas(), text)
		w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	gap = 200 * time.Millisecond
	typed("typed by hand")
	gap = 8 * time.Millisecond
	typed("LINLI:1:X")
	if e := <-events; e.What != card.Scanned || e.Text != "LINLI:1:X" {
		t.Errorf("%v", e)
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !card.Reads(r) || card.Reads(&logged{Reader: card.NewKeys()}) {
		t.Error("a reader says another thing of itself than it does")
	}
}

// Where nobody types, the window's keys are left alone.
func TestNoScannerNoKeys(t *testing.T) {
	w := test.NewTempWindow(t, nil)
	s := shell{opts: Options{Card: "sim://"}}
	listenToKeys(w.Canvas(), s.cards(), time.Now)
	listenToKeys(w.Canvas(), nil, time.Now)
	if w.Canvas().OnTypedRune() != nil || w.Canvas().OnTypedKey() != nil {
		t.Error("keys are listened to")
	}
	if (&shell{}).cards() != nil {
		t.Error("there is a reader")
	}
}

// told is a reader that tells what it was given.
type told []card.Event

func (t told) Run(_ context.Context, take func(card.Event)) error {
	for _, e := range t {
		take(e)
	}
	return nil
}

// The log says what is wrong with a reader, and nothing of a card.
func TestTheLogKnowsNobody(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	defer slog.SetDefault(before)
	p := card.People()[0]
	var taken int
	reader := &logged{Reader: told{
		{What: card.Placed, Person: p},
		{What: card.Removed},
		{What: card.Unreadable, Fault: app.Bad(app.CodeIDChecksum, "number")},
		{What: card.Scanned, Text: "LINLI:1:R:1:246810"},
		{What: card.Gone},
		{What: card.Back},
	}}
	err := reader.Run(t.Context(), func(card.Event) { taken++ })
	if err != nil || taken != 6 {
		t.Fatalf("%d events, %v", taken, err)
	}
	said := out.String()
	for _, value := range []string{p.Name, p.IDNumber, "246810", "placed"} {
		if strings.Contains(said, value) {
			t.Error("the log tells of a card")
		}
	}
	for _, word := range []string{"unreadable", "number", "gone", "back"} {
		if !strings.Contains(said, word) {
			t.Errorf("the log does not say %q", word)
		}
	}
}

// A reader that went away is found by the self-test until it is back.
func TestTheSelfTestFindsAReaderThatIsAway(t *testing.T) {
	var answers []bool
	reader := &logged{}
	reader.Reader = told{{What: card.Placed}, {What: card.Gone}, {What: card.Back}, {What: card.Gone, Fault: errAway}}
	if err := reader.Run(t.Context(), func(card.Event) { answers = append(answers, reader.Check(t.Context()) == nil) }); err != nil {
		t.Fatal(err)
	}
	if want := []bool{true, false, true, false}; !slices.Equal(answers, want) {
		t.Errorf("it answers: %v, want %v", answers, want)
	}
}

package app

import (
	"context"
	"time"
)

// TroubleKind is a part of a kiosk that can need somebody: "printer", "disk".
type TroubleKind string

// Trouble is how one part of a kiosk is since a moment. There is nothing in it about any resident.
type Trouble struct {
	Kind  TroubleKind
	Code  string // what is the matter, such as "paper"; "" when it is well again
	Since time.Time
}

const maxTroubleWord = 24

// Validate answers CodeInvalid where kind or code are no words: nothing that somebody typed can pass for one.
func (t Trouble) Validate() error {
	switch {
	case len(t.Kind) > maxTroubleWord || !letters(string(t.Kind)):
		return Bad(CodeInvalid, "kind")
	case len(t.Code) > maxTroubleWord || t.Code != "" && !letters(t.Code):
		return Bad(CodeInvalid, "code")
	case t.Since.IsZero():
		return Bad(CodeInvalid, "since")
	}
	return nil
}

// TroublePort takes how a kiosk's parts are. It is a kiosk's own and writes only the public scope.
type TroublePort interface {
	// Report keeps what is different from what was said before; the same again writes nothing.
	Report(ctx context.Context, parts []Trouble) error
}

// KioskTrouble is a trouble as a desk sees it.
type KioskTrouble struct {
	Trouble
	ID      string // of the trouble; the same part's next one has another
	Machine int    // the kiosk's number
	Name    string // what people call it; "" where nobody has named it
}

// KiosksPort reads what is the matter with the hall's kiosks; ActServe.
type KiosksPort interface {
	// Troubles lists what needs somebody, the longest first. What is well again, what a person has put
	// aside, and kiosks that were taken out of the hall are not in it.
	Troubles(ctx context.Context, by Actor) ([]KioskTrouble, error)
}

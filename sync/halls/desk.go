package halls

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// deskFile keeps what belongs to the machine and to none of its halls.
const deskFile = "supervisor.json"

// desk is the content of the file.
type desk struct {
	PIN   string            `json:"pin,omitempty"`   // its hash; nobody can read it back
	Tries int               `json:"tries,omitempty"` // wrong ones since the last right one
	Tried time.Time         `json:"tried,omitzero"`
	Names map[string]string `json:"names,omitempty"` // by hall, for one that cannot be opened
}

func readDesk(dir string) (d desk, err error) {
	const op = "halls: read"
	b, err := os.ReadFile(filepath.Join(dir, deskFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d, nil
	case err != nil:
		return d, &app.Error{Code: app.CodeReadOnly, Op: op, Err: err}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return d, &app.Error{Code: app.CodeDamaged, Op: op, Err: err}
	}
	return d, nil
}

// write puts it on the disk before it answers.
func (d desk) write(dir string) error {
	return store.WriteFile(filepath.Join(dir, deskFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	})
}

// name notes a hall's name and answers whether it is another than before.
func (d *desk) name(hall, name string) bool {
	if name == "" || d.Names[hall] == name {
		return false
	}
	if d.Names == nil {
		d.Names = map[string]string{}
	}
	d.Names[hall] = name
	return true
}

// HasPIN implements [app.OverviewPort].
func (h *Halls) HasPIN(context.Context) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d, err := readDesk(h.dir)
	return d.PIN != "", err
}

// ChoosePIN implements [app.OverviewPort].
func (h *Halls) ChoosePIN(_ context.Context, pin string) error {
	if err := app.GoodPIN(pin); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	d, err := readDesk(h.dir)
	if err != nil {
		return err
	}
	if d.PIN != "" {
		return app.Bad(app.CodeDuplicate, "pin")
	}
	d.PIN, d.Tries, d.Tried = seal.HashPIN(pin), 0, time.Time{}
	return d.write(h.dir)
}

// SignIn implements [app.OverviewPort].
func (h *Halls) SignIn(_ context.Context, pin string) (app.Actor, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d, err := readDesk(h.dir)
	if err != nil {
		return app.Actor{}, err
	}
	now := h.clock.Now()
	if err := app.MayTry(d.Tries, d.Tried, now); err != nil {
		return app.Actor{}, err
	}
	d.Tries, d.Tried = d.Tries+1, now
	if err := d.write(h.dir); err != nil {
		return app.Actor{}, err
	}
	if d.PIN == "" || !seal.CheckPIN(d.PIN, pin) {
		return app.Actor{}, app.WrongPIN(d.Tries)
	}
	d.Tries, d.Tried = 0, time.Time{}
	return app.SupervisorActor(), d.write(h.dir)
}

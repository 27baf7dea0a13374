package day

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Face names a face as its targets file does.
type Face string

// The three faces of a demo hall.
const (
	Kiosk Face = "citizen"
	Desk  Face = "desk"
	Board Face = "board"
)

// Faces lists the three, in the order in which they stand on the display.
func Faces() []Face { return []Face{Kiosk, Desk, Board} }

// Screen is what one face says that it shows.
type Screen struct {
	Page    string                `json:"page"`
	Gen     int                   `json:"gen"`
	Targets map[string][4]float64 `json:"targets"` // id → x, y, width, height in the window
	Texts   []string              `json:"texts"`
}

// Says answers whether all words are written on the screen. How they are broken
// into lines does not matter.
func (s Screen) Says(words ...string) bool {
	all := squeezed(strings.Join(s.Texts, "\n"))
	for _, w := range words {
		if !strings.Contains(all, squeezed(w)) {
			return false
		}
	}
	return true
}

// squeezed is a text without its blanks.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// Has answers whether all ids can be touched.
func (s Screen) Has(ids ...string) bool {
	for _, id := range ids {
		if _, ok := s.Targets[id]; !ok {
			return false
		}
	}
	return true
}

// isKey answers whether an id is a digit on a number pad, a letter of a keyboard, or
// a word above it; a tile may bear a digit as well.
func (s Screen) isKey(id string) bool {
	return s.Has("del") && (len(id) == 1 || strings.HasPrefix(id, "take:"))
}

// IDs are all that can be touched, in alphabetical order.
func (s Screen) IDs() []string {
	ids := make([]string, 0, len(s.Targets))
	for id := range s.Targets {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// read reads what a face last said. A face that has said nothing yet is an empty
// screen.
func read(folder string, f Face) (Screen, error) {
	var s Screen
	data, err := os.ReadFile(filepath.Join(folder, string(f)+".json"))
	if os.IsNotExist(err) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}

// said is when a face last said what it shows.
func said(folder string, f Face) time.Time {
	info, err := os.Stat(filepath.Join(folder, string(f)+".json"))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

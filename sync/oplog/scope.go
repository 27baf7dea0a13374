package oplog

import (
	"errors"
	"strings"
)

// Scope is the unit of replication and of rights:
// hall/<id>/public, hall/<id>/desk, hall/<id>/care, hall/<id>/intake or district/<id>.
// An id is 1 to 64 of the characters a–z, 0–9, "-" and "_".
type Scope string

// The parts of a hall. Public is what a kiosk may hold; desk has residents, cases and visits; care has
// health; intake is written by kiosks and read by desks.
const (
	Public = "public"
	Desk   = "desk"
	Care   = "care"
	Intake = "intake"
)

// ErrScope reports text that is not a well-formed [Scope].
var ErrScope = errors.New("oplog: malformed scope")

// HallScope is the scope of one part of a hall: [Public], [Desk], [Care] or [Intake].
func HallScope(hall, part string) Scope { return Scope("hall/" + hall + "/" + part) }

// DistrictScope is the scope that the halls of a district share.
func DistrictScope(id string) Scope { return Scope("district/" + id) }

// Check returns [ErrScope] unless s is well-formed.
func (s Scope) Check() error {
	if rest, ok := strings.CutPrefix(string(s), "district/"); ok && validID(rest) {
		return nil
	}
	if hall, part := s.split(); validID(hall) {
		switch part {
		case Public, Desk, Care, Intake:
			return nil
		}
	}
	return ErrScope
}

// Hall is the id of the hall that s belongs to, or "" for a district.
func (s Scope) Hall() string {
	hall, _ := s.split()
	return hall
}

// Part is what part of a hall s is, or "" for a district.
func (s Scope) Part() string {
	_, part := s.split()
	return part
}

func (s Scope) split() (hall, part string) {
	rest, ok := strings.CutPrefix(string(s), "hall/")
	if !ok {
		return "", ""
	}
	hall, part, _ = strings.Cut(rest, "/")
	return hall, part
}

func validID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

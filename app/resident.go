package app

import (
	"context"
	"time"
)

// Resident is a person of the community, with the person fields of GB/T 31000.
// Values are codes of the standards where the comment names one.
type Resident struct {
	ID                string
	Name              string
	FormerName        string
	IDNumber          string // 公民身份号码, GB 11643
	Sex               string // GB/T 2261.1
	Birth             string // YYYY-MM-DD
	Ethnic            string // GB/T 3304
	NativePlace       string // 籍贯, 6-digit division
	Marital           string // GB/T 2261.2
	Politics          string // GB/T 4762
	Education         string // GB/T 4658
	Religion          string
	Occupation        string
	Employer          string // 服务处所
	Phone             string // 联系方式
	HouseholdDivision string // 户籍地
	HouseholdAddress  string // 户籍门(楼)详址
	Division          string // 现住地
	Address           string // 现住门(楼)详址
	GridID            string
	Deleted           bool
}

// ResidentColumns lists the editable columns of a resident by table column name,
// in the order forms show them.
func ResidentColumns() []string {
	return []string{
		"name", "id_number", "sex", "birth", "ethnic", "phone", "address", "grid",
		"former_name", "native_place", "marital", "politics", "education", "religion",
		"occupation", "employer", "household_division", "household_address", "division",
	}
}

// Column answers where the value of a column is kept, to read or to change it;
// nil for a name that is no column of [ResidentColumns].
func (r *Resident) Column(name string) *string {
	switch name {
	case "name":
		return &r.Name
	case "former_name":
		return &r.FormerName
	case "id_number":
		return &r.IDNumber
	case "sex":
		return &r.Sex
	case "birth":
		return &r.Birth
	case "ethnic":
		return &r.Ethnic
	case "native_place":
		return &r.NativePlace
	case "marital":
		return &r.Marital
	case "politics":
		return &r.Politics
	case "education":
		return &r.Education
	case "religion":
		return &r.Religion
	case "occupation":
		return &r.Occupation
	case "employer":
		return &r.Employer
	case "phone":
		return &r.Phone
	case "household_division":
		return &r.HouseholdDivision
	case "household_address":
		return &r.HouseholdAddress
	case "division":
		return &r.Division
	case "address":
		return &r.Address
	case "grid":
		return &r.GridID
	}
	return nil
}

// Found is one line of a search result, masked for the one who asked.
type Found struct {
	ID      string
	Name    string
	Sex     string
	Age     int // 0 when the birth date is not known
	IDTail  string
	Phone   string // masked
	Address string
	GridID  string
}

// Change is one step of a record's history, read from the log.
type Change struct {
	At     time.Time
	By     string // name of the actor
	Verb   string
	Column string
	Value  string // as it may be shown to the reader: masked where sealed
	Entry  string // the log entry's hash, short
}

// RegistryPort keeps the residents.
type RegistryPort interface {
	// Find searches by pinyin initials, full pinyin, name part, last 4 of the ID
	// number, phone and address, and answers at most limit lines, best first.
	// gridID limits it to a grid and those below; empty for all.
	Find(ctx context.Context, by Actor, query, gridID string, limit int) ([]Found, error)
	// Resident answers a resident masked for by, and the form to edit them.
	Resident(ctx context.Context, by Actor, id string) (Resident, Form, error)
	// Reveal answers one sealed column in full and writes an access entry first.
	Reveal(ctx context.Context, by Actor, id, column string) (string, error)
	// Save adds (zero form) or edits: columns holds only what the person changed.
	// Errors: CodeDuplicate with the other's id when the ID number is known.
	Save(ctx context.Context, by Actor, f Form, columns map[string]string) (string, error)
	// History answers the record's changes from the log, newest first.
	History(ctx context.Context, by Actor, id string) ([]Change, error)
}

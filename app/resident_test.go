package app_test

import (
	"reflect"
	"testing"

	"linli/app"
)

func TestEveryColumnIsAFieldOfItsOwn(t *testing.T) {
	var r app.Resident
	seen := map[*string]string{}
	for _, c := range app.ResidentColumns() {
		p := r.Column(c)
		if p == nil {
			t.Errorf("%s has no field", c)
			continue
		}
		if other := seen[p]; other != "" {
			t.Errorf("%s and %s are one field", c, other)
		}
		seen[p] = c
		*p = c
	}
	for _, c := range app.ResidentColumns() {
		if p := r.Column(c); p != nil && *p != c {
			t.Errorf("%s holds %q", c, *p)
		}
	}
	// And every field but the two that forms do not edit is a column.
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name != "ID" && name != "Deleted" && v.Field(i).IsZero() {
			t.Errorf("field %s is no column", name)
		}
	}
	for _, c := range []string{"", "id", "deleted", "Name", "shoe_size"} {
		if r.Column(c) != nil {
			t.Errorf("%q is a column", c)
		}
	}
}

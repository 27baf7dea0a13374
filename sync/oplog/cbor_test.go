package oplog_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// The examples are from RFC 8949, Appendix A, as far as they are within the value set.
func TestMarshalMatchesRFC8949(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{int64(0), "00"},
		{int64(10), "0a"},
		{int64(23), "17"},
		{int64(24), "1818"},
		{int64(100), "1864"},
		{int64(1000), "1903e8"},
		{int64(1000000), "1a000f4240"},
		{int64(1000000000000), "1b000000e8d4a51000"},
		{int64(-1), "20"},
		{int64(-100), "3863"},
		{int64(-1000), "3903e7"},
		{int64(math.MaxInt64), "1b7fffffffffffffff"},
		{int64(math.MinInt64), "3b7fffffffffffffff"},
		{1.1, "fb3ff199999999999a"},
		{-4.1, "fbc010666666666666"},
		{1e300, "fb7e37e43c8800759c"},
		{1.0, "fb3ff0000000000000"}, // not shortened: floats are always 64 bits here
		{math.Inf(1), "fb7ff0000000000000"},
		{false, "f4"},
		{true, "f5"},
		{nil, "f6"},
		{[]byte{}, "40"},
		{[]byte{1, 2, 3, 4}, "4401020304"},
		{"", "60"},
		{"IETF", "6449455446"},
		{"\u6c34", "63e6b0b4"},
		{"\U00010151", "64f0908591"},
		{[]any{}, "80"},
		{[]any{int64(1), []any{int64(2), int64(3)}}, "8201820203"},
		{map[string]any{}, "a0"},
		{map[string]any{"a": "A", "b": "B", "c": "C"}, "a3616161416162614261636143"},
		{map[string]any{"aa": int64(1), "b": int64(2)}, "a2616202626161" + "01"},
	} {
		b, err := oplog.Marshal(c.v)
		if err != nil || hex.EncodeToString(b) != c.want {
			t.Errorf("Marshal(%v) = %x, %v; want %s", c.v, b, err, c.want)
			continue
		}
		if v, err := oplog.Unmarshal(b); err != nil || !reflect.DeepEqual(v, c.v) {
			t.Errorf("Unmarshal(%s) = %v, %v; want %v", c.want, v, err, c.v)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for what, in := range map[string]string{
		"nothing":                      "",
		"trailing bytes":               "0000",
		"0 in two bytes":               "1800",
		"23 in two bytes":              "1817",
		"255 in three bytes":           "1900ff",
		"65535 in five bytes":          "1a0000ffff",
		"2^32-1 in nine bytes":         "1b00000000ffffffff",
		"integer beyond int64":         "1b8000000000000000",
		"negative beyond int64":        "3b8000000000000000",
		"integer cut short":            "19ff",
		"reserved form":                "1c",
		"indefinite bytes":             "5f41ff" + "ff",
		"indefinite array":             "9fff",
		"indefinite map":               "bfff",
		"break":                        "ff",
		"length of text too long":      "780161",
		"bytes beyond input":           "4201",
		"huge bytes":                   "5bffffffffffffffff",
		"huge array":                   "9bffffffffffffffff",
		"huge map":                     "bbffffffffffffffff",
		"array beyond input":           "8201",
		"map beyond input":             "a16161",
		"invalid UTF-8":                "61ff",
		"surrogate in UTF-8":           "63eda080",
		"key not text":                 "a10101",
		"invalid UTF-8 in a key":       "a161ff01",
		"duplicate key":                "a2616101616101",
		"keys unsorted":                "a2616201616101",
		"longer key before shorter":    "a262616101616201",
		"tag":                          "c000",
		"undefined":                    "f7",
		"other simple value":           "f8ff",
		"half float":                   "f93c00",
		"single float":                 "fa3f800000",
		"NaN":                          "fb7ff8000000000000",
		"negative zero":                "fb8000000000000000",
		"float cut short":              "fb7ff0",
		"nested 17 deep":               strings.Repeat("81", 17) + "00",
		"maps nested 17 deep":          strings.Repeat("a16161", 17) + "00",
		"unfinished array in an array": "8181",
	} {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(what, err)
		}
		if v, err := oplog.Unmarshal(b); !errors.Is(err, oplog.ErrCBOR) || v != nil {
			t.Errorf("%s: Unmarshal = %v, %v; want ErrCBOR", what, v, err)
		}
	}
	deep, _ := hex.DecodeString(strings.Repeat("81", 16) + "00")
	if _, err := oplog.Unmarshal(deep); err != nil {
		t.Errorf("16 levels: %v", err)
	}
}

func TestMarshalRefuses(t *testing.T) {
	var deep any = int64(0)
	for range 17 {
		deep = []any{deep}
	}
	for what, v := range map[string]any{
		"int":            1,
		"struct":         struct{}{},
		"NaN":            math.NaN(),
		"negative zero":  math.Copysign(0, -1),
		"bad text":       "\xff",
		"bad key":        map[string]any{"\xff": nil},
		"bad item":       []any{uint8(1)},
		"too deep":       deep,
		"bad map member": map[string]any{"a": 1},
	} {
		if _, err := oplog.Marshal(v); !errors.Is(err, oplog.ErrCBOR) {
			t.Errorf("%s: %v; want ErrCBOR", what, err)
		}
	}
}

// anyValue draws from the codec's value set.
func anyValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		cellValue().AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(anyValue(depth-1), 0, 5).AsAny(),
		rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 5).AsAny(),
	)...)
}

// cellValue draws any cell value.
func cellValue() *rapid.Generator[oplog.Value] {
	return rapid.Custom(func(t *rapid.T) oplog.Value {
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			return rapid.Int64().Draw(t, "int")
		case 1:
			f := rapid.Float64().Draw(t, "float")
			if f == 0 || math.IsNaN(f) {
				return float64(0)
			}
			return f
		case 2:
			return rapid.String().Draw(t, "text")
		case 3:
			return rapid.SliceOf(rapid.Byte()).Draw(t, "blob")
		}
		return nil
	})
}

func TestMarshalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "v")
		b, err := oplog.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := oplog.Unmarshal(b)
		if err != nil {
			t.Fatalf("%x: %v", b, err)
		}
		again, err := oplog.Marshal(back)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%x became %x, %v", b, again, err)
		}
		if !reflect.DeepEqual(v, back) {
			t.Fatalf("%v became %v", v, back)
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{"00", "8201820203", "a26161016162820203", "fb3ff199999999999a", "5bffffffffffffffff"} {
		b, _ := hex.DecodeString(seed)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := oplog.Unmarshal(b)
		if err != nil {
			return
		}
		if again, err := oplog.Marshal(v); err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%x is accepted but written as %x, %v", b, again, err)
		}
	})
}

func TestValueOf(t *testing.T) {
	for _, c := range []struct{ in, want any }{
		{7, int64(7)},
		{int32(-7), int64(-7)},
		{int64(7), int64(7)},
		{true, int64(1)},
		{false, int64(0)},
		{math.NaN(), nil},
		{math.Copysign(0, -1), float64(0)},
		{1.5, 1.5},
		{[]byte(nil), nil},
		{[]byte{}, []byte{}},
		{"x", "x"},
		{nil, nil},
	} {
		if got, err := oplog.ValueOf(c.in); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("ValueOf(%#v) = %#v, %v; want %#v", c.in, got, err, c.want)
		}
	}
	secret := "\xff secret"
	if _, err := oplog.ValueOf(secret); !errors.Is(err, oplog.ErrValue) || strings.Contains(err.Error(), "secret") {
		t.Errorf("invalid text: %v; want an ErrValue without the text", err)
	}
	if math.Signbit(must(oplog.ValueOf(math.Copysign(0, -1))).(float64)) {
		t.Error("negative zero stayed negative")
	}
}

func TestEqual(t *testing.T) {
	distinct := []oplog.Value{nil, int64(1), float64(1), "1", []byte("1"), []byte{}, "", int64(0)}
	for i, a := range distinct {
		for j, b := range distinct {
			if oplog.Equal(a, b) != (i == j) {
				t.Errorf("Equal(%#v, %#v) = %v", a, b, i != j)
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

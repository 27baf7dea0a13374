package card_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/app/receipt"
	"linli/kiosk/card"
)

const sampleReceipt = "261123010176"

func TestCodesOfOursAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number, err := receipt.Number("2026-11-23", rapid.IntRange(1, 99).Draw(t, "machine"), rapid.IntRange(1, receipt.MaxPerDay).Draw(t, "counter"))
		if err != nil {
			t.Fatal(err)
		}
		c := card.Code{
			Kind: rapid.SampledFrom([]card.CodeKind{card.CodeReceipt, card.CodeAppointment}).Draw(t, "kind"), Number: number,
			Secret: rapid.StringMatching(`[0-9]{6}`).Draw(t, "secret"),
		}
		for _, text := range []string{c.Encode(), strings.ToLower(c.Encode()), " " + c.Encode() + "\r"} {
			if got, ok := card.ParseCode(text); !ok || got != c {
				t.Fatal("a code of ours is not read")
			}
		}
		if strings.ContainsFunc(c.Encode(), func(r rune) bool { return !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:", r) }) {
			t.Fatal("a sign that makes the symbol larger")
		}
	})
}

func TestOtherCodesAreNotOurs(t *testing.T) {
	good := "LINLI:1:R:" + number(t) + ":246810"
	if _, ok := card.ParseCode(good); !ok {
		t.Fatal("the good one is none")
	}
	for name, text := range map[string]string{
		"nothing":                "",
		"social security card":   "SSC:1:0123456789abcdef0123456789abcdef",
		"identity code":          "ID:eyJhbGciOiJTTTIifQ.e30.AAAA",
		"an address":             "https://example.org/LINLI:1:R",
		"a newer version":        strings.Replace(good, ":1:", ":2:", 1),
		"another kind":           strings.Replace(good, ":R:", ":X:", 1),
		"a wrong check digit":    "LINLI:1:R:" + number(t)[:11] + string('0'+(number(t)[11]-'0'+1)%10) + ":246810",
		"a short secret":         good[:len(good)-1],
		"letters in the secret":  good[:len(good)-1] + "A",
		"full-width digits":      good[:len(good)-1] + "０",
		"more than there should": good + ":1",
		"dashes in the number":   strings.Replace(good, number(t), number(t)[:4]+"-"+number(t)[4:], 1),
	} {
		if _, ok := card.ParseCode(text); ok {
			t.Errorf("%s is taken for ours", name)
		}
	}
}

// number is a receipt number of the sample day.
func number(t *testing.T) string {
	t.Helper()
	n, err := receipt.Number("2026-11-23", 1, 17)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func FuzzParseCode(f *testing.F) {
	f.Add("LINLI:1:R:" + sampleReceipt + ":246810")
	f.Add("::::")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := card.ParseCode(text); ok {
			if again, ok := card.ParseCode(c.Encode()); !ok || again != c {
				t.Fatal("a code does not survive being written")
			}
		}
	})
}

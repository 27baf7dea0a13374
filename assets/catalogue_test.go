package assets_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"linli/assets"
)

// A kiosk page holds six choices and a family at most three pages of them.
const (
	choicesPerPage = 6
	itemsPerFamily = 3 * choicesPerPage
)

func catalogue(t *testing.T) []assets.ServiceItem {
	t.Helper()
	items, err := assets.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestCatalogueCoversTheFiveFamilies(t *testing.T) {
	items := catalogue(t)
	if len(items) < 48 {
		t.Errorf("%d items, want at least 48", len(items))
	}
	count := make(map[assets.Family]int)
	for _, item := range items {
		count[item.Family]++
	}
	if len(assets.Families()) != 5 {
		t.Errorf("families are %v", assets.Families())
	}
	for _, family := range assets.Families() {
		if n := count[family]; n < 7 || n > itemsPerFamily {
			t.Errorf("family %s has %d items, want 7 to %d", family, n, itemsPerFamily)
		}
		if assets.Icon(family.Icon()) == nil {
			t.Errorf("family %s has no pictogram", family)
		}
		for _, lang := range assets.Languages() {
			if _, ok := assets.Text(lang, "family."+string(family)); !ok {
				t.Errorf("family %s has no name in %s", family, lang)
			}
		}
		delete(count, family)
	}
	if len(count) > 0 {
		t.Errorf("items outside the families: %v", count)
	}
}

func TestCatalogueItemsAreComplete(t *testing.T) {
	code := regexp.MustCompile(`^[A-Z]{2}-\d{3}$`)
	seen := make(map[string]bool)
	names := make(map[string]string)
	for _, item := range catalogue(t) {
		if !code.MatchString(item.Code) || seen[item.Code] {
			t.Errorf("code %q is malformed or used twice", item.Code)
		}
		seen[item.Code] = true
		if other, taken := names[item.Name]; taken {
			t.Errorf("%s and %s have the same name", item.Code, other)
		}
		names[item.Name] = item.Code
		if assets.Icon(item.Icon) == nil {
			t.Errorf("%s: unknown icon %q", item.Code, item.Icon)
		}
		for what, pair := range map[string][2]string{
			"name":       {item.Name, item.NameEN},
			"summary":    {item.Summary, item.SummaryEN},
			"who":        {item.Who, item.WhoEN},
			"department": {item.Department, item.DepartmentEN},
			"hours":      {item.Hours, item.HoursEN},
			"window":     {item.Window, item.WindowEN},
			"fee":        {item.Fee, item.FeeEN},
			"result":     {item.Result, item.ResultEN},
		} {
			checkBilingual(t, item.Code+" "+what, pair[0], pair[1])
		}
		if len(item.Steps) < 2 || len(item.Steps) > 5 || len(item.Steps) != len(item.StepsEN) {
			t.Errorf("%s: %d steps in Chinese, %d in English, want 2 to 5 in both", item.Code, len(item.Steps), len(item.StepsEN))
			continue
		}
		for i := range item.Steps {
			checkBilingual(t, item.Code+" step", item.Steps[i], item.StepsEN[i])
		}
		for _, m := range item.Materials {
			checkBilingual(t, item.Code+" material", m.Name, m.NameEN)
			if m.Note != "" || m.NoteEN != "" {
				checkBilingual(t, item.Code+" note on "+m.Name, m.Note, m.NoteEN)
			}
			if m.Original < 0 || m.Copies < 0 || m.Required && m.Original+m.Copies == 0 {
				t.Errorf("%s: %s is required, %d originals and %d copies", item.Code, m.Name, m.Original, m.Copies)
			}
			if !m.Required && m.Note == "" {
				t.Errorf("%s: nobody can tell when %s is needed", item.Code, m.Name)
			}
		}
		for _, r := range item.Phone {
			if !unicode.IsDigit(r) && r != '-' {
				t.Errorf("%s: phone %q", item.Code, item.Phone)
				break
			}
		}
	}
}

func TestCatalogueTimeLimitsAgree(t *testing.T) {
	for _, item := range catalogue(t) {
		if item.LegalDays < 0 || item.PromisedDays < 0 || item.LegalDays > 0 && item.PromisedDays > item.LegalDays {
			t.Errorf("%s promises %d days, the law gives %d", item.Code, item.PromisedDays, item.LegalDays)
		}
		want := assets.KindPromised
		if item.PromisedDays == 0 {
			want = assets.KindAtOnce
		}
		if item.Kind != want {
			t.Errorf("%s takes %d days but its kind is %d", item.Code, item.PromisedDays, item.Kind)
		}
	}
}

// The items that a hall is expected to have (the product's own list).
func TestCatalogueHasTheExpectedItems(t *testing.T) {
	var all strings.Builder
	for _, item := range catalogue(t) {
		all.WriteString(item.Name + " ")
	}
	for _, name := range []string{
		"高龄津贴", "老年人优待证", "社会保障卡", "城乡居民医保参保", "低保", "残疾人两项补贴", "特困", "临时救助",
		"退役军人登记", "生育登记", "养犬登记", "法律援助", "就业登记", "物业报修", "矛盾调解", "助餐", "志愿",
	} {
		if !strings.Contains(all.String(), name) {
			t.Errorf("no item about %s", name)
		}
	}
}

func TestCatalogueBelongsToItsCaller(t *testing.T) {
	catalogue(t)[0].Name = "changed by a caller"
	if catalogue(t)[0].Name == "changed by a caller" {
		t.Error("one caller's change is seen by the next")
	}
}

func TestMisspeltFieldIsRefused(t *testing.T) {
	files := fstest.MapFS{"a.toml": {Data: []byte("[[item]]\ncode = \"X\"\nsumry = \"x\"\n")}}
	var page struct {
		Items []assets.ServiceItem `toml:"item"`
	}
	err := assets.DecodeStrict(files, "a.toml", &page)
	if err == nil || !strings.Contains(err.Error(), "item.sumry") {
		t.Errorf("error %v, want one that names item.sumry", err)
	}
}

func TestNotices(t *testing.T) {
	list, err := assets.Notices()
	if err != nil {
		t.Fatal(err)
	}
	missing := make(map[assets.NoticeCategory]bool)
	for _, c := range assets.NoticeCategories() {
		missing[c] = true
		for _, lang := range assets.Languages() {
			if _, ok := assets.Text(lang, "notice.category."+string(c)); !ok {
				t.Errorf("category %s has no name in %s", c, lang)
			}
		}
	}
	known := len(missing)
	for _, n := range list {
		delete(missing, n.Category)
		checkBilingual(t, n.Title, n.Title, n.TitleEN)
		checkBilingual(t, n.Title+" body", n.Body, n.BodyEN)
		if zh, en := strings.Count(n.Body, "\n"), strings.Count(n.BodyEN, "\n"); zh != en {
			t.Errorf("%s: %d line breaks in Chinese, %d in English", n.Title, zh, en)
		}
		if n.DaysValid < 1 {
			t.Errorf("%s is valid for %d days", n.Title, n.DaysValid)
		}
	}
	if len(list) < known || len(missing) > 0 {
		t.Errorf("%d notices, none of %v", len(list), missing)
	}
}

func TestProblems(t *testing.T) {
	categories, err := assets.Problems()
	if err != nil {
		t.Fatal(err)
	}
	top := make([]assets.Choice, 0, len(categories))
	for _, c := range categories {
		top = append(top, assets.Choice{Code: c.Code, Icon: c.Icon, Name: c.Name, NameEN: c.NameEN})
		checkQuestion(t, c.Code+" what", c.What)
		checkQuestion(t, c.Code+" where", c.Where)
	}
	checkQuestion(t, "top", top)
	if last := top[len(top)-1].Code; last != "other" {
		t.Errorf("the last category is %q; a resident whose trouble is not listed finds no way on", last)
	}
}

func checkQuestion(t *testing.T, where string, choices []assets.Choice) {
	t.Helper()
	if len(choices) < 2 || len(choices) > choicesPerPage {
		t.Errorf("%s: %d choices, want 2 to %d", where, len(choices), choicesPerPage)
	}
	seen := make(map[string]bool)
	for _, c := range choices {
		if c.Code == "" || seen[c.Code] {
			t.Errorf("%s: code %q is empty or used twice", where, c.Code)
		}
		seen[c.Code] = true
		checkBilingual(t, where+" "+c.Code, c.Name, c.NameEN)
		if c.Icon != "" && assets.Icon(c.Icon) == nil {
			t.Errorf("%s %s: unknown icon %q", where, c.Code, c.Icon)
		}
	}
}

// checkBilingual asks that both texts are there, each in its own language, and
// can be drawn. Chinese text uses full-width punctuation.
func checkBilingual(t *testing.T, where, zh, en string) {
	t.Helper()
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	if !han(zh) || strings.ContainsAny(zh, ",;:?()") {
		t.Errorf("%s: Chinese text is %q", where, zh)
	}
	if strings.TrimSpace(en) == "" || han(en) {
		t.Errorf("%s: English text is %q", where, en)
	}
	checkWording(t, where, zh)
	checkWording(t, where, en)
}

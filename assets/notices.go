package assets

import (
	"slices"
	"sync"
)

// A NoticeCategory says what a notice is about.
type NoticeCategory string

// Categories of notices. The word of each is the translation
// "notice.category.<category>".
const (
	NoticeFinance   NoticeCategory = "finance"   // 财务
	NoticeAllowance NoticeCategory = "allowance" // 低保
	NoticeParty     NoticeCategory = "party"     // 党务
	NoticeCommittee NoticeCategory = "committee" // 居务
	NoticeGeneral   NoticeCategory = "general"   // 通知
	NoticeActivity  NoticeCategory = "activity"  // 活动
)

// NoticeCategories returns the categories in the order of the screen.
func NoticeCategories() []NoticeCategory {
	return []NoticeCategory{
		NoticeGeneral, NoticeActivity, NoticeCommittee, NoticeFinance, NoticeAllowance, NoticeParty,
	}
}

// A SampleNotice is an example of what a hall puts on its notice board. Its
// people and amounts are invented.
type SampleNotice struct {
	Category  NoticeCategory `toml:"category"`
	Title     string         `toml:"title"`
	TitleEN   string         `toml:"title_en"`
	Body      string         `toml:"body"` // paragraphs parted by a line break
	BodyEN    string         `toml:"body_en"`
	DaysValid int            `toml:"days_valid"` // calendar days from its first day
}

// Notices returns the sample notices. It fails as [Catalogue] does.
func Notices() ([]SampleNotice, error) {
	list, err := notices()
	return slices.Clone(list), err
}

var notices = sync.OnceValues(func() ([]SampleNotice, error) {
	var page struct {
		Notices []SampleNotice `toml:"notice"`
	}
	err := decodeStrict(catalogueFiles, "catalogue/notices.toml", &page)
	return page.Notices, err
})

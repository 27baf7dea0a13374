package app

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Family is one of the five families of a hall's services.
type Family string

// The five families, in the order they are shown.
const (
	FamilyCity    Family = "city"    // 城市管理
	FamilyPublic  Family = "public"  // 公共服务
	FamilySocial  Family = "social"  // 社会服务
	FamilySelfGov Family = "selfgov" // 居民自治
	FamilyMutual  Family = "mutual"  // 互助服务
)

// Families lists the five families.
func Families() []Family {
	return []Family{FamilyCity, FamilyPublic, FamilySocial, FamilySelfGov, FamilyMutual}
}

// Text is the same words in two languages. EN may be empty; readers then get ZH.
type Text struct{ ZH, EN string }

// In answers the words in a language ("zh" or "en").
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// Material is one paper a resident must bring (GB/T 39046 材料).
type Material struct {
	Name     Text `json:"name"`
	Original int  `json:"original"` // 原件份数
	Copies   int  `json:"copies"`   // 复印件份数
	Required bool `json:"required"` // 是否必备
	Note     Text `json:"note"`
}

// Service is an item of the catalogue (GB/T 39046 事项).
type Service struct {
	ID           string
	Code         string // 实施编码
	Family       Family
	Icon         string
	Name         Text
	Summary      Text
	Who          Text // 受理条件
	Department   Text // 实施主体
	Materials    []Material
	Steps        []Text
	LegalDays    int // 法定办结时限, working days
	PromisedDays int // 承诺办结时限, working days; 0 is at once
	Hours        Text
	Window       Text // 办理地点
	Fee          Text
	Phone        string // 咨询电话
	Result       Text
	Kind         int    // 1 即办件, 2 承诺件
	BusinessID   string // the queue for it
	Sample       bool   // shipped as an example; the hall has not checked it yet
	Retired      bool
}

// FormText is the form of a catalogue item as it is written; package form reads it.
type FormText struct {
	Service string // code of the item
	Body    string // TOML
	Sample  bool   // shipped as an example; the hall has not checked it yet
}

// Reply is the hall's public answer to residents' opinions on a service.
type Reply struct {
	ID        string
	ServiceID string
	Said      string // the opinion in the hall's own words, nobody's name in it
	Answer    string
	At        time.Time
}

// Notice is something the hall tells everyone.
type Notice struct {
	ID        string
	Category  string // one of NoticeCategories
	Title     Text
	Body      Text
	Owner     string // who answers for it
	ValidFrom Day
	ValidTo   Day
	Deleted   bool
	UpdatedAt time.Time
}

// endsSoon is how long before its last day a general notice is urgent.
const endsSoon = 7 * 24 * time.Hour

// SortNotices puts first what people must know before it is over: general notices,
// such as water being off, that end within a week, the soonest first. The others
// stay in their order.
func SortNotices(list []Notice, today Day) {
	now, err := time.Parse(time.DateOnly, string(today))
	if err != nil {
		return
	}
	week := Day(now.Add(endsSoon).Format(time.DateOnly))
	urgent := func(n Notice) bool { return n.Category == "general" && n.ValidTo != "" && n.ValidTo <= week }
	slices.SortStableFunc(list, func(a, b Notice) int {
		switch ua, ub := urgent(a), urgent(b); {
		case ua && ub:
			return cmp.Compare(a.ValidTo, b.ValidTo)
		case ua:
			return -1
		case ub:
			return 1
		}
		return 0
	})
}

// NoticeCategories lists the category keys: 财务, 低保, 党务, 居务, 通知, 活动.
func NoticeCategories() []string {
	return []string{"finance", "allowance", "party", "committee", "general", "activity"}
}

// NoticePort writes notices; ActNotice.
type NoticePort interface {
	AllNotices(ctx context.Context) ([]Notice, error)
	NoticeForm(ctx context.Context, id string) (Notice, Form, error)
	// SaveNotice adds (empty form) or edits through the form that was shown.
	SaveNotice(ctx context.Context, by Actor, f Form, n Notice) (string, error)
}

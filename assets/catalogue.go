package assets

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"
)

// CatalogueIsSample says that the embedded services, notices and problem
// categories are examples. Law sets the frame of most of them, but amounts,
// papers and time limits differ from place to place: a hall must check every
// item against its local rules before it shows it to residents as its own.
const CatalogueIsSample = true

// A Family is one of the five groups in which a hall presents its services.
type Family string

// The five families. Their order here is the order on the screen.
const (
	FamilyCity    Family = "city"    // 城市管理
	FamilyPublic  Family = "public"  // 公共服务
	FamilySocial  Family = "social"  // 社会服务
	FamilySelfgov Family = "selfgov" // 居民自治
	FamilyMutual  Family = "mutual"  // 互助服务
)

// Families returns the five families in the order of the screen.
func Families() []Family {
	return []Family{FamilyCity, FamilyPublic, FamilySocial, FamilySelfgov, FamilyMutual}
}

// Icon returns the name of the family's pictogram. Its word is the
// translation "family.<family>".
func (f Family) Icon() string { return "family-" + string(f) }

// ItemKind is 办件类型, GB/T 39046-2020 table A.6.
type ItemKind int

// The kinds of GB/T 39046-2020 A.6 that a community hall has.
const (
	KindAtOnce   ItemKind = 1 // 即办件: done while the applicant waits
	KindPromised ItemKind = 2 // 承诺件: done within the promised working days
)

// A ServiceItem is one thing that a hall does for residents (政务服务事项), after
// table 4 of GB/T 39046-2020. Every text stands in Chinese and in English.
type ServiceItem struct {
	Code   string `toml:"code"`   // stable and unique, "GG-001"
	Family Family `toml:"family"` // exactly one
	Icon   string `toml:"icon"`   // name for [Icon]

	Name      string `toml:"name"` // 事项名称
	NameEN    string `toml:"name_en"`
	Summary   string `toml:"summary"` // what it is, one or two sentences
	SummaryEN string `toml:"summary_en"`
	Who       string `toml:"who"` // 受理条件
	WhoEN     string `toml:"who_en"`

	Department   string `toml:"department"` // 实施主体, generic ("区民政局")
	DepartmentEN string `toml:"department_en"`

	Materials []Material `toml:"materials"` // in the order to hand in
	Steps     []string   `toml:"steps"`     // 办理流程, 2 to 5 short steps
	StepsEN   []string   `toml:"steps_en"`

	LegalDays    int      `toml:"legal_days"`    // 法定办结时限 in working days; 0 = at once, or none set by law
	PromisedDays int      `toml:"promised_days"` // 承诺办结时限 in working days; 0 = at once
	Kind         ItemKind `toml:"kind"`          // 办件类型

	Hours    string `toml:"hours"` // 办理时间
	HoursEN  string `toml:"hours_en"`
	Window   string `toml:"window"` // 办理地点 within the hall
	WindowEN string `toml:"window_en"`
	Fee      string `toml:"fee"` // 是否收费
	FeeEN    string `toml:"fee_en"`
	Phone    string `toml:"phone"`  // 咨询电话; empty means the hall's own
	Result   string `toml:"result"` // 结果名称
	ResultEN string `toml:"result_en"`

	CanDo       bool `toml:"can_do"`       // can be handed in at this hall
	CanTrack    bool `toml:"can_track"`    // its progress can be looked up
	CanBook     bool `toml:"can_book"`     // a time can be booked
	CanComplain bool `toml:"can_complain"` // a comment on it can be left
}

// A Material is one paper that an applicant brings (申请材料).
type Material struct {
	Name     string `toml:"name"`
	NameEN   string `toml:"name_en"`
	Original int    `toml:"original"` // 原件份数
	Copies   int    `toml:"copies"`   // 复印件份数
	Required bool   `toml:"required"` // 是否必备; false = only when the note applies
	Note     string `toml:"note"`     // 办理说明, may be empty in both languages
	NoteEN   string `toml:"note_en"`
}

//go:embed catalogue/*.toml
var catalogueFiles embed.FS

// Catalogue returns the sample services, family by family in the order of
// [Families] and inside a family in the order of its file. The files are read
// once; each call returns a slice of its own, whose items' inner slices are
// shared and must not be changed. An error names the file and the fault; an
// unknown or misspelt field is a fault.
func Catalogue() ([]ServiceItem, error) {
	items, err := catalogue()
	return slices.Clone(items), err
}

var catalogue = sync.OnceValues(func() ([]ServiceItem, error) {
	var all []ServiceItem
	for _, family := range Families() {
		file := "catalogue/" + string(family) + ".toml"
		var page struct {
			Items []ServiceItem `toml:"item"`
		}
		if err := decodeStrict(catalogueFiles, file, &page); err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			if item.Family != family {
				return nil, fmt.Errorf("%s: %s is of family %q", file, item.Code, item.Family)
			}
		}
		all = append(all, page.Items...)
	}
	return all, nil
})

// decodeStrict reads a TOML file and refuses fields that the target
// does not have: a misspelt field would otherwise be a text silently missing
// from a screen.
func decodeStrict(files fs.FS, file string, into any) error {
	meta, err := toml.DecodeFS(files, file, into)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var faults []error
	for _, key := range meta.Undecoded() {
		faults = append(faults, fmt.Errorf("%s: unknown field %s", file, key))
	}
	return errors.Join(faults...)
}

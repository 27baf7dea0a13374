package store

import (
	"context"
	"strconv"

	"linli/app"
	"linli/app/standard"
	"linli/assets"
)

var noticeTransfer = &transfer{
	kind: KindNotices, key: "title", needs: []string{"title", "body"}, right: app.ActNotice,
	columns: []string{"title", "category", "body", "owner", "valid_from", "valid_to", "title_en", "body_en"},
	aliases: map[string][]string{
		"title": {"公告标题", "名称"}, "category": {"类别", "分类"}, "body": {"正文", "公告内容"}, "owner": {"发布人", "负责人"},
		"valid_from": {"发布日期", "开始日期", "公示开始日期"}, "valid_to": {"结束日期", "公示结束日期", "有效期至"},
	},
	rules: func(ctx context.Context, s *Store, in *importing) (rules, error) {
		list, err := notices{s}.AllNotices(ctx)
		r := &noticeRules{s: s, byTitle: map[string][]noticeKey{}}
		for _, n := range list {
			r.byTitle[n.Title.ZH] = append(r.byTitle[n.Title.ZH], noticeKey{n.ID, string(n.ValidFrom)})
		}
		return r, err
	},
}

type noticeKey struct{ id, from string }

// noticeRules matches by title and first day, or by title alone where the row
// says no day.
type noticeRules struct {
	s       *Store
	byTitle map[string][]noticeKey
}

func (r *noticeRules) clean(_ int, cells []cell) (map[string]string, error) {
	row := make(map[string]string, len(cells))
	for _, c := range cells {
		v := c.value
		switch c.column {
		case "category":
			key, ok := keyOf("notice.category.", v, app.NoticeCategories())
			if !ok {
				return nil, app.Bad(app.CodeUnknownCode, c.column)
			}
			v = key
		case "valid_from", "valid_to":
			t, err := standard.ParseDate(v)
			if err != nil {
				return nil, app.Bad(app.CodeDate, c.column)
			}
			v = standard.FormatDate(t)
		}
		if len([]rune(v)) > longestText {
			return nil, app.Bad(app.CodeTooLong, c.column, strconv.Itoa(longestText))
		}
		row[c.column] = v
	}
	return row, nil
}

func (r *noticeRules) match(_ *Tx, row map[string]string) (string, bool, error) {
	for _, n := range r.byTitle[row["title"]] {
		if row["valid_from"] == "" || row["valid_from"] == n.from {
			return n.id, false, nil
		}
	}
	return NewID(), true, nil
}

func (r *noticeRules) fit(was, row map[string]string) (map[string]string, error) {
	if len(was) == 0 {
		if row["valid_from"] == "" {
			row["valid_from"] = string(app.DayOf(r.s.clock.Now(), r.s.zone))
		}
		if row["category"] == "" {
			row["category"] = string(assets.NoticeGeneral)
		}
	}
	from, to := was["valid_from"], was["valid_to"]
	if v, ok := row["valid_from"]; ok {
		from = v
	}
	if v, ok := row["valid_to"]; ok {
		to = v
	}
	if to != "" && to < from {
		return nil, app.Bad(app.CodeInvalid, "valid_to")
	}
	return row, nil
}

func (r *noticeRules) landed(id string, row map[string]string) {
	list := r.byTitle[row["title"]]
	for i := range list {
		if list[i].id == id {
			list[i].from = row["valid_from"]
			return
		}
	}
	r.byTitle[row["title"]] = append(list, noticeKey{id, row["valid_from"]})
}

package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"linli/app"
	"linli/assets"
)

// serviceTransfer has the fields of GB/T 39046-2020 table 4.
var serviceTransfer = &transfer{
	kind: KindServices, key: "code", needs: []string{"name"}, right: app.ActSettings,
	columns: []string{
		"code", "name", "family", "department", "summary", "who", "materials", "steps", "legal_days", "promised_days", "kind",
		"hours", "place", "fee", "phone", "result", "business", "icon", "sample",
		"name_en", "summary_en", "who_en", "department_en", "hours_en", "place_en", "fee_en", "result_en",
	},
	numbers: map[string]bool{"legal_days": true, "promised_days": true, "kind": true, "sample": true},
	aliases: map[string][]string{
		"code": {"事项编码", "基本编码", "事项代码"}, "name": {"名称", "服务事项"}, "family": {"门类", "类别"},
		"department": {"责任部门", "主管部门", "实施机构", "部门"}, "summary": {"说明"}, "who": {"办理条件", "申请条件"},
		"materials": {"申请材料", "所需材料", "材料名称"}, "steps": {"流程", "办理步骤"},
		"legal_days": {"法定时限", "法定期限"}, "promised_days": {"承诺时限", "承诺期限"}, "kind": {"办件类型代码"},
		"place": {"办理窗口", "地点"}, "hours": {"办公时间"}, "fee": {"收费标准", "收费"}, "phone": {"联系电话", "电话"}, "result": {"审批结果名称", "办理结果"},
	},
	rules: func(ctx context.Context, s *Store, in *importing) (rules, error) {
		list, err := public{s}.Services(ctx, "")
		if err != nil {
			return nil, err
		}
		businesses, err := s.businesses(ctx)
		if err != nil {
			return nil, err
		}
		r := &serviceRules{byCode: map[string]string{}, byName: map[string]string{}, businesses: map[string]string{}}
		for _, v := range list {
			r.learn(v.ID, v.Code, v.Name.ZH)
		}
		for _, b := range businesses {
			r.businesses[b.ID], r.businesses[b.Letter], r.businesses[b.Name] = b.ID, b.ID, b.ID
		}
		return r, nil
	},
}

// longestText bounds what residents have to read, and keeps an entry small.
const longestText = 4000

// serviceRules matches by 实施编码, or by name where a row has none.
type serviceRules struct {
	byCode, byName map[string]string
	businesses     map[string]string // id, letter or name → id
}

func (r *serviceRules) learn(id, code, name string) {
	if code != "" {
		r.byCode[code] = id
	}
	if r.byName[name] == "" {
		r.byName[name] = id
	}
}

func (r *serviceRules) clean(_ int, cells []cell) (map[string]string, error) {
	row := make(map[string]string, len(cells))
	for _, c := range cells {
		v, ok := c.value, true
		switch c.column {
		case "family":
			v, ok = keyOf("family.", v, familyKeys())
		case "kind":
			v, ok = keyOf("exchange.kind.", v, []string{"1", "2"})
		case "sample":
			v, ok = keyOf("exchange.bit.", v, []string{"0", "1"})
		case "business":
			v = r.businesses[v]
			ok = v != ""
		case "legal_days", "promised_days":
			if v, ok = days(v); !ok {
				return nil, app.Bad(app.CodeInvalid, c.column)
			}
		}
		if !ok {
			return nil, app.Bad(app.CodeUnknownCode, c.column)
		}
		if len([]rune(v)) > longestText {
			return nil, app.Bad(app.CodeTooLong, c.column, strconv.Itoa(longestText))
		}
		row[c.column] = v
	}
	return row, nil
}

func familyKeys() []string {
	var keys []string
	for _, f := range app.Families() {
		keys = append(keys, string(f))
	}
	return keys
}

// keyOf answers the key that a person means: the key itself, or its word in
// either language.
func keyOf(prefix, written string, keys []string) (string, bool) {
	for _, k := range keys {
		if strings.EqualFold(k, written) {
			return k, true
		}
		for _, lang := range assets.Languages() {
			if w, ok := assets.Text(lang, prefix+k); ok && strings.EqualFold(w, written) {
				return k, true
			}
		}
	}
	return "", false
}

// days reads a time limit: "20", "20个工作日", or "即时办结" and the like for 0.
func days(written string) (string, bool) {
	n := strings.TrimRight(strings.ReplaceAll(written, " ", ""), "个工作日天")
	if strings.ContainsRune(written, '即') || strings.ContainsRune(written, '当') {
		n = "0"
	}
	d, err := strconv.Atoi(n)
	if err != nil || d < 0 || d > 3650 {
		return "", false
	}
	return strconv.Itoa(d), true
}

func (r *serviceRules) match(_ *Tx, row map[string]string) (string, bool, error) {
	id := r.byCode[row["code"]]
	if row["code"] == "" {
		id = r.byName[row["name"]]
	}
	if id != "" {
		return id, false, nil
	}
	return NewID(), true, nil
}

// fit turns the lists of a file, which hold Chinese names only, into those of
// the catalogue, and keeps what the hall knows besides of the same material.
func (r *serviceRules) fit(was, row map[string]string) (map[string]string, error) {
	if v, given := row["materials"]; given {
		var known []app.Material
		if err := unmarshal(was["materials"], &known); err != nil {
			return nil, err
		}
		names := listed(v)
		if materialNames(known) == strings.Join(names, listMark) {
			row["materials"] = was["materials"]
		} else {
			out := make([]app.Material, len(names))
			for i, n := range names {
				out[i] = app.Material{Name: app.Text{ZH: n}, Original: 1, Required: true}
				for _, k := range known {
					if k.Name.ZH == n {
						out[i] = k
					}
				}
			}
			b, err := json.Marshal(out)
			if err != nil {
				return nil, err
			}
			row["materials"] = string(b)
		}
	}
	if v, given := row["steps"]; given {
		var known []app.Text
		if err := unmarshal(was["steps"], &known); err != nil {
			return nil, err
		}
		names := listed(v)
		if stepNames(known) == strings.Join(names, listMark) {
			row["steps"] = was["steps"]
		} else {
			out := make([]app.Text, len(names))
			for i, n := range names {
				out[i] = app.Text{ZH: n}
				for _, k := range known {
					if k.ZH == n {
						out[i] = k
					}
				}
			}
			b, err := json.Marshal(out)
			if err != nil {
				return nil, err
			}
			row["steps"] = string(b)
		}
	}
	if len(was) > 0 {
		return row, nil
	}
	if row["family"] == "" {
		row["family"] = string(app.FamilyPublic)
	}
	if row["icon"] == "" {
		row["icon"] = assets.Family(row["family"]).Icon()
	}
	if row["kind"] == "" {
		row["kind"] = "1" // 即办件
		if d := row["promised_days"]; d != "" && d != "0" {
			row["kind"] = "2" // 承诺件
		}
	}
	return row, nil
}

func (r *serviceRules) landed(id string, row map[string]string) {
	r.learn(id, row["code"], row["name"])
}

// listMark parts the items of a list in one cell.
const listMark = "；"

// listed splits a cell into its items. The comma is no mark: names hold commas.
func listed(v string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == ';' || r == '；' || r == '\n' || r == '\r' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func materialNames(list []app.Material) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.Name.ZH
	}
	return strings.Join(names, listMark)
}

func stepNames(list []app.Text) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.ZH
	}
	return strings.Join(names, listMark)
}

func unmarshal(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

package store

import (
	"context"
	"strconv"

	"linli/app"
	"linli/app/registry"
)

// residentTransfer has the person fields of GB/T 31000.
var residentTransfer = &transfer{
	kind: KindResidents, key: "id_number", needs: []string{"name"}, right: app.ActRegistry,
	columns: []string{
		"name", "id_number", "sex", "birth", "ethnic", "phone", "address", "grid",
		"former_name", "native_place", "marital", "politics", "education", "religion",
		"occupation", "employer", "household_division", "household_address", "division",
	},
	aliases: map[string][]string{
		"name":               {"居民姓名", "名字"},
		"id_number":          {"身份证号", "身份证号码", "身份证", "身份号码", "居民身份证号码", "证件号码", "公民身份号"},
		"sex":                {"性别代码"},
		"birth":              {"出生年月日", "生日", "出生年月"},
		"ethnic":             {"民族代码"},
		"phone":              {"联系电话", "手机号", "手机号码", "手机", "电话", "电话号码"},
		"address":            {"现住门楼详址", "现住址", "现居住地址", "居住地址", "住址", "地址", "家庭住址"},
		"grid":               {"网格编码", "所属网格", "网格编号", "网格名称"},
		"marital":            {"婚姻"},
		"education":          {"文化程度"},
		"employer":           {"工作单位", "单位"},
		"household_division": {"户籍地区划代码"},
		"household_address":  {"户籍门楼详址", "户籍地址"},
		"division":           {"现住地区划代码"},
	},
	rules: func(ctx context.Context, s *Store, in *importing) (rules, error) {
		grids, err := s.gridNames(ctx)
		if err != nil {
			return nil, err
		}
		r := &residentRules{s: s, in: in, grids: grids, numbers: map[string]string{}, named: map[string]int{}}
		unnumbered := false
		for i := range in.sheet.Rows {
			cells, _ := in.cells(i)
			number, name := identityOf(cells)
			unnumbered = unnumbered || number == ""
			if _, known := r.named[number]; name && !known {
				r.named[number] = i
			}
		}
		if unnumbered {
			return r, r.remember(ctx)
		}
		return r, nil
	},
}

// identityOf answers a row's ID number, "" for none or a wrong one, and whether
// the row has a name.
func identityOf(cells []cell) (number string, name bool) {
	for _, c := range cells {
		switch c.column {
		case "id_number":
			number, _ = registry.Clean(c.column, c.value)
		case "name":
			name = true
		}
	}
	return number, name
}

// residentRules matches by ID number. A row without one is a known resident only
// when it agrees with exactly one; otherwise it is a new one: two people in the
// register can be joined later, two people in one record cannot be parted.
type residentRules struct {
	s       *Store
	in      *importing
	grids   gridNames
	numbers map[string]string   // ID numbers of this file's new residents → their id
	named   map[string]int      // ID numbers → the first row that has a name to it
	byName  map[string][]person // nil when every row has an ID number
}

// remember fills byName. Names are sealed on the disk; the search index has them.
func (r *residentRules) remember(ctx context.Context) error {
	x := r.s.index
	select {
	case <-x.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.err != nil {
		return x.err
	}
	r.byName = make(map[string][]person, len(x.people))
	for _, p := range x.people {
		if !p.gone {
			r.byName[p.name] = append(r.byName[p.name], person{id: p.id, birth: p.birth, phone: p.phone, address: p.address})
		}
	}
	return nil
}

func (r *residentRules) clean(i int, cells []cell) (map[string]string, error) {
	number, name := identityOf(cells)
	if first := r.named[number]; number != "" && !name && first > i {
		// A row without a name adds nobody. Were it to change the person whom a
		// later row adds, the same file would do something else the second time.
		return nil, app.Bad(CodeRowRepeated, "id_number", strconv.Itoa(r.in.sheet.Line(first)))
	}
	row := make(map[string]string, len(cells)+2)
	for _, c := range cells {
		v := c.value
		switch {
		case looksMasked("resident", c.column, v):
			return nil, app.Bad(CodeMasked, c.column)
		case c.column == "grid":
			id, err := r.grids.id(v, "grid")
			if err != nil {
				return nil, err
			}
			v = id
		}
		v, err := registry.Clean(c.column, v)
		if err != nil {
			return nil, err
		}
		row[c.column] = v
	}
	return registry.Complete(row, r.s.localNow())
}

func (r *residentRules) match(tx *Tx, row map[string]string) (string, bool, error) {
	if number := row["id_number"]; number != "" {
		// Those of this file first: their digests reach the index at the end
		// of their transaction.
		id := r.numbers[number]
		if id == "" {
			var err error
			if id, err = tx.knownID(number, ""); err != nil {
				return "", false, err
			}
		}
		if id != "" {
			return id, false, nil
		}
		return NewID(), true, nil
	}
	var near []string
	for _, p := range r.byName[row["name"]] {
		if !agrees(p.birth, row["birth"]) {
			continue
		}
		if agrees(p.phone, row["phone"]) && agrees(p.address, row["address"]) {
			was, err := r.in.x.read(tx, p.id)
			if err != nil {
				return "", false, err
			}
			if !differs(was, row) {
				return p.id, false, nil
			}
		}
		same := row["phone"] != "" && row["phone"] == p.phone || row["address"] != "" && row["address"] == p.address
		if same && r.in.claimed[p.id] == 0 {
			near = append(near, p.id)
		}
	}
	if len(near) == 1 {
		return near[0], false, nil
	}
	return NewID(), true, nil
}

// agrees answers whether a given value, if any, is the known one.
func agrees(known, given string) bool { return given == "" || given == known }

// fit refuses a birth date or sex that the ID number in the register contradicts.
func (r *residentRules) fit(was, row map[string]string) (map[string]string, error) {
	if was["id_number"] != "" && row["id_number"] == "" {
		for _, c := range []string{"birth", "sex"} {
			if v := row[c]; v != "" && was[c] != "" && v != was[c] {
				return nil, app.Bad(app.CodeMismatch, c)
			}
		}
	}
	return row, nil
}

func (r *residentRules) landed(id string, row map[string]string) {
	if n := row["id_number"]; n != "" {
		r.numbers[n] = id
	}
	if r.byName == nil {
		return
	}
	p := person{id: id, birth: row["birth"], phone: row["phone"], address: row["address"]}
	list := r.byName[row["name"]]
	for i := range list {
		if list[i].id == id {
			list[i] = p
			return
		}
	}
	r.byName[row["name"]] = append(list, p)
}

package flow

import (
	"strconv"

	"linli/app"
	"linli/assets"
)

// A spot is where something is, as far as a resident can name it: a place of the
// hall's own tree, or a kind of place for somewhere that no tree has.
type spot struct {
	GridID string
	Kind   string // code of one of the category's kinds of place
	Word   Text
}

// unsure is the answer of those who cannot name the place.
const unsure = "unsure"

// flatPlaces is the most places that are listed at once, without the grids that
// they lie in: two pages of rows, each with [unsure].
const flatPlaces = 2 * (MaxChoices - 1)

// askPlace asks where something is, down the hall's tree to a building. Units and
// rooms are not asked for: whoever comes finds the way from the building, and a
// room would say who lives there. Those who cannot name the place say what kind
// of place it is instead. It answers the page to show while the answer is open.
func askPlace(f Facts, t *trail, page string, step, steps int, kinds []assets.Choice) (at spot, ask *Page) {
	tree := places(f.Grids)
	list := tree.top()
	for depth := 1; len(list) > 0; depth++ {
		id := page
		if depth > 1 {
			id += "." + strconv.Itoa(depth)
		}
		chosen, ok := t.take(id)
		if !ok {
			return at, tree.question(id, step, steps, at, list)
		}
		if chosen == unsure {
			break
		}
		node, ok := tree.nodes[chosen]
		if !ok { // gone meanwhile
			p := nothing("problem")
			return at, &p
		}
		at = spot{GridID: node.ID, Word: same(node.Name)}
		list = tree.below[chosen]
	}
	if at.GridID != "" {
		return at, nil
	}
	kind, ok := t.take(page + ".kind")
	if !ok {
		return at, &Page{
			ID: page + ".kind", Kind: Choose, Step: step, Steps: steps,
			Title: T("kiosk.problem.place.kind.title"), Spoken: T("kiosk.problem.place.kind.say"), Choices: tilesOf(kinds),
		}
	}
	return spot{Kind: kind, Word: wordOf(kinds, kind)}, nil
}

// tree is the hall's places down to its buildings.
type tree struct {
	nodes map[string]app.Grid
	below map[string][]app.Grid // by parent; "" is the top
}

// buildingLevel is the deepest level that residents are asked for.
const buildingLevel = 3

func places(grids []app.Grid) tree {
	t := tree{map[string]app.Grid{}, map[string][]app.Grid{}}
	for _, g := range grids {
		if !g.Deleted && g.Level <= buildingLevel {
			t.nodes[g.ID] = g
		}
	}
	for _, g := range grids {
		if _, ok := t.nodes[g.ID]; !ok {
			continue
		}
		parent := g.ParentID
		if _, ok := t.nodes[parent]; !ok {
			parent = ""
		}
		t.below[parent] = append(t.below[parent], g)
	}
	return t
}

// top is what the first page lists: a single root says nothing, and few places
// need no grids to find them by.
func (t tree) top() []app.Grid {
	list := t.below[""]
	for len(list) == 1 && len(t.below[list[0].ID]) > 0 {
		list = t.below[list[0].ID]
	}
	switch leaves := t.leaves(list); {
	case len(leaves) < 2:
		return nil // a new hall has nothing but itself
	case len(leaves) <= flatPlaces:
		return leaves
	}
	return list
}

// leaves are the places below a list that have none below them.
func (t tree) leaves(list []app.Grid) (all []app.Grid) {
	for _, g := range list {
		if below := t.below[g.ID]; len(below) > 0 {
			all = append(all, t.leaves(below)...)
		} else {
			all = append(all, g)
		}
	}
	return all
}

// question lists places. A grid's name tells residents little, so its first and
// last building stand with it.
func (t tree) question(id string, step, steps int, in spot, list []app.Grid) *Page {
	p := &Page{
		ID: id, Kind: List, Step: step, Steps: steps,
		Title: T("kiosk.problem.place.title"), Spoken: T("kiosk.problem.place.say"),
	}
	other := "kiosk.problem.place.elsewhere"
	if in.GridID != "" {
		p.Title, p.Spoken = T("kiosk.problem.place.in.title", in.Word), T("kiosk.problem.place.in.say", in.Word)
		other = "kiosk.problem.place.in.unsure"
	}
	for _, g := range list {
		c := Choice{ID: g.ID, Word: same(g.Name), Icon: "building"}
		if leaves := t.leaves(t.below[g.ID]); len(leaves) > 0 {
			c.Icon = "neighbours"
			c.Note = T("kiosk.problem.place.range", leaves[0].Name, leaves[len(leaves)-1].Name)
		}
		p.Choices = append(p.Choices, c)
	}
	out := worded(unsure, other, "other")
	out.Ever = true
	p.Choices = append(p.Choices, out)
	return p
}

package flow

import "linli/app"

// issued says who tells it, and since when. What nobody signed the hall itself tells.
func issued(f Facts, n app.Notice) Text {
	owner := n.Owner
	if owner == "" {
		owner = f.Hall.Name
	}
	return T("kiosk.notices.issued", owner, day(n.ValidFrom))
}

// notices lists what the hall tells everyone, and shows one of them.
func notices(f Facts, t *trail) Page {
	if !f.Ready {
		return reading("notices")
	}
	if len(f.Notices) == 0 {
		return nothing("notices")
	}
	id, ok := t.take("notices.list")
	if !ok {
		p := Page{
			ID: "notices.list", Kind: List,
			Title: T("kiosk.notices.list.title"), Spoken: T("kiosk.notices.list.say", len(f.Notices)),
		}
		for _, n := range f.Notices {
			p.Choices = append(p.Choices, Choice{ID: n.ID, Word: content(n.Title), Note: day(n.ValidFrom), Icon: "notices"})
		}
		return p
	}
	for _, n := range f.Notices {
		if n.ID == id {
			p := Page{
				ID: "notices.read", Kind: Read,
				Title: content(n.Title), Spoken: content(n.Title),
				Body: []Text{content(n.Body), issued(f, n)},
			}
			if last := day(n.ValidTo); !last.Empty() {
				p.Body = append(p.Body, T("kiosk.notices.until", last))
			}
			return p
		}
	}
	return nothing("notices")
}

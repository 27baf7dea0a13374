package flow

import (
	"slices"
	"strings"
)

// showTicks marks what is ticked on a page, in the words that the page has for it: both take as much room, so that nothing moves under a finger. It
// comes before the page is parted, so that ticks on other parts count.
func showTicks(p Page, s State) Page {
	if p.Kind != Ticks {
		return p
	}
	on := strings.Fields(s.Drafts[p.ID])
	p.Choices = slices.Clone(p.Choices)
	for i, c := range p.Choices {
		c.On = slices.Contains(on, c.ID)
		c.Icon, c.Note = "unticked", p.Ticks[0]
		if c.On {
			c.Icon, c.Note = "ticked", p.Ticks[1]
		}
		p.Choices[i] = c
	}
	return p
}

// pressTick ticks something, or takes the tick away; [PressOK] goes on with what is ticked.
func pressTick(f Facts, s State, p Page, id string) State {
	whole := showTicks(page(f, s), s)
	if id == PressOK {
		on := ticked(whole)
		if p.Field != nil {
			if e := p.Field.fault(on); !e.Empty() {
				s.Error = e
				return s
			}
		}
		return enter(f, s, Answer{Page: p.ID, Value: on})
	}
	i := slices.IndexFunc(whole.Choices, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return s
	}
	whole.Choices[i].On = !whole.Choices[i].On
	if s.Drafts == nil {
		s.Drafts = map[string]string{}
	}
	s.Drafts[p.ID] = ticked(whole)
	s.Error = Text{}
	return s
}

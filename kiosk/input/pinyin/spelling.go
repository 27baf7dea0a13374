package pinyin

import "strings"

// Spelling answers the keys as syllables to show, "ni hao": those of the best sentence, as far as they were typed. What
// nothing can be made of stands at the end as it was typed.
func (d *Dictionary) Spelling(keys string, o Options) string {
	l := d.lattice(keys, o)
	var parts []string
	if l.goal > 0 {
		ways, _ := l.ways(d.person)
		if all := ways[l.goal]; len(all) > 0 {
			spans, from := path(ways, all[0])
			for i, s := range spans {
				for _, m := range l.marks(from[i], s) {
					parts = append(parts, strings.ReplaceAll(m.spelled, "v", "ü"))
				}
			}
		}
	}
	if rest := string(l.keys[l.goal:]); rest != "" {
		parts = append(parts, rest)
	}
	return strings.Join(parts, " ")
}

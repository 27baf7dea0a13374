package simulation

import (
	"fmt"
	"strings"

	"linli/sync/oplog"
)

// trace collects what happens, for a seed that is run to be read. Without lines nothing is collected: the text is most of
// the work of a run.
type trace struct {
	lines *[]string
}

// note adds a line about somebody.
func (w *World) note(who, format string, args ...any) {
	if w.trace.lines == nil {
		return
	}
	task := ""
	if w.current != nil {
		task = w.current.name
	}
	*w.trace.lines = append(*w.trace.lines, fmt.Sprintf("%s %-14s %-9s %s", w.now.Format("02 15:04:05.000"), task, who, fmt.Sprintf(format, args...)))
}

// tracing tells whether it is worth making a text.
func (w *World) tracing() bool { return w.trace.lines != nil }

// spell is a batch in a few words.
func (w *World) spell(b oplog.Batch) string {
	if !w.tracing() {
		return ""
	}
	var out strings.Builder
	out.WriteString(b.Scope.Part())
	for i := range b.Items {
		out.WriteString(" " + w.name(b.Items[i].Entry))
	}
	return out.String()
}

// name is an entry in a few words: who wrote it, its number and the beginning of its hash.
func (w *World) name(e oplog.Entry) string {
	return w.nameHead(oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()})
}

func (w *World) nameHead(h oplog.Head) string {
	return fmt.Sprintf("%s#%d(%s)", w.origin(h.Origin), h.N, h.Hash.String()[:4])
}

// origin is the machine that an origin belongs to, with the beginning of its name.
func (w *World) origin(o oplog.Origin) string {
	for _, n := range w.nodes {
		for _, c := range n.certs {
			if c.Origin == o {
				return n.name + "/" + o.String()[:3]
			}
		}
	}
	return o.String()[:6]
}

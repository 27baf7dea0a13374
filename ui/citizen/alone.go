package citizen

import "linli/ui/theme"

// A kiosk that reaches no other machine of its hall goes on as ever, and residents
// need not know. For staff there is a small empty ring in the margin at the upper
// left, outside of all that can be touched or read.

// markOf is where the ring lies.
func markOf(v View) Rect {
	if !v.Alone {
		return Rect{}
	}
	at := (theme.MarginMM - theme.StaffMarkMM) / 2
	return Rect{at, at, theme.StaffMarkMM, theme.StaffMarkMM}
}

// SetAlone shows the ring or takes it away. It belongs to the UI goroutine, like
// all methods of a face.
func (f *Face) SetAlone(alone bool) {
	if f.alone == alone {
		return
	}
	f.alone = alone
	f.refresh()
}

func (f *Face) drawMark() {
	r := f.placed.Mark
	if f.mark.Hidden = r.W == 0; f.mark.Hidden {
		f.mark.Refresh()
		return
	}
	b := f.box(r)
	f.mark.StrokeColor, f.mark.StrokeWidth = f.palette.Quiet, theme.EdgeMM/2*f.unit
	f.mark.Move(b.At)
	f.mark.Resize(b.Size)
	f.mark.Refresh()
}

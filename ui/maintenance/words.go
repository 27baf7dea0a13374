package maintenance

import (
	"strconv"
	"time"

	"linli/assets"
	"linli/kiosk/print"
	"linli/kiosk/selftest"
)

// Facts are what else is shown: figures, and nothing of what they are about.
type Facts struct {
	Version   string
	Free      int64     // bytes in the data folder; 0: not known
	Peers     int       // other machines of the hall
	Met       time.Time // the last exchange with any of them; zero: never
	Faults    int       // crashes that were kept
	LastFault time.Time
}

// says is a sentence about one part, and whether it needs somebody.
type says struct {
	text string
	bad  bool
}

// partWords puts how a part is in words.
func partWords(lang string, r selftest.Result) says {
	part := assets.Format(lang, "maintenance.part."+string(r.Kind))
	switch r.State {
	case selftest.Trouble:
		return says{"! " + troubleWords(lang, r), true}
	case selftest.None:
		return says{"– " + assets.Format(lang, "maintenance.none", part), false}
	case selftest.OK:
		return says{"✓ " + assets.Format(lang, "maintenance.ok", part), false}
	}
	return says{"? " + assets.Format(lang, "maintenance.unknown", part), false}
}

// troubleWords are what the desk says of it as well, so that both speak of the same thing.
func troubleWords(lang string, r selftest.Result) string {
	part := "desk.trouble." + string(r.Kind)
	text, ok := assets.Text(lang, part+"."+r.Code)
	if !ok {
		text = assets.Format(lang, part+".other")
	}
	part = assets.Format(lang, "maintenance.part."+string(r.Kind))
	switch {
	case r.Off != 0:
		return assets.Format(lang, "maintenance.trouble.by", part, text, int(r.Off.Abs().Minutes()))
	case r.Kind == selftest.Screen && r.Size[0] > 0:
		return assets.Format(lang, "maintenance.trouble.size", part, text, whole(r.Size[0]), whole(r.Size[1]), whole(r.Wants[0]), whole(r.Wants[1]))
	}
	return assets.Format(lang, "maintenance.trouble", part, text)
}

func whole(v float32) int { return int(v + 0.5) }

// factWords puts the figures in words.
func factWords(lang string, f Facts, now time.Time) []string {
	free := assets.Format(lang, "maintenance.free.unknown")
	if f.Free > 0 {
		free = assets.Format(lang, "maintenance.free", bytes(f.Free))
	}
	met := assets.Format(lang, "maintenance.alone")
	switch {
	case f.Peers > 0 && f.Met.IsZero():
		met = assets.Format(lang, "maintenance.never", f.Peers)
	case f.Peers > 0:
		met = assets.Format(lang, "maintenance.met", f.Peers, ago(lang, now.Sub(f.Met)))
	}
	crashes := assets.Format(lang, "maintenance.crashes.none")
	if f.Faults > 0 {
		crashes = assets.Format(lang, "maintenance.crashes", f.Faults, f.LastFault.In(now.Location()).Format("2006-01-02 15:04"))
	}
	return []string{assets.Format(lang, "maintenance.version", f.Version), free, met, crashes}
}

// ago is how long ago something was, as people say it.
func ago(lang string, d time.Duration) string {
	switch {
	case d < time.Minute:
		return assets.Format(lang, "maintenance.now")
	case d < time.Hour:
		return assets.Format(lang, "maintenance.ago", assets.Format(lang, "time.minute", int(d.Minutes())))
	case d < 48*time.Hour:
		return assets.Format(lang, "maintenance.ago", assets.Format(lang, "time.hour", int(d.Hours())))
	}
	return assets.Format(lang, "maintenance.ago", assets.Format(lang, "time.day", int(d.Hours()/24)))
}

// bytes is a size as people say it.
func bytes(n int64) string {
	const mb = 1 << 20
	if n >= 1024*mb {
		return strconv.FormatFloat(float64(n)/(1024*mb), 'f', 1, 64) + " GB"
	}
	return strconv.FormatInt(n/mb, 10) + " MB"
}

// Slip is a test slip.
func Slip(lang, hall, version string, now time.Time) print.Paper {
	return print.Paper{
		{Text: assets.Format(lang, "maintenance.slip"), Size: print.Large, Bold: true, Centre: true},
		{Rule: true, Above: int(print.Small) / 2},
		{Text: hall, Size: print.Text},
		{Text: now.Format("2006-01-02 15:04"), Size: print.Text},
		{Text: "linli " + version, Size: print.Small},
		{Text: assets.Format(lang, "maintenance.slip.about"), Size: print.Small},
	}
}

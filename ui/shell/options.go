package shell

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"linli/assets"
	"linli/kiosk/card"
	"linli/kiosk/print"
	"linli/ui/theme"
)

// Face is what a process shows.
type Face string

// The faces. Whole is the three of them in one process, for a hall on one
// machine; Demo is the same over invented people.
const (
	Kiosk Face = "kiosk"
	Desk  Face = "desk"
	Board Face = "board"
	Whole Face = "hall"
	Demo  Face = "demo"
)

// Options are what the command line says.
type Options struct {
	Face       Face
	Data       string // the data folder
	Lang       string // "zh" or "en"
	Profile    theme.Profile
	Calibrate  bool   // the kiosk's screen is measured first
	Printer    string // address of the kiosk's slip printer; "" for none
	Card       string // addresses of the kiosk's readers of cards and codes, with spaces between; "" for none
	FullScreen bool
	Listen     string // where other machines of the hall reach this one, host:port; "" for nowhere
	Version    bool   // print the version and end
}

// DefaultPort is where machines of a hall listen when nobody says otherwise, and HubPort where hubs do.
const (
	DefaultPort = "7272"
	HubPort     = "7270"
)

// together answers whether all three faces share the display.
func (o Options) together() bool { return o.Face == Whole || o.Face == Demo }

// ErrUsage says that the command line is not right; what is wrong has been
// printed.
var ErrUsage = errors.New("usage")

const usage = `linli: a community service hall in windows.

  linli [flags] kiosk   the self-service machine for residents
  linli [flags] desk    the front desk
  linli [flags] board   the public display
  linli [flags] hall    all three windows, for a hall on one machine
  linli [flags] demo    all three windows of an invented hall

Flags:
`

// Parse reads the command line without the program's name. Flags may stand
// before and after the face.
func Parse(args []string, out io.Writer) (Options, error) {
	var o Options
	var profile string
	var full, windowed bool
	flags := flag.NewFlagSet("linli", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.Data, "data", "", "data folder (default: one of this user's own; demo has another)")
	flags.StringVar(&o.Lang, "lang", assets.LangChinese, "language: zh or en")
	flags.StringVar(&profile, "profile", "", "the kiosk's screen: "+profileNames()+" (default: as it was measured here, or "+theme.DefaultProfile().Name+")")
	flags.BoolVar(&o.Calibrate, "calibrate", false, "measure the kiosk's screen with an identity card first")
	flags.StringVar(&o.Printer, "printer", "", "the kiosk's slip printer: tcp://HOST:9100, file:///dev/usb/lp0 or spool://QUEUE, with ?paper=58 for narrow paper")
	flags.Func("card", "the kiosk's card reader: dir:///FOLDER, http://127.0.0.1:PORT/PATH, exec:///PROGRAM?arg=…, wedge:// for a scanner that types, or sim:// to try; once for each", func(address string) error {
		o.Card = strings.TrimSpace(o.Card + " " + address)
		_, err := card.New(address)
		return err
	})
	flags.BoolVar(&full, "fullscreen", false, "fill the screen (default for kiosk and board)")
	flags.BoolVar(&windowed, "windowed", false, "stay in a window (default for desk, hall and demo)")
	flags.StringVar(&o.Listen, "listen", "", "where other machines of the hall reach this one, host:port, or \"off\" (default :"+DefaultPort+"; demo: off)")
	flags.BoolVar(&o.Version, "version", false, "print the version")
	flags.Usage = func() {
		_, _ = fmt.Fprint(out, usage)
		flags.PrintDefaults()
	}
	wrong := func(format string, a ...any) (Options, error) {
		_, _ = fmt.Fprintf(out, format+"\n\n", a...)
		flags.Usage()
		return o, ErrUsage
	}
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			return o, ErrUsage
		}
		if rest = flags.Args(); len(rest) == 0 {
			break
		}
		if o.Face != "" {
			return wrong("one face at a time: %s", rest[0])
		}
		o.Face, rest = Face(rest[0]), rest[1:]
	}
	if o.Version {
		return o, nil
	}
	if profile != "" {
		var ok bool
		if o.Profile, ok = theme.ProfileNamed(profile); !ok {
			return wrong("no such profile: %s", profile)
		}
	}
	if o.Printer != "" {
		if _, err := print.New(o.Printer); err != nil {
			return wrong("%v", err)
		}
	}
	if o.Calibrate && o.Face != Kiosk {
		return wrong("-calibrate is for a kiosk")
	}
	if o.Lang != assets.LangChinese && o.Lang != assets.LangEnglish {
		return wrong("no such language: %s", o.Lang)
	}
	if full && windowed {
		return wrong("either -fullscreen or -windowed")
	}
	switch o.Face {
	case Kiosk, Board:
		o.FullScreen = !windowed
	case Desk, Whole, Demo:
		o.FullScreen = full
	case "":
		return wrong("which face?")
	default:
		return wrong("no such face: %s", o.Face)
	}
	switch {
	case o.Listen == "off", o.Listen == "" && o.Face == Demo:
		o.Listen = ""
	case o.Listen == "":
		o.Listen = ":" + DefaultPort
	}
	if o.Data == "" {
		folder, err := dataFolder()
		if err != nil {
			return wrong("where is this user's home? Name a folder with -data (%v)", err)
		}
		o.Data = filepath.Join(folder, "hall")
		if o.Face == Demo {
			o.Data = filepath.Join(folder, "demo")
		}
	}
	if profile == "" {
		o.Profile = o.screen(out)
	}
	return o, nil
}

// screen is the kiosk's screen as it was measured here, or the usual one: a file that cannot be read keeps no kiosk closed.
func (o Options) screen(out io.Writer) theme.Profile {
	p, err := theme.ReadScreen(filepath.Join(o.Data, theme.ScreenFile))
	if err == nil {
		return p
	}
	if !errors.Is(err, os.ErrNotExist) {
		_, _ = fmt.Fprintln(out, err)
	}
	return theme.DefaultProfile()
}

func profileNames() string {
	var names string
	for _, p := range theme.Profiles() {
		names += p.Name + " "
	}
	return names[:len(names)-1]
}

// dataFolder is where this user's halls lie: the operating system's own place
// for a program's data. Keys lie in its place for configuration instead, so that
// a copy of one is not a copy of both.
func dataFolder() (string, error) {
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "Linli"), nil
		}
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "linli"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share", "linli"), nil
}

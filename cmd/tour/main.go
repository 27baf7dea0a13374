// Tour serves a short day in a demo hall on a virtual display and leaves a
// numbered picture of every step, with an index.
//
//	bin/tour [-linli bin/linli] [-out screenshots]
//
// It ends with 0 when every step showed what it should, with 1 when one did not,
// with 2 for a wrong command line.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"linli/assets"
	"linli/internal/day"
)

func main() {
	linli := flag.String("linli", filepath.Join("bin", "linli"), "the program")
	out := flag.String("out", "screenshots", "folder for the pictures")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *linli, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tour is the pictures taken so far.
type tour struct {
	out   string
	count int
	index strings.Builder
}

func run(ctx context.Context, linli, out string) error {
	if err := clear(out); err != nil {
		return err
	}
	t := &tour{out: out}
	t.index.WriteString("# A short day in the demo hall\n\nAll people are invented. Taken by `make tour`.\n")
	failed := t.serve(ctx, linli, assets.LangChinese, "一天", day.Script())
	if failed == nil {
		failed = t.serve(ctx, linli, assets.LangEnglish, "In English", day.EnglishScript())
	}
	if err := os.WriteFile(filepath.Join(out, "index.md"), []byte(t.index.String()), 0o644); err != nil {
		return err
	}
	where, err := filepath.Abs(out)
	if err != nil {
		where = out
	}
	fmt.Printf("%d pictures in %s (see index.md)\n", t.count, where)
	return failed
}

// clear makes the folder and takes away pictures of an earlier tour, which would
// otherwise stand between the new ones.
func clear(out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(out, "[0-9][0-9]-*.png"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// serve runs one script in a hall of its own.
func (t *tour) serve(ctx context.Context, linli, lang, title string, script []day.Step) (err error) {
	dir, err := os.MkdirTemp("", "linli-tour-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	hall, err := day.Start(ctx, day.Config{Linli: linli, Dir: dir, Lang: lang})
	if err != nil {
		return err
	}
	defer func() {
		if stop := hall.Stop(); err == nil {
			err = stop
		}
	}()
	fmt.Fprintf(&t.index, "\n## %s\n", title)
	d := &day.Story{Hall: hall}
	for _, s := range script {
		if err := s.Do(ctx, d); err != nil {
			// What is to be seen now says more than the sentence.
			for _, f := range day.Faces() {
				_ = t.picture(ctx, d, f, "failed-"+s.Name, s.What.In(lang))
			}
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		fmt.Println(s.What.In(lang))
		for _, f := range s.Faces {
			if err := t.picture(ctx, d, f, s.Name, s.What.In(lang)); err != nil {
				return err
			}
		}
	}
	return nil
}

// names are the faces in file names.
var names = map[day.Face]string{day.Kiosk: "kiosk", day.Desk: "desk", day.Board: "board"}

func (t *tour) picture(ctx context.Context, d *day.Story, f day.Face, name, what string) error {
	t.count++
	file := fmt.Sprintf("%02d-%s.png", t.count, name)
	if !strings.HasPrefix(name, names[f]) {
		file = fmt.Sprintf("%02d-%s-%s.png", t.count, name, names[f])
	}
	if err := d.Shot(ctx, f, filepath.Join(t.out, file)); err != nil {
		return err
	}
	fmt.Fprintf(&t.index, "\n%d. %s (%s)\n\n   ![%s](%s)\n", t.count, what, names[f], what, file)
	return nil
}

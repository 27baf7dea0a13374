package print_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/kiosk/print"
)

// sample is an invented slip.
var sample = print.Paper{
	{Text: "样例社区服务大厅", Size: print.Text, Centre: true},
	{Text: "综合业务", Size: print.Large, Bold: true, Centre: true},
	{Text: "A1-005", Size: print.Number, Bold: true, Centre: true},
	{Rule: true},
	{Text: "前面还有 3 位。请坐下等候，大厅的屏幕和广播会叫它，过号了也不要紧，请到服务台说一声。", Size: print.Text},
	{Text: "2026年11月25日 上午九点半", Size: print.Small, Above: 8},
}

func set(t *testing.T, p print.Paper, width int) *print.Bitmap {
	t.Helper()
	b, err := p.Set(width)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// black counts the dots of a band of rows.
func black(b *print.Bitmap, from, to int) (n int) {
	for y := from; y < to; y++ {
		for x := range b.W {
			if b.Black(x, y) {
				n++
			}
		}
	}
	return n
}

func TestASlipComesOutAsItWasSet(t *testing.T) {
	for paper, width := range map[string]int{"80": print.Width80, "58": print.Width58} {
		d := newDevice(t)
		p, err := print.New(d.address + "?paper=" + paper)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := p.Print(t.Context(), sample); err != nil {
				t.Fatal(err)
			}
		}
		want := set(t, sample, width)
		got := d.printed(t)
		if len(got) != 2 || got[0].W != width || got[0].H != want.H || !bytes.Equal(got[0].Bits, want.Bits) || !bytes.Equal(got[1].Bits, want.Bits) {
			t.Errorf("%s mm: %d slips, the first %d × %d, want %d × %d alike", paper, len(got), got[0].W, got[0].H, want.W, want.H)
		}
		if folder := os.Getenv("LINLI_SHOTS"); folder != "" {
			var file bytes.Buffer
			if err := png.Encode(&file, got[0]); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "slip-"+paper+".png"), file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTextStaysOnThePaper(t *testing.T) {
	for _, width := range []int{print.Width58, print.Width80} {
		b := set(t, sample, width)
		for y := range b.H {
			if b.Black(0, y) || b.Black(b.W-1, y) || b.Black(1, y) || b.Black(b.W-2, y) {
				t.Fatalf("row %d reaches the edge of %d dots", y, width)
			}
		}
		// The number is the largest thing on it: 12 mm and more, 96 dots.
		first, last := -1, 0
		for y := 90; y < 330; y++ {
			if black(b, y, y+1) > 0 {
				if first < 0 && black(b, y, y+60) > 3000 {
					first = y
				}
				last = y
			} else if first >= 0 && last-first > 60 {
				break
			}
		}
		if width == print.Width80 && (first < 0 || last-first < 90) {
			t.Errorf("the number is %d dots high", last-first)
		}
	}
}

// Whatever is written: all of it is within the paper, and each line of text makes something black.
func TestAnyTextFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("请到三号窗口，A1-005 please wait。办理（一次）\n")), 0, 60, -1).Draw(t, "text")
		size := rapid.SampledFrom([]print.Size{print.Small, print.Text, print.Large, print.Number}).Draw(t, "size")
		b, err := print.Paper{{Text: text, Size: size, Centre: rapid.Bool().Draw(t, "centre")}}.Set(print.Width58)
		if err != nil {
			t.Fatal(err)
		}
		for y := range b.H {
			if b.Black(0, y) || b.Black(b.W-1, y) {
				t.Fatalf("%q reaches the edge", text)
			}
		}
	})
}

func TestWhatIsWrongWithAPrinterIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*device)
		want error
	}{
		"no paper":               {func(d *device) { d.paper = fine | 0b0110_0000 }, print.ErrPaper},
		"an open cover":          {func(d *device) { d.state = fine | 0b0000_0100 }, print.ErrCover},
		"a fault":                {func(d *device) { d.state = fine | 0b0100_0000 }, print.ErrFault},
		"paper out in the slip":  {func(d *device) { d.after = func(d *device) { d.paper = fine | 0b0110_0000 } }, print.ErrPaper},
		"it says nothing at all": {func(d *device) { d.mute = true }, nil},
		"rubbish before answers": {func(d *device) { d.talks = []byte{0xff, 0x00, 0x55} }, nil},
		"paper near its end":     {func(d *device) { d.paper = fine | 0b0000_1100 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t)
			c.set(d)
			p, err := print.New(d.address)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Print(t.Context(), sample); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if n := len(d.printed(t)); c.want == nil && n != 1 || c.want != nil && d.after == nil && n != 0 {
				t.Errorf("%d slips came out", n)
			}
			if p.Low() != (name == "paper near its end") {
				t.Errorf("low is %v", p.Low())
			}
		})
	}
}

// A printer that is unplugged in the middle, wherever that is: never is a slip said to be printed that was not, and the next
// one comes out.
func TestAPrinterThatIsUnpluggedSaysNoSlipIsPrinted(t *testing.T) {
	whole := len(print.Encode(set(t, sample, print.Width80)))
	for _, stops := range []int{1, 2, 3, 50, 1500, whole / 2, whole - 5} {
		d := newDevice(t)
		d.stops = stops
		p, err := print.New(d.address)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		err = p.Print(ctx, sample)
		cancel()
		if err != nil && !errors.Is(err, print.ErrAway) {
			t.Errorf("after %d bytes: %v", stops, err)
		}
		if err == nil && stops < whole-70_000 {
			t.Errorf("after %d of %d bytes: no error", stops, whole)
		}
		d.mu.Lock()
		d.stops, d.got = 0, nil
		d.mu.Unlock()
		if err := p.Print(t.Context(), sample); err != nil || len(d.printed(t)) != 1 {
			t.Errorf("plugged in again: %v", err)
		}
	}
}

func TestAPrinterThatHangsHoldsNobodyUp(t *testing.T) {
	d := newDevice(t)
	d.deaf = true
	p, err := print.New(d.address)
	if err != nil {
		t.Fatal(err)
	}
	large := make(print.Paper, 0, 2000) // more than the network holds for it
	for range 2000 {
		large = append(large, sample[4])
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	if err := p.Print(ctx, large); !errors.Is(err, print.ErrAway) {
		t.Errorf("%v", err)
	}
	if time.Since(began) > 30*time.Second {
		t.Error("it waits for ever")
	}
	if p, err = print.New("tcp://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	if err := p.Print(t.Context(), sample); !errors.Is(err, print.ErrAway) {
		t.Errorf("nobody there: %v", err)
	}
}

// A device file takes the same bytes, and so does the spooler's program.
func TestADeviceFileAndTheSpooler(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "lp0")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lp"), []byte("#!/bin/sh\n[ \"$2\" = slips ] || exit 1\ncat > '"+dir+"/spooled'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	want := set(t, sample, print.Width80)
	for address, out := range map[string]string{"file://" + file: file, "spool://slips": filepath.Join(dir, "spooled")} {
		p, err := print.New(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Print(t.Context(), sample); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		body, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if slips, rest, err := decode(body); err != nil || len(rest) > 0 || len(slips) != 1 || !bytes.Equal(slips[0].Bits, want.Bits) {
			t.Errorf("%s: %d slips, %d bytes left, %v", address, len(slips), len(rest), err)
		}
	}
	for _, address := range []string{"file://" + filepath.Join(dir, "none"), "spool://other"} {
		p, err := print.New(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Print(t.Context(), sample); !errors.Is(err, print.ErrAway) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestOnlyAddressesOfPrintersAreTaken(t *testing.T) {
	for _, bad := range []string{"", "printer", "http://here", "tcp://", "file://", "spool://", "spool://-x", "tcp://a?paper=110", "tcp://[", "serial:///dev/ttyS0"} {
		if _, err := print.New(bad); !errors.Is(err, print.ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

package seal_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/iotest"

	"linli/store/seal"
)

const (
	chunk      = 64 << 10
	headerSize = 44
)

// content is n bytes that do not repeat.
func content(n int) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte{1})
	_, _ = src.Read(b)
	return b
}

func sealFile(t testing.TB, r *seal.Ring, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.SealFile(&b, bytes.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openFile(r *seal.Ring, sealed []byte) ([]byte, error) {
	var b bytes.Buffer
	err := r.OpenFile(&b, bytes.NewReader(sealed))
	return b.Bytes(), err
}

func TestBackupComesBackAtEverySize(t *testing.T) {
	r := newRing(t)
	for _, n := range []int{0, 1, 15, 16, chunk - 1, chunk, chunk + 1, 2 * chunk, 3*chunk + 5} {
		plain := content(n)
		sealed := sealFile(t, r, plain)
		if got, err := openFile(r, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back different: %v", n, err)
		}
		if want := headerSize + n + 16*max(1, (n+chunk-1)/chunk); len(sealed) != want || seal.SealedFileSize(int64(n)) != int64(want) {
			t.Errorf("%d bytes became %d, want %d", n, len(sealed), want)
		}
		var slow bytes.Buffer
		if err := r.OpenFile(&slow, iotest.HalfReader(bytes.NewReader(sealed))); err != nil || !bytes.Equal(slow.Bytes(), plain) {
			t.Errorf("%d bytes read in pieces: %v", n, err)
		}
	}
	if bytes.Equal(sealFile(t, r, nil), sealFile(t, r, nil)) {
		t.Error("two backups of one file are equal bytes: a salt was used twice")
	}
}

func TestBackupRevealsNothing(t *testing.T) {
	plain := bytes.Repeat([]byte("an invented resident "), 10_000)
	if sealed := sealFile(t, newRing(t), plain); bytes.Contains(sealed, []byte("resident")) {
		t.Error("the backup shows its content")
	}
}

func TestEveryAlteredByteOfABackupIsFound(t *testing.T) {
	r := newRing(t)
	sealed := sealFile(t, r, content(100))
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := openFile(r, bad); err == nil {
			t.Fatalf("byte %d altered, and it opened", i)
		}
	}
	long := sealFile(t, r, content(3*chunk))
	for _, i := range []int{headerSize, headerSize + chunk + 15, headerSize + chunk + 16, len(long) - 1} {
		bad := bytes.Clone(long)
		bad[i] ^= 1
		if _, err := openFile(r, bad); !errors.Is(err, seal.ErrDamagedBackup) {
			t.Errorf("byte %d altered: %v", i, err)
		}
	}
}

func TestCutBackupIsFound(t *testing.T) {
	r := newRing(t)
	sealed := sealFile(t, r, content(100))
	for n := range sealed {
		if _, err := openFile(r, sealed[:n]); err == nil {
			t.Fatalf("cut to %d bytes it opened", n)
		}
	}
	long := sealFile(t, r, content(3*chunk))
	for _, n := range []int{headerSize, headerSize + chunk + 16, headerSize + 2*(chunk+16), headerSize - 1, headerSize + chunk + 20} {
		if _, err := openFile(r, long[:n]); !errors.Is(err, seal.ErrTruncated) {
			t.Errorf("cut to %d bytes: %v, want ErrTruncated", n, err)
		}
	}
}

func TestRearrangedBackupIsFound(t *testing.T) {
	r := newRing(t)
	sealed, other := sealFile(t, r, content(4*chunk)), sealFile(t, r, content(4*chunk))
	const piece = chunk + 16
	at := func(b []byte, i int) []byte { return b[headerSize+i*piece:][:piece] }
	build := func(parts ...[]byte) []byte { return bytes.Join(append([][]byte{sealed[:headerSize]}, parts...), nil) }
	for name, bad := range map[string][]byte{
		"two swapped":           build(at(sealed, 1), at(sealed, 0), at(sealed, 2), at(sealed, 3)),
		"one missing":           build(at(sealed, 0), at(sealed, 2), at(sealed, 3)),
		"one twice":             build(at(sealed, 0), at(sealed, 0), at(sealed, 1), at(sealed, 2), at(sealed, 3)),
		"one of another backup": build(at(sealed, 0), at(other, 1), at(sealed, 2), at(sealed, 3)),
		"the last one twice":    build(at(sealed, 0), at(sealed, 1), at(sealed, 2), at(sealed, 3), at(sealed, 3)),
		"a byte more":           build(at(sealed, 0), at(sealed, 1), at(sealed, 2), at(sealed, 3), []byte{0}),
	} {
		if _, err := openFile(r, bad); !errors.Is(err, seal.ErrDamagedBackup) {
			t.Errorf("%s: %v, want ErrDamagedBackup", name, err)
		}
	}
}

func TestBackupOfAnotherHall(t *testing.T) {
	r, other := newRing(t), newRing(t)
	sealed := sealFile(t, r, content(100))
	got, err := openFile(other, sealed)
	if !errors.Is(err, seal.ErrWrongKey) || len(got) != 0 {
		t.Errorf("got %d bytes and %v, want ErrWrongKey", len(got), err)
	}
	for name, b := range map[string][]byte{"empty": nil, "a database": []byte("SQLite format 3\x00, and so on"), "short": []byte("LINLI")} {
		if _, err := openFile(r, b); !errors.Is(err, seal.ErrNotBackup) {
			t.Errorf("%s: %v, want ErrNotBackup", name, err)
		}
	}
}

var errDisk = errors.New("invented disk error")

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestBackupPassesDiskErrorsOn(t *testing.T) {
	r := newRing(t)
	plain := content(2 * chunk)
	sealed := sealFile(t, r, plain)
	for _, room := range []int{0, headerSize, headerSize + chunk + 16} {
		if err := r.SealFile(&brokenWriter{room}, bytes.NewReader(plain)); !errors.Is(err, errDisk) {
			t.Errorf("sealing with room for %d bytes: %v", room, err)
		}
	}
	if err := r.OpenFile(&brokenWriter{chunk}, bytes.NewReader(sealed)); !errors.Is(err, errDisk) {
		t.Errorf("opening: %v", err)
	}
	for _, n := range []int{0, 10, headerSize, headerSize + chunk + 16, headerSize + chunk + 100} {
		src := io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(errDisk))
		if err := r.OpenFile(io.Discard, src); !errors.Is(err, errDisk) {
			t.Errorf("reading fails after %d bytes: %v", n, err)
		}
	}
	if err := r.SealFile(io.Discard, iotest.ErrReader(errDisk)); !errors.Is(err, errDisk) {
		t.Errorf("sealing what cannot be read: %v", err)
	}
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBackupMemoryDoesNotGrowWithTheFile(t *testing.T) {
	r := newRing(t)
	allocated := func(size int64) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		pr, pw := io.Pipe()
		go func() { pw.CloseWithError(r.SealFile(pw, io.LimitReader(zeros{}, size))) }()
		if err := r.OpenFile(io.Discard, pr); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if small, large := allocated(1<<20), allocated(64<<20); large > small+256<<10 {
		t.Errorf("1 MiB takes %d bytes of memory, 64 MiB takes %d", small, large)
	}
}

func BenchmarkSealFile(b *testing.B) {
	r := newRing(b)
	const size = 16 << 20
	b.SetBytes(size)
	for b.Loop() {
		if err := r.SealFile(io.Discard, io.LimitReader(zeros{}, size)); err != nil {
			b.Fatal(err)
		}
	}
}

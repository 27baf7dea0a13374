package guard

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// notedPrefix begins the line of each fault in the file in which crashes are kept; the stacks stand between.
const notedPrefix = "started again at "

// Note writes a fault as one line. What a program wrote when it crashed stands before it in the same file.
func (f Fault) Note(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s%s: hung %v, exit code %d\n", notedPrefix, f.At.UTC().Format(time.RFC3339), f.Hung, f.Code)
	return err
}

// Noted counts the faults of a file of crashes and answers when the last was; the zero time for none.
func Noted(r io.Reader) (count int, last time.Time, err error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if rest, ok := strings.CutPrefix(line, notedPrefix); ok {
			at, _, _ := strings.Cut(rest, ": ")
			if when, bad := time.Parse(time.RFC3339, at); bad == nil {
				count++
				last = when
			}
		}
		if err == io.EOF {
			return count, last, nil
		}
		if err != nil {
			return count, last, err
		}
	}
}

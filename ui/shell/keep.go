package shell

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"fyne.io/fyne/v2"

	"linli/kiosk/guard"
	"linli/ui/widget"
)

// public answers whether the face fills a machine that nobody stands behind: it is kept running, see package guard.
func (o Options) public() bool { return o.FullScreen && (o.Face == Kiosk || o.Face == Board) }

// keep runs this program once more as a kept one and answers its exit code. Why it had to be started again stands
// beside what it wrote when it crashed.
func keep(o Options, args []string, problems io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	debug.FreeOSMemory() // it only waits from here on
	k := guard.Keeper{Path: path, Args: args, Stderr: problems, Fault: func(f guard.Fault) { noteFault(o.Data, f) }}
	code, err := k.Keep(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(problems, err)
		return 1
	}
	return code
}

// noteFault adds a line to the crash file of a data folder.
func noteFault(folder string, f guard.Fault) {
	file, err := os.OpenFile(filepath.Join(folder, CrashFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	_ = f.Note(file)
}

// endAlone ends a kept program whose keeper is gone, well if its windows still answer.
func endAlone(a fyne.App) {
	widget.Later(a.Quit)
	time.AfterFunc(5*time.Second, func() { os.Exit(1) })
}

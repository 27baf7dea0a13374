package shell

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
)

// Files in the data folder that the program writes about itself.
const (
	LogFile   = "linli.log"
	CrashFile = "crash.log"
	logMost   = 4 << 20 // bytes; a longer log is put aside when the program starts
)

// record sends the log to a file in the data folder and a crash's stack to
// another, and answers what closes them. Where the folder cannot be written they
// stay on the error output: a hall must open without a log.
func record(folder string) (end func()) {
	file := openLog(filepath.Join(folder, LogFile))
	if file == nil {
		return func() {}
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(file, nil)))
	if crash, err := os.OpenFile(filepath.Join(folder, CrashFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
		if err := debug.SetCrashOutput(crash, debug.CrashOptions{}); err != nil {
			slog.Warn("crash output", "error", err)
		}
		_ = crash.Close() // the runtime has a copy of its own
	}
	return func() {
		slog.SetDefault(before)
		_ = file.Close()
	}
}

func openLog(path string) *os.File {
	if info, err := os.Stat(path); err == nil && info.Size() > logMost {
		_ = os.Rename(path, path+".1")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil
	}
	return file
}

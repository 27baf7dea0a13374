package shell

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"linli/kiosk/speak"
)

// Where a machine's voices lie in its data folder: a folder for each pack, and beside them the file that says what speaks what is
// not recorded. Without either it is the machine's own speech program.
const (
	voicesFolder = "voices"
	voicesFile   = "voices.json"
)

// voices is the file.
type voices struct {
	Packs   []string `json:"packs"`   // folders, the first choice first; all that are there when it says none
	Command []string `json:"command"` // a program that reads words and writes WAV, with its arguments
	Service string   `json:"service"` // an address to which words are posted and that answers WAV
}

// voice makes a voice of what there is on this machine; nil when that is nothing. What cannot be used stands in the log, and
// the rest speaks.
func (s *shell) voice() *speak.Voice {
	folder := filepath.Join(s.opts.Data, voicesFolder)
	var wanted voices
	body, err := os.ReadFile(filepath.Join(folder, voicesFile))
	if err == nil {
		err = json.Unmarshal(body, &wanted)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		slog.Error("voices", "error", err)
	}
	if len(wanted.Packs) == 0 {
		found, _ := filepath.Glob(filepath.Join(folder, "*", speak.PackFile))
		for _, file := range found {
			wanted.Packs = append(wanted.Packs, filepath.Base(filepath.Dir(file)))
		}
		slices.Sort(wanted.Packs)
	}
	var packs []*speak.Pack
	for _, name := range wanted.Packs {
		p, faults := speak.OpenPack(filepath.Join(folder, filepath.Base(name)))
		for _, fault := range faults {
			slog.Error("voice pack", "pack", name, "error", fault)
		}
		if p != nil {
			packs = append(packs, p)
		}
	}
	engines := speak.Engines()
	if e := speak.NewCommand(wanted.Command); e != nil {
		engines = append([]speak.Engine{e}, engines...)
	}
	if wanted.Service != "" {
		engines = append([]speak.Engine{speak.NewService(wanted.Service)}, engines...)
	}
	return speak.New(s.player, packs, engines...)
}

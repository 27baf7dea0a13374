package sound

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"

	"linli/assets"
)

// A program can play a WAV file. Programs do it, and not a sound library,
// because the desk and the board must also be built without cgo, and because a
// sound server that hangs must not take a face with it.
type program struct {
	name string
	args []string // file stands for the path of the sound; without it the sound goes to stdin
}

// file is the argument that is replaced by the path of the sound.
const file = "{file}"

// programs lists what may be on a machine, the best first.
func programs(system string) []program {
	switch system {
	case "windows":
		return []program{{"powershell", []string{
			"-NoProfile", "-NonInteractive", "-WindowStyle", "Hidden", "-Command",
			"(New-Object System.Media.SoundPlayer $args[0]).PlaySync()", file,
		}}}
	case "darwin":
		return []program{{"afplay", []string{file}}}
	default:
		return []program{
			{"paplay", []string{file}}, // PulseAudio and PipeWire
			{"aplay", []string{"-q", "-"}},
		}
	}
}

// external plays through another program.
type external struct {
	path string
	args []string

	mu      sync.Mutex
	playing map[string]bool
}

// New answers this machine's player. It is silent when the machine has no
// program that can play.
func New() Player { return newExternal(programs(runtime.GOOS), exec.LookPath) }

// newExternal takes the first program that look finds.
func newExternal(list []program, look func(string) (string, error)) Player {
	for _, p := range list {
		if path, err := look(p.name); err == nil {
			return &external{path: path, args: p.args, playing: map[string]bool{}}
		}
	}
	return silent{}
}

// silent is the player of a machine that cannot play.
type silent struct{}

func (silent) Play(string) {}

func (silent) Sound(context.Context, PCM) {}

// Play begins a sound, unless it is being played.
func (e *external) Play(name string) {
	wav := assets.Sound(name)
	if wav == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.playing[name] {
		return
	}
	e.playing[name] = true
	go func() {
		defer func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			delete(e.playing, name)
		}()
		_ = e.run(context.Background(), name, wav)
	}()
}

// Sound implements [Player].
func (e *external) Sound(ctx context.Context, p PCM) { _ = e.run(ctx, "voice", p.WAV()) }

// run plays a sound to its end. For who plays it failing is silence: nobody in the hall could
// do anything about it at this moment. [Try] hears of it.
func (e *external) run(ctx context.Context, name string, wav []byte) error {
	cmd := exec.CommandContext(ctx, e.path) //nolint:gosec // one of our own list, found on the PATH
	cmd.Stdin = bytes.NewReader(wav)
	for _, a := range e.args {
		if a == file {
			path, remove, err := onDisk(name, wav)
			if err != nil {
				return err
			}
			defer remove()
			cmd.Stdin, a = nil, path
		}
		cmd.Args = append(cmd.Args, a)
	}
	return cmd.Run() // it fails where there is no device, or somebody else holds it
}

// onDisk writes a sound where another program can read it.
func onDisk(name string, wav []byte) (path string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "linli-sound-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) } // the system clears its temporary folder anyway
	path = filepath.Join(dir, name+".wav")
	if err := os.WriteFile(path, wav, 0o600); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}

package powercut

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Disk is one file system on a [Supply].
type Disk struct {
	supply   *Supply
	folder   string // of the machine, where the disk's content is while it is not mounted
	inodes   []*inode
	unsynced []string
	mounted  interface{ Unmount() error }
}

// inode is a file or a folder. Its number is its place in Disk.inodes and one more;
// it stays when nothing names it any longer, for a program may have it open.
type inode struct {
	number uint64
	mode   fs.FileMode // of rights only
	file   *file       // one of the two
	dir    *folder
}

// Plug reads what a disk holds from a folder of the machine.
func (s *Supply) Plug(folder string) (*Disk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &Disk{supply: s, folder: folder}
	if err := d.load(d.add(0o700, nil), folder); err != nil {
		return nil, err
	}
	s.disks = append(s.disks, d)
	return d, nil
}

// add makes an inode that nothing names yet: of a folder, or of a file.
func (d *Disk) add(mode fs.FileMode, f *file) *inode {
	n := &inode{number: uint64(len(d.inodes) + 1), mode: mode.Perm(), file: f}
	if f == nil {
		n.dir = newFolder()
	}
	d.inodes = append(d.inodes, n)
	return n
}

func (d *Disk) root() *inode { return d.inodes[0] }

// load reads a folder of the machine into a folder of the disk.
func (d *Disk) load(in *inode, from string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		at := filepath.Join(from, e.Name())
		var n *inode
		switch {
		case e.IsDir():
			n = d.add(info.Mode(), nil)
			if err := d.load(n, at); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			content, err := os.ReadFile(at)
			if err != nil {
				return err
			}
			n = d.add(info.Mode(), newFile(content))
		default:
			return &fs.PathError{Op: "plug", Path: at, Err: errors.ErrUnsupported}
		}
		in.dir.seen[e.Name()], in.dir.kept[e.Name()] = n, n
	}
	return nil
}

// store writes what the disk keeps of a folder to a new folder of the machine.
func (d *Disk) store(n *inode, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for name, child := range n.dir.kept {
		at := filepath.Join(to, name)
		var err error
		if child.dir != nil {
			err = d.store(child, at)
		} else {
			err = os.WriteFile(at, child.file.kept, child.mode)
		}
		if err != nil {
			return err
		}
	}
	return os.Chmod(to, n.mode)
}

// settle decides what a cut takes. Nothing changes after it.
func (d *Disk) settle() {
	d.unsynced = unsyncedBelow(d.root(), "", nil)
	for _, n := range d.inodes {
		n.writeBack(d.supply.mood())
	}
}

// writeBack lets some of what was not synced reach the disk.
func (n *inode) writeBack(m mood) {
	if n.dir != nil {
		n.dir.writeBack(m)
	} else {
		n.file.writeBack(m)
	}
}

// sometimes writes back a little after a change, as a system does while programs
// work.
func (d *Disk) sometimes(n *inode) {
	const oneIn = 128
	if d.supply.chance.IntN(oneIn) == 0 {
		n.writeBack(d.supply.mood())
	}
}

func unsyncedBelow(n *inode, at string, found []string) []string {
	if n.dir == nil {
		if !n.file.synced() {
			found = append(found, at)
		}
		return found
	}
	if len(n.dir.unsynced) > 0 {
		found = append(found, at+"/")
	}
	for _, name := range slices.Sorted(maps.Keys(n.dir.seen)) {
		found = unsyncedBelow(n.dir.seen[name], path.Join(at, name), found)
	}
	return found
}

// Unsynced answers what the cut could take: the files with data that nobody had
// synced, as paths below the root, and folders with names, which end in a slash.
func (d *Disk) Unsynced() []string {
	d.supply.mu.Lock()
	defer d.supply.mu.Unlock()
	return d.unsynced
}

// Unplug unmounts the disk and writes what it holds to its folder. Where the power
// was not cut that is everything, as when a machine is shut down.
func (d *Disk) Unplug() error {
	if d.mounted != nil {
		if err := d.mounted.Unmount(); err != nil {
			return err
		}
		d.mounted = nil
	}
	d.supply.mu.Lock()
	defer d.supply.mu.Unlock()
	d.supply.disks = slices.DeleteFunc(d.supply.disks, func(o *Disk) bool { return o == d })
	if !d.supply.isOff {
		for _, n := range d.inodes {
			if n.dir != nil {
				n.dir.sync()
			} else {
				n.file.sync()
			}
		}
	}
	if err := os.RemoveAll(d.folder); err != nil {
		return err
	}
	return d.store(d.root(), d.folder)
}

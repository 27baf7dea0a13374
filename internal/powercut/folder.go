package powercut

import "slices"

// folder is the names of a folder, twice.
type folder struct {
	seen     map[string]*inode // as programs see them
	kept     map[string]*inode // as they would be after a cut
	unsynced []*step           // what leads from kept to seen, in order
}

func newFolder() *folder {
	return &folder{seen: map[string]*inode{}, kept: map[string]*inode{}}
}

// step is one change of names: one edit, or the two of a rename. It reaches the disk
// whole.
type step struct {
	edits []edit
	taken bool
}

// edit puts a name to what it stands for, or removes it (to is nil).
type edit struct {
	in   *folder
	name string
	to   *inode
}

// do makes programs see a change of names.
func do(edits ...edit) {
	s := &step{edits: edits}
	for _, e := range edits {
		put(e.in.seen, e.name, e.to)
		if n := len(e.in.unsynced); n == 0 || e.in.unsynced[n-1] != s {
			e.in.unsynced = append(e.in.unsynced, s)
		}
	}
}

func put(names map[string]*inode, name string, to *inode) {
	if to == nil {
		delete(names, name)
	} else {
		names[name] = to
	}
}

// keep lets a step reach the disk, after those before it in each of its folders.
// All folders have their steps in the order in which they were done, so this ends.
func (s *step) keep() {
	if s.taken {
		return
	}
	s.taken = true
	for _, e := range s.edits {
		e.in.keepUpTo(slices.Index(e.in.unsynced, s))
	}
	for _, e := range s.edits {
		put(e.in.kept, e.name, e.to)
		e.in.unsynced = slices.DeleteFunc(e.in.unsynced, func(o *step) bool { return o == s })
	}
}

// keepUpTo lets the first n steps reach the disk.
func (f *folder) keepUpTo(n int) {
	for _, s := range slices.Clone(f.unsynced[:max(n, 0)]) {
		s.keep()
	}
}

// sync lets a cut take none of the names.
func (f *folder) sync() { f.keepUpTo(len(f.unsynced)) }

// writeBack lets the first few steps reach the disk.
func (f *folder) writeBack(m mood) { f.keepUpTo(m.upTo(len(f.unsynced))) }

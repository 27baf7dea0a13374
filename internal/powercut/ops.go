package powercut

import (
	"io/fs"
	"syscall"
)

// The operations of a file system, as the kernel asks for them. Each that changes
// something is one change of the supply; the caller holds the supply's lock.

// at answers the inode of a number; 0 where the power is off.
func (d *Disk) at(number uint64) (*inode, syscall.Errno) {
	switch {
	case d.supply.isOff:
		return nil, syscall.EIO
	case number == 0 || number > uint64(len(d.inodes)):
		return nil, syscall.ESTALE
	}
	return d.inodes[number-1], 0
}

// dirAt answers the folder of a number.
func (d *Disk) dirAt(number uint64) (*inode, syscall.Errno) {
	n, errno := d.at(number)
	if errno == 0 && n.dir == nil {
		errno = syscall.ENOTDIR
	}
	return n, errno
}

// fileAt answers the file of a number.
func (d *Disk) fileAt(number uint64) (*inode, syscall.Errno) {
	n, errno := d.at(number)
	if errno == 0 && n.file == nil {
		errno = syscall.EISDIR
	}
	return n, errno
}

func (d *Disk) lookup(dir uint64, name string) (*inode, syscall.Errno) {
	in, errno := d.dirAt(dir)
	if errno != 0 {
		return nil, errno
	}
	n := in.dir.seen[name]
	if n == nil {
		return nil, syscall.ENOENT
	}
	return n, 0
}

// create makes a file, or a folder where f is nil.
func (d *Disk) create(dir uint64, name string, mode fs.FileMode, f *file) (*inode, syscall.Errno) {
	in, errno := d.dirAt(dir)
	switch {
	case errno != 0:
		return nil, errno
	case in.dir.seen[name] != nil:
		return nil, syscall.EEXIST
	case !d.supply.change():
		return nil, syscall.EIO
	}
	n := d.add(mode, f)
	do(edit{in.dir, name, n})
	d.sometimes(in)
	return n, 0
}

// remove takes a name away: a file's, or an empty folder's.
func (d *Disk) remove(dir uint64, name string, isDir bool) syscall.Errno {
	n, errno := d.lookup(dir, name)
	switch {
	case errno != 0:
		return errno
	case isDir && n.dir == nil:
		return syscall.ENOTDIR
	case !isDir && n.dir != nil:
		return syscall.EISDIR
	case isDir && len(n.dir.seen) > 0:
		return syscall.ENOTEMPTY
	case !d.supply.change():
		return syscall.EIO
	}
	in := d.inodes[dir-1]
	do(edit{in.dir, name, nil})
	d.sometimes(in)
	return 0
}

// rename moves a name over another one. The kernel has seen to it that no folder
// goes below itself.
func (d *Disk) rename(dir uint64, name string, toDir uint64, toName string, replace bool) syscall.Errno {
	n, errno := d.lookup(dir, name)
	if errno != 0 {
		return errno
	}
	to, errno := d.dirAt(toDir)
	if errno != 0 {
		return errno
	}
	in, over := d.inodes[dir-1], to.dir.seen[toName]
	switch {
	case over == n:
		return 0
	case over != nil && !replace:
		return syscall.EEXIST
	case over != nil && over.dir == nil && n.dir != nil:
		return syscall.ENOTDIR
	case over != nil && over.dir != nil && n.dir == nil:
		return syscall.EISDIR
	case over != nil && over.dir != nil && len(over.dir.seen) > 0:
		return syscall.ENOTEMPTY
	case !d.supply.change():
		return syscall.EIO
	}
	do(edit{in.dir, name, nil}, edit{to.dir, toName, n})
	d.sometimes(in)
	return 0
}

func (d *Disk) read(number uint64, into []byte, at int) ([]byte, syscall.Errno) {
	n, errno := d.fileAt(number)
	if errno != 0 || at >= len(n.file.seen) {
		return nil, errno
	}
	return into[:copy(into, n.file.seen[at:])], 0
}

func (d *Disk) write(number uint64, b []byte, at int) syscall.Errno {
	n, errno := d.fileAt(number)
	if errno != 0 {
		return errno
	}
	if !d.supply.change() {
		return syscall.EIO
	}
	n.file.write(b, at)
	d.sometimes(n)
	return 0
}

func (d *Disk) truncate(number uint64, size int) syscall.Errno {
	n, errno := d.fileAt(number)
	if errno != 0 {
		return errno
	}
	if !d.supply.change() {
		return syscall.EIO
	}
	n.file.truncate(size)
	d.sometimes(n)
	return 0
}

// sync is fsync, and fdatasync as well: of what the latter may leave out, times,
// nothing is kept here.
func (d *Disk) sync(number uint64) syscall.Errno {
	n, errno := d.at(number)
	if errno != 0 {
		return errno
	}
	if !d.supply.change() {
		return syscall.EIO
	}
	if n.dir != nil {
		n.dir.sync()
	} else {
		n.file.sync()
	}
	return 0
}

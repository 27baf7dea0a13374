package powercut

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// UnwantedEnv names the environment variable that says, with 1, that a machine is
// to do without the tests that mount.
const UnwantedEnv = "LINLI_NO_POWERCUT"

// mountError says what is missing.
func mountError(err error) error {
	return fmt.Errorf("no disk whose power can be cut: it needs /dev/fuse and root, or a user namespace of one's own; %s=1 says that this machine is to do without: %w", UnwantedEnv, err)
}

// OwnMounts starts a program in a mount namespace of its own, as the root of it:
// nobody else sees what it mounts, and that is gone when it has ended, however it
// ends. The program is best this one again, for a shell could not mount a [Disk].
func OwnMounts(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	if err := cmd.Start(); err != nil {
		return mountError(err)
	}
	return nil
}

// Mount lets programs work on the disk below a folder, which must not be seen from
// where it matters: see [OwnMounts]. The process that mounts must not work there
// itself: it would wait for its own answers.
func (d *Disk) Mount(at string) error {
	k := &kernel{RawFileSystem: fuse.NewDefaultRawFileSystem(), disk: d, open: map[uint64][]fuse.DirEntry{}}
	server, err := fuse.NewServer(k, at, &fuse.MountOptions{
		FsName: "powercut", Name: "powercut",
		DirectMountStrict:  true, // no helper program is wanted for that
		DisableXAttrs:      true,
		DisableReadDirPlus: true,
	})
	if err != nil {
		return mountError(err)
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return mountError(err)
	}
	d.mounted = server
	return nil
}

// kernel translates what the kernel asks for. Numbers of inodes are its own.
type kernel struct {
	fuse.RawFileSystem // answers ENOSYS to all the rest
	disk               *Disk
	open               map[uint64][]fuse.DirEntry // what is read of open folders
	opened             uint64
}

// String names the file system.
func (k *kernel) String() string { return "powercut" }

// known is how long the kernel may believe what it knows: nobody else changes it.
const known = time.Hour

// lock holds up all other changes, and answers how to let them go.
func (k *kernel) lock() func() {
	k.disk.supply.mu.Lock()
	return k.disk.supply.mu.Unlock
}

func (n *inode) attr(out *fuse.Attr) {
	out.Ino, out.Nlink, out.Blksize = n.number, 1, page
	out.Uid, out.Gid = uint32(os.Getuid()), uint32(os.Getgid())
	if n.dir != nil {
		out.Mode = syscall.S_IFDIR | uint32(n.mode)
		return
	}
	out.Mode = syscall.S_IFREG | uint32(n.mode)
	out.Size = uint64(len(n.file.seen))
	out.Blocks = (out.Size + sector - 1) / sector
}

func (n *inode) entry(out *fuse.EntryOut) {
	out.NodeId = n.number
	out.SetEntryTimeout(known)
	out.SetAttrTimeout(known)
	n.attr(&out.Attr)
}

// Lookup implements fuse.RawFileSystem, as the methods below do.
func (k *kernel) Lookup(_ <-chan struct{}, in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.lookup(in.NodeId, name)
	if errno == 0 {
		n.entry(out)
	}
	return fuse.Status(errno)
}

func (k *kernel) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.at(in.NodeId)
	if errno == 0 {
		n.attr(&out.Attr)
		out.SetTimeout(known)
	}
	return fuse.Status(errno)
}

func (k *kernel) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.at(in.NodeId)
	if errno != 0 {
		return fuse.Status(errno)
	}
	if size, ok := in.GetSize(); ok {
		if errno := k.disk.truncate(in.NodeId, int(size)); errno != 0 {
			return fuse.Status(errno)
		}
	}
	if mode, ok := in.GetMode(); ok {
		n.mode = fs.FileMode(mode).Perm()
	}
	n.attr(&out.Attr)
	out.SetTimeout(known)
	return fuse.OK
}

func (k *kernel) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.create(in.NodeId, name, fs.FileMode(in.Mode), nil)
	if errno == 0 {
		n.entry(out)
	}
	return fuse.Status(errno)
}

func (k *kernel) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.create(in.NodeId, name, fs.FileMode(in.Mode), newFile(nil))
	if errno == 0 {
		n.entry(&out.EntryOut)
		out.OpenFlags = fuse.FOPEN_KEEP_CACHE
	}
	return fuse.Status(errno)
}

func (k *kernel) Unlink(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	defer k.lock()()
	return fuse.Status(k.disk.remove(in.NodeId, name, false))
}

func (k *kernel) Rmdir(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	defer k.lock()()
	return fuse.Status(k.disk.remove(in.NodeId, name, true))
}

func (k *kernel) Rename(_ <-chan struct{}, in *fuse.RenameIn, name, toName string) fuse.Status {
	const noReplace = 1
	if in.Flags&^noReplace != 0 {
		return fuse.EINVAL
	}
	defer k.lock()()
	return fuse.Status(k.disk.rename(in.NodeId, name, in.Newdir, toName, in.Flags == 0))
}

func (k *kernel) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	defer k.lock()()
	_, errno := k.disk.fileAt(in.NodeId)
	if errno == 0 && in.Flags&syscall.O_TRUNC != 0 {
		errno = k.disk.truncate(in.NodeId, 0)
	}
	out.OpenFlags = fuse.FOPEN_KEEP_CACHE
	return fuse.Status(errno)
}

func (k *kernel) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	defer k.lock()()
	b, errno := k.disk.read(in.NodeId, buf, int(in.Offset))
	return fuse.ReadResultData(b), fuse.Status(errno)
}

func (k *kernel) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	defer k.lock()()
	if errno := k.disk.write(in.NodeId, data, int(in.Offset)); errno != 0 {
		return 0, fuse.Status(errno)
	}
	return uint32(len(data)), fuse.OK
}

// Flush is a close, which saves nothing.
func (k *kernel) Flush(_ <-chan struct{}, in *fuse.FlushIn) fuse.Status {
	defer k.lock()()
	_, errno := k.disk.at(in.NodeId)
	return fuse.Status(errno)
}

func (k *kernel) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	defer k.lock()()
	return fuse.Status(k.disk.sync(in.NodeId))
}

func (k *kernel) FsyncDir(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	defer k.lock()()
	return fuse.Status(k.disk.sync(in.NodeId))
}

func (k *kernel) OpenDir(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	defer k.lock()()
	_, errno := k.disk.dirAt(in.NodeId)
	k.opened++
	out.Fh = k.opened
	return fuse.Status(errno)
}

// ReadDir goes on in what the folder held when reading began.
func (k *kernel) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	defer k.lock()()
	n, errno := k.disk.dirAt(in.NodeId)
	if errno != 0 {
		return fuse.Status(errno)
	}
	if in.Offset == 0 {
		k.open[in.Fh] = n.dir.list()
	}
	list := k.open[in.Fh]
	for i := int(in.Offset); i < len(list) && out.AddDirEntry(list[i]); i++ {
	}
	return fuse.OK
}

func (f *folder) list() []fuse.DirEntry {
	list := make([]fuse.DirEntry, 0, len(f.seen))
	for _, name := range slices.Sorted(maps.Keys(f.seen)) {
		n := f.seen[name]
		e := fuse.DirEntry{Name: name, Ino: n.number, Mode: syscall.S_IFREG, Off: uint64(len(list) + 1)}
		if n.dir != nil {
			e.Mode = syscall.S_IFDIR
		}
		list = append(list, e)
	}
	return list
}

func (k *kernel) ReleaseDir(in *fuse.ReleaseIn) {
	defer k.lock()()
	delete(k.open, in.Fh)
}

// StatFs answers that there is room.
func (k *kernel) StatFs(_ <-chan struct{}, _ *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	const pages = 1 << 20
	*out = fuse.StatfsOut{Blocks: pages, Bfree: pages, Bavail: pages, Files: pages, Ffree: pages, Bsize: page, Frsize: page, NameLen: 255}
	return fuse.OK
}

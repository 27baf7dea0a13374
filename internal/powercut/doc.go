// Package powercut is a disk whose power can be cut: a small FUSE file system
// that forgets, at any moment, what nobody has synced.
//
// A kill ends a program, and the system still writes what it had been given. A
// power cut takes that too. Only this finds out whether what a screen confirmed
// had reached the disk, and whether what had reached it by halves is recognised.
//
//	supply := powercut.NewSupply(seed)
//	disk, err := supply.Plug(folder) // what the disk holds at first
//	err = disk.Mount(at)             // programs work below at
//	supply.CutAfter(n)               // the n-th change from here does not happen any more
//	<-supply.Off()                   // from now on everything is EIO; kill the programs
//	err = disk.Unplug()              // folder holds what a machine would find when it starts again
//
// Several disks on one [Supply] lose their power at the same moment. While a disk is
// mounted it lives in memory; its folder is read by Plug and written by Unplug.
//
// # What a cut takes
//
// The file system keeps everything twice: as programs see it, and as it would be
// after a cut. What the second one lacks reaches it by a sync, or by chance:
//
//   - Data. After fsync or fdatasync a file's bytes and size stay. Until then any
//     sector of 512 bytes, or any page of 4096, that was written is old or new,
//     each for itself and in no order; so is the size, and what lies between is
//     zeros. A sector itself is never half written, and writing one harms no
//     other (which SQLite also takes for granted: powersafe overwrite).
//   - Names. After fsync of a folder everything that was created, renamed or removed
//     in it stays. Until then, the changes of one folder happen in their order, up to
//     a random one; a rename is whole or did not happen, also between two
//     folders. Syncing a file does not save its name, nor syncing a folder its own.
//   - Some of both is written back from time to time while programs work, so what is
//     left may be a mixture of several moments, and a cut in the middle of a sync
//     leaves it half done. Where one certain loss is looked for, [Supply.Worst]
//     leaves nothing to chance.
//
// POSIX promises no more than that, and the manual of fsync says so of names.
// It is stricter than ext4 in its usual mode (data=ordered): there one journal orders
// the names of all folders, syncing a new file saves its name and those above it as
// well, and a file does not grow before its data are there. A program that is right here
// is right there. SQLite is written for it: for each journal and each write-ahead log
// that it makes it also syncs the folder, once, which saves the database's name too.
//
// # What is left out
//
// Disks that lie about a sync, and sectors that can no longer be read. Rights are
// kept at once, times not at all; there are no links and no extended attributes.
// Locks are the kernel's own. Mounting needs Linux, /dev/fuse, and root or a user
// namespace of one's own; the disk itself works anywhere.
package powercut

package app

import (
	"context"
	"time"
)

// FileType is what an attachment is, found by its content.
type FileType string

// The types that a hall keeps. Each is a document or a picture; none runs by being opened.
const (
	FileJPEG FileType = "image/jpeg"
	FilePNG  FileType = "image/png"
	FilePDF  FileType = "application/pdf"
	FileOFD  FileType = "application/ofd" // 版式文件, GB/T 33190
	FileDOCX FileType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	FileXLSX FileType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// MaxAttachment is the greatest size of an attachment's content in bytes. Sealed it grows by less than
// the 16 KiB that are missing here from 32 MiB, which is as much as travels.
const MaxAttachment = 32<<20 - 16<<10

// Attachment (附件) is a file that belongs to a record.
type Attachment struct {
	ID     string
	Record string // table of the record: resident, visit, case, appointment
	Row    string // the record's id
	Name   string // as its author called it, sealed; empty for who may not open it
	Type   FileType
	Size   int64 // of the content
	By     string
	ByName string
	At     time.Time
	Here   bool // its content is on this machine; it may still be on its way
}

// AttachmentPort keeps files with the records that they belong to. To attach, a person needs the right to
// write the record; to open, ActReveal, or to see the case of a case's. An attachment is a fact: it is not changed and not
// removed.
type AttachmentPort interface {
	// Attach keeps a file. What it is is decided by its content, never by its name. The same content again at the same
	// record answers the attachment that is there. Errors: CodeAttachmentType, CodeAttachmentLarge (args: most MiB),
	// CodeNotFound (the record), CodeRequired and CodeTooLong on "name".
	Attach(ctx context.Context, by Actor, record, row, name string, content []byte) (Attachment, error)
	// Attachments lists those of a record, the oldest first.
	Attachments(ctx context.Context, by Actor, record, row string) ([]Attachment, error)
	// OpenAttachment answers the whole content. That somebody opened it stays on record. CodeAttachmentAway when it is not on
	// this machine, or not yet.
	OpenAttachment(ctx context.Context, by Actor, id string) (Attachment, []byte, error)
}

package app

import (
	"errors"
	"fmt"
	"strings"
)

// Code names one kind of failure. It is stable: translations are keyed by
// "error.<code>" and programs may compare it.
type Code string

// The codes. Each has a sentence in every language that says what happened and
// what to do next.
const (
	CodeInternal     Code = "internal"      // a fault of ours; the log has the rest
	CodeInvalid      Code = "invalid"       // a field is not right; Field names it
	CodeRequired     Code = "required"      // a field is missing; Field names it
	CodeNotFound     Code = "not_found"     // no such thing
	CodeForbidden    Code = "forbidden"     // this role may not do this
	CodeWrongState   Code = "wrong_state"   // the step is not possible now; Args: from, step
	CodeTaken        Code = "taken"         // someone else was first
	CodeDuplicate    Code = "duplicate"     // it exists already; Args: id of the other
	CodeClosed       Code = "closed"        // outside opening hours
	CodeFull         Code = "full"          // today's quota is used up
	CodeLastTicket   Code = "last_ticket"   // past today's last ticket
	CodeWrongPIN     Code = "wrong_pin"     // Args: tries left
	CodePIN          Code = "pin"           // too short, too long or too easy to guess
	CodeNotSame      Code = "not_same"      // the second time something else was typed
	CodeLocked       Code = "locked"        // too many tries; Args: minutes
	CodeWrongSecret  Code = "wrong_secret"  // receipt number or secret do not match
	CodeDiskFull     Code = "disk_full"     // nothing was saved
	CodeReadOnly     Code = "read_only"     // the folder cannot be written
	CodeBusy         Code = "busy"          // the folder is held; Args: by whom
	CodeNewerData    Code = "newer_data"    // written by a newer program
	CodeDamaged      Code = "damaged"       // the database is damaged
	CodeNoKey        Code = "no_key"        // the key file is missing or does not fit
	CodeNotEmpty     Code = "not_empty"     // the folder holds a hall already
	CodeNoHall       Code = "no_hall"       // the folder holds no hall yet
	CodeHalls        Code = "halls"         // the folder holds several halls; Args: the folder
	CodeUnreadable   Code = "unreadable"    // a file cannot be understood; Args: why
	CodeIDChecksum   Code = "id_checksum"   // as package standard names it, like the next two
	CodeDate         Code = "date_none"     // no such date
	CodeUnknownCode  Code = "code_unknown"  // a value outside its code table
	CodeTooLong      Code = "too_long"      // Args: most characters allowed
	CodeStale        Code = "stale"         // nothing changed / form out of date
	CodeNotConfirmed Code = "not_confirmed" // a confirmation is missing
	CodeMismatch     Code = "mismatch"      // does not fit the ID number
	CodeDraftNone    Code = "draft_none"    // no unfinished form has this code, or not any more
	CodeNotOwner     Code = "not_owner"     // another machine's unit of appointments
	CodeNotToday     Code = "not_today"     // the appointment is on another day; Args: the day
	CodeNoAuthority  Code = "no_authority"  // only the machine that made the hall may do this
	CodeNoNumbers    Code = "no_numbers"    // the machine's numbers are used up; it has to be admitted again
	CodeAdmission    Code = "admission"     // the code for a new machine is wrong, used or too old
	CodeUnreachable  Code = "unreachable"   // the other machine does not answer; Args: address
	CodeJoinSilent   Code = "join_silent"   // nobody answers where a hall was to be joined; Args: address
	CodeNoPeer       Code = "no_peer"       // this machine knows no other one
	CodeRevoked      Code = "revoked"       // this machine was taken out of the hall

	// Of files that carry what others lack.
	CodeBundleNone    Code = "bundle_none"    // another kind of file
	CodeBundleHall    Code = "bundle_hall"    // of another hall
	CodeBundleOther   Code = "bundle_other"   // for other machines; Args: the id of this one's log
	CodeBundleBroken  Code = "bundle_broken"  // cut short or damaged; Args: new entries taken before that
	CodeBundleGap     Code = "bundle_gap"     // something before it is missing here; Args: new entries taken
	CodeBundleRefused Code = "bundle_refused" // something in it is not of this hall; Args: new entries taken
	CodeBundleRevoked Code = "bundle_revoked" // its writer was taken out of the hall
	CodeBundleNobody  Code = "bundle_nobody"  // for a machine that is not known here; Args: which

	// Of files that belong to records.
	CodeAttachmentType  Code = "attachment_type"  // none of the kinds that are kept, or cut off
	CodeAttachmentLarge Code = "attachment_large" // Args: most MiB
	CodeAttachmentAway  Code = "attachment_away"  // its content is not on this machine, or not yet
)

// Error is what every port returns when it does not do what was asked.
//
// Code says what kind, Field which input, Args fill the sentence's places, Op
// and Err go to the log only. Error values never carry personal data in Args.
type Error struct {
	Code  Code
	Field string
	Args  []string
	Op    string
	Err   error
}

// Error is for the log, not for readers.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(string(e.Code))
	if e.Field != "" {
		b.WriteString(" " + e.Field)
	}
	if len(e.Args) > 0 {
		fmt.Fprintf(&b, " %v", e.Args)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Fail makes an Error of a code with the values that its sentence names.
func Fail(code Code, args ...string) *Error { return &Error{Code: code, Args: args} }

// Bad makes an Error about one input field.
func Bad(code Code, field string, args ...string) *Error {
	return &Error{Code: code, Field: field, Args: args}
}

// CodeOf answers the code of err: "" for nil, CodeInternal for foreign errors.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// AsError answers err as *Error, wrapping foreign errors as CodeInternal.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeInternal, Err: err}
}

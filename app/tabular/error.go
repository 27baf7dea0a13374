package tabular

import "strconv"

// Error says why a file is no readable table, or why rows cannot be written. It
// carries a code for the translation files and never the content of a cell.
type Error struct {
	// Code is one of the Code… constants.
	Code string
	// Line is where it happened, counting the header as 1; 0 if it concerns the
	// whole file.
	Line int
	// Err is the cause given by the system, if there is one.
	Err error
}

// Error returns the code, the line and the cause; it is safe to log.
func (e *Error) Error() string {
	s := e.Code
	if e.Line > 0 {
		s += " (line " + strconv.Itoa(e.Line) + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes two errors with the same code equal for [errors.Is].
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Codes of [Error].
const (
	CodeUnreadable = "file_unreadable" // missing, or no right to read it
	CodeEmpty      = "file_empty"      // no bytes, or blank cells only
	CodeNoRows     = "file_no_rows"    // a header row and nothing below it
	CodeTooLarge   = "file_too_large"  // more than MaxSize, or unpacks to too much
	CodeDamaged    = "file_damaged"    // cut off or corrupted
	CodeExtension  = "file_extension"  // the name does not fit the content, or is of another kind
	CodeOldExcel   = "file_old_excel"  // .xls: to be saved as .xlsx first
	CodeLocked     = "file_locked"     // protected by a password
	CodeBinary     = "file_binary"     // not text at all
	CodeNotTable   = "file_not_table"  // readable, but not a table (web page, Word document, …)
	CodeQuote      = "csv_quote"       // a quotation mark is opened and never closed

	CodeCellNUL     = "cell_nul"      // a text file cannot hold the sign U+0000
	CodeCellTooLong = "cell_too_long" // XLSX holds at most 32,767 characters in a cell
	CodeTooManyRows = "too_many_rows" // XLSX holds at most 1,048,576 rows and 16,384 columns
)

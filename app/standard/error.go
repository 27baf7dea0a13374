package standard

// Error says why a value does not meet its standard. It carries a code for the
// translation files and never the value itself.
type Error struct {
	// Code is stable and translated elsewhere, for example "id_checksum".
	Code string
	// Rule is the standard that refused the value, for example "GB 11643".
	Rule string
}

// Error returns the code and the standard; it is safe to log.
func (e *Error) Error() string { return e.Code + " (" + e.Rule + ")" }

// Is makes two errors with the same code equal for [errors.Is].
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Codes of [Error]. They are part of the interface: translations, reports of
// imports and tests refer to them.
const (
	CodeIDEmpty    = "id_empty"    // nothing was given
	CodeIDLength   = "id_length"   // neither 18 nor 15 characters
	CodeIDChar     = "id_char"     // a sign that cannot stand in its place
	CodeIDArea     = "id_area"     // the first two digits name no province
	CodeIDDate     = "id_date"     // no such day
	CodeIDFuture   = "id_future"   // born after the day of the check
	CodeIDChecksum = "id_checksum" // the last sign does not fit the others

	CodeCreditEmpty    = "credit_empty"
	CodeCreditLength   = "credit_length"
	CodeCreditChar     = "credit_char"
	CodeCreditChecksum = "credit_checksum"

	CodePhoneEmpty  = "phone_empty"
	CodePhoneFormat = "phone_format" // no known kind of number
	CodePhoneArea   = "phone_area"   // looks like a fixed line without its area code

	CodeDateEmpty  = "date_empty"
	CodeDateFormat = "date_format" // not written in a known way
	CodeDateNone   = "date_none"   // written well, but there is no such day

	CodeDivisionLength = "division_length" // not 12 digits
	CodeDivisionChar   = "division_char"   // something other than digits
	CodeDivisionArea   = "division_area"   // the first two digits name no province

	CodeNameEmpty = "name_empty"
	CodeNameLong  = "name_long" // more than 50 characters
	CodeNameChar  = "name_char" // control signs, lost characters, a stray separator

	CodeCheckEmpty = "check_empty"
	CodeCheckChar  = "check_char" // a sign outside 0-9 and A-Z

	CodeTableEmpty   = "code_empty"
	CodeTableUnknown = "code_unknown" // neither a code nor a name of the table
)

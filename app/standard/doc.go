// Package standard holds the Chinese data standards that a community service
// hall works with, as pure functions: nothing here reads a clock, a file or a
// setting, so the same input gives the same answer on every machine.
//
//   - [ParseID] checks a citizen identity number (GB 11643).
//   - [ParseCreditCode] checks a unified social credit code (GB 32100).
//   - [ParsePhone], [ParseDate] (GB/T 7408) and [ParseDivision] (GB/T 2260,
//     GB/T 10114) bring what people write into one shape.
//   - [Sex], [Ethnic], [Education] and the other [Table] values turn codes into
//     names and the many names people write back into codes.
//   - [NormalizeName] and [Pinyin] make names storable and findable.
//   - [MaskName], [MaskID], [MaskPhone] and [MaskAddress] hide them on screen.
//   - [CheckChar] and [ValidCheck] protect receipt numbers (ISO 7064).
//
// Everything that can fail returns an [*Error] with a stable code. Error texts
// never contain the value that was refused: it is usually personal data, and
// errors end up in logs.
package standard

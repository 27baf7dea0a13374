// Package app says what a community service hall does.
//
// It holds the nouns (resident, ticket, visit, case, …), their validation, the
// error codes, the events and the ports through which the faces (kiosk, desk,
// board) ask for something. It knows no SQL, no window toolkit and no network.
//
// # Where to start
//
// [Hall] is the front door: a struct of ports, one for each thing a hall does.
// The store implements the ports; the faces call them. The rules that decide
// live below this folder as pure functions: queue (tickets), casework (cases),
// registry (residents).
//
// # Rules of use
//
// Every port method may be called from any goroutine, does its work in one
// durable transaction and has returned only when the work survives a power cut.
// Methods that change something take the [Actor] who does it. Errors are
// [*Error] values with a stable code; the reader's sentence is made from the
// code by the face, in the reader's language.
package app

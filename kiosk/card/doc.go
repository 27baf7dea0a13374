// Package card reads identity cards and scanned codes at the kiosk.
//
// A [Reader] tells what happens at a device as [Event] values: a card was placed, was taken away, could not be read, a code was scanned. What a
// certified reader of second-generation cards (GA/T 467) makes of a card is a record of 256 bytes, which [Parse] turns into a [Person]. The chip
// itself is opened by the maker's own closed library, which no program of ours may ship; so a reader here is the way to the maker's program: a
// file that it drops, a service that it runs on this machine, or a helper process. [New] chooses by an address.
//
// # What is kept, and for how long
//
// A reader holds the number of the card that lies on it, to know it from the next one, and forgets it when the card is taken away. Files that a
// maker's program leaves are overwritten and removed as soon as they have been read. Nothing here writes a log, and neither a [Person] nor an
// [Event] shows what it holds when it is printed, logged or encoded.
//
// # Goroutines
//
// [Reader.Run] calls its function from one goroutine at a time and never after it has returned. The function must return soon: the device is not
// looked at meanwhile.
package card

// Package guard keeps a public machine's program running.
//
// The window toolkit ends the whole process when something in its loop panics, and nobody stands beside a kiosk who could start
// it again. So the program that was started is the keeper: it starts itself once more as the kept one ([Keep]), which shows the
// windows and says from its drawing goroutine that it is alive ([Beat]). When that ends otherwise than well, or says nothing for
// a while, the keeper ends it for good and starts the next. What a resident had on the screen was in the memory of
// the one that is gone, and nowhere else: the next begins with the first page.
//
// The two hold each other by pipes: the kept one's beats come through its standard output, and when the keeper is gone its
// standard input ends, whereupon it ends as well. So there is never one without the other, whichever of them is killed, on every
// system.
package guard

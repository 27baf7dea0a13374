// Package shell opens the windows: it reads the command line, makes the one
// toolkit app, puts each face into its window, and ends everything cleanly.
//
// It knows no store. [Main] is given a function that opens a hall, and what can
// go wrong with that (another program holds the folder, the key is missing, the
// database is damaged, newer or read-only) is said in plain words, on the error
// output and, where there is a display, in a small window, because on a real
// machine nobody sees the error output.
//
// The toolkit's app package is imported here and nowhere else.
package shell

// Package processes runs a hall as real processes on this machine: a hub, desks that write all the time, and a network between
// them that is cut at random places. Any of them is killed with no warning, and the hub loses its disk. What a desk has
// confirmed has to be everywhere at the end.
//
// It holds tests only; this file is so that the package exists without them.
package processes

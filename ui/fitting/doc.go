// Package fitting is the page on which whoever sets up a kiosk says how large its screen is, how high it hangs and how far
// away people stand. All sizes of the kiosk face are millimetres on the glass, and what a monitor says of itself is often wrong: so
// an identity card, which is 85.60 by 53.98 mm everywhere (ISO/IEC 7810, ID-1), is laid on the screen and a frame is made as large.
//
// [Model] is what has been said, without a window; [Window] draws it, in pixels, because millimetres are what it is to find out.
package fitting

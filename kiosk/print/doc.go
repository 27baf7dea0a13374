// Package print puts slips on paper.
//
// A [Paper] is lines of text. It is set in the program's own font into a [Bitmap] as wide as the printer's head, because what a
// receipt printer makes of Chinese text differs from model to model, and a picture is the same on all. The bitmap goes out as
// ESC/POS (Epson's command language, which nearly all of them understand): initialise, raster image in bands, feed, cut.
//
// [Printer] is where it goes: a network printer, a device file, or the system's spooler. It is asked first how it is (paper, cover);
// a printer that does not answer is believed to be well. A slip has been handed to the printer whole or there is an error: what
// a resident is told depends on it. Nothing here waits longer than its context.
package print

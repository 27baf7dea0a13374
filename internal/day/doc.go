// Package day opens a demo hall in real windows on a virtual display and serves
// a short day in it with real clicks and keys.
//
// [Start] runs Xvfb and the program; a [Hall] is both. [Hall.Tap] moves the
// pointer to the middle of something that can be touched and clicks; [Hall.Key]
// and [Hall.Type] press keys; [Hall.Until] waits until a face shows what it
// should; [Hall.Shot] takes a picture of a window. Where things are and what is
// written the faces say themselves, in one file each, because LINLI_TARGETS is
// set. Nothing here sleeps and hopes: every step waits for what the face says.
//
// [Script] is the day itself, step by step with what must be seen at each. The
// tour takes its pictures along it, the end-to-end test is nothing else.
//
// All people in it are invented.
package day

// Package maintenance is the page of whoever looks after a kiosk: how its parts are, paper and sound to try them with, and the ways
// to start the program again or to end it. Package corner decides when it is shown; nobody comes here by accident.
//
// [Page] lies over the kiosk's face in the same window, so that nothing of it is left when the door shuts.
package maintenance

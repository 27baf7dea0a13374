// Package jobs does by the clock what a hall has to do by itself: check the
// database, back it up, tidy its log.
//
// A hall's machine sleeps, is switched off at night, and has its clock set. A
// scheduler that only counts forward would miss the run at three in the morning
// for ever. So nothing here is planned: a patrol, once at the start and then
// about every minute, compares when each job last ended well with how often it
// is wanted, and runs what is due, one after the other.
package jobs

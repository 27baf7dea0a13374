// Package halls is the folder of a supervisor's machine: several halls side by side.
//
//	DIR/halls/HALL/       an ordinary data folder: database, log, certificate of the supervisor
//	DIR/supervisor.json   the machine's PIN, and the halls' names as they were known last
//	DIR/lock              held by the one program that has the folder open
//
// Each hall has its own store, its own keys (a file of its own among the user's keys) and
// its own device that exchanges with that hall's hub or desk. Nothing is shared between
// two halls but the window and the scheduler: a hall that is damaged, or away, is a row
// that says so. [Enrol] adds one hall with a code of role supervisor, [Open] opens them
// all, [Halls.Front] is what the face holds.
package halls

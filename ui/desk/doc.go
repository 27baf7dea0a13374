// Package desk is the face of the front desk: one window in which a member of
// staff works all day without touching the mouse.
//
// # How it is built
//
// [New] makes a [Desk] over a fyne.Window and the whole [app.Hall]; the desk
// never sees the store. A page is a struct that implements page: it draws
// widgets once, and load reads the ports away from the UI goroutine and answers
// a function that swaps the new rows in. Pages are reached only by [Route]
// values through [Desk.Open], the only place that builds them.
//
// # Three columns
//
// Left, on every page, is what waits for this person (queue.go). The middle is
// the one thing they are on, the right what the system knows about it.
//
// # The other machines
//
// Below every page a strip (sync.go) says how far what is written here has come.
// What the program cannot decide is on one page (attention.go) and nowhere else.
// All of it follows the changes of "replication"; a hall without
// [app.ReplicationPort] shows none of it.
//
// # Keys
//
// A focused Fyne widget swallows keys, and bare function keys cannot be
// shortcuts. So every focusable type here (field, list, button, chooser,
// options) asks [Desk] first and acts itself only on what the desk leaves. The
// same key means the same on every page; keys.go is the whole map.
//
// # Chinese without the desktop's input method
//
// A field hands each key to the desk's own pinyin first (pinyin.go), which keeps
// letters that are no text yet (composition.go) and shows them below the field
// (candidates.go). A field that [form.addLatin] or [form.addPIN] made is never asked.
// Words are learnt, in memory and for one person, only where field.open says that
// the text is for everybody.
//
// # Goroutines
//
// Everything in this package runs on the UI goroutine except the work functions
// given to background and act. Changes arrive from [app.Bus] after the commit;
// nothing polls.
package desk

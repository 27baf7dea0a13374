package widget

// Restart undoes [End] for the next test.
func Restart() { over.Store(false) }

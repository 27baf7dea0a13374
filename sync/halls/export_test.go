package halls

// WithPort adds the usual port to an address.
func WithPort(e Empty, address string, centre bool) string { return e.withPort(address, centre) }

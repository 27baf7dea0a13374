package halls

// WithPort adds the usual port to an address.
var WithPort = withPort

package speak

// LanguageOf is the language in which a clause is said.
var LanguageOf = languageOf

// Read puts the lexicon's readings into words, as it is done before they are spoken.
func Read(words string) string { return read(readings(), words) }

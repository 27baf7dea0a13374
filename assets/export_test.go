package assets

// Seams for the package's external tests: faults in embedded files cannot be
// made from outside.
var (
	ReadTranslations = readTranslations
	DecodeStrict     = decodeStrict
)

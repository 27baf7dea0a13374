package theme

// Sizes of a kiosk's maintenance page, in millimetres. Who stands there is at work: words may be smaller than a resident's, targets not.
const (
	UpkeepEmMM      float32 = 9   // of words, at most
	UpkeepLeastEmMM float32 = 3.6 // on the lowest screen
	UpkeepKeyMM     float32 = 50  // width of a key, at most
	UpkeepKeyHighMM float32 = 34
	UpkeepDigitMM   float32 = 12  // em of the digit on it
	UpkeepWordMM    float32 = 6.5 // em of the word on a button, at most
	UpkeepTitle             = 1.4 // times the em
)

package theme

// The kiosk's space, in millimetres, on a grid of 4 mm.
const (
	GridMM       float32 = 4
	MarginMM     float32 = 8 // between the page and the screen's edge
	GapMM        float32 = 6 // between targets; 3 is the least (Jin 2007)
	MinGapMM     float32 = 3
	BlockGapMM   float32 = 8  // between title, body and answers
	TargetMM     float32 = 20 // the least side of a target (Duff 2010)
	PrimaryMM    float32 = 30 // the least height of the next step
	CornerMM     float32 = 24 // the least height of the corner buttons
	PadKeyMM     float32 = 24 // the least side of a pad's key, 20 on short screens
	IconMM       float32 = 18 // a tile's pictogram; 12 is the least
	MinIconMM    float32 = 12
	SmallIconMM  float32 = 9   // a pictogram beside a word
	PaddingMM    float32 = 4   // inside tiles, rows and buttons
	RadiusMM     float32 = 3   // of rounded corners
	EdgeMM       float32 = 1   // a tile's edge
	LipMM        float32 = 1.4 // the darker lip under a tile; gone while pressed
	SlopMM       float32 = 3   // how far a finger may wobble and still tap
	MaxColumnMM  float32 = 300 // longer lines of text are hard to follow
	PreviewBarPX float32 = 26  // the band of a scaled preview, in units
)

// The desk's space, in the toolkit's units, on a grid of 8.
const (
	DeskGrid   float32 = 8
	DeskGap    float32 = 8
	DeskPanel  float32 = 16 // inside a panel
	DeskRow    float32 = 34 // a list row
	DeskField  float32 = 34
	DeskRadius float32 = 4
	FocusRing  float32 = 3 // a ring around what has the keyboard, never a fill
	Hairline   float32 = 1
)

// The board's space and type, in millimetres, for a hall read at 8 m.
const (
	BoardDigitMM  float32 = 100 // the least height of a called number's digits
	BoardMarginMM float32 = 16
	BoardGapMM    float32 = 12
)

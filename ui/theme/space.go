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
	MaxIconMM    float32 = 36  // a pictogram never looks like the answer itself
	MaxTileMM    float32 = 60  // height of a tile with its pictogram beside the word
	MaxRowMM     float32 = 40  // height of a row
	MaxKeyMM     float32 = 80  // width of a pad's key: struck without moving the arm
	MaxKeyHighMM float32 = 52  // its height
	LetterKeyMM  float32 = 32  // the height of a letter's key
	InkMM        float32 = 3   // how wide a finger's line is
	InkBoxMM     float32 = 80  // the least height of the field for a finger; large type on the smallest screen leaves no more, elsewhere it is 120 and more
	TightPadMM   float32 = 230 // the least room in which a pad keeps its step line
	CornerPadMM  float32 = 3   // inside a corner button
	CornerGapMM  float32 = 2   // between its pictogram and its word
	StackGapMM   float32 = 1   // between them when the word stands below
	StaffMarkMM  float32 = 3   // the ring in the margin that tells staff that the kiosk is alone
	PreviewBarPX float32 = 26  // the band of a scaled preview, in units

	// The card that everybody has at hand (ISO/IEC 7810, ID-1), and a line to measure with a ruler: by them a
	// screen's millimetres are found out.
	CardWidthMM  float32 = 85.60
	CardHeightMM float32 = 53.98
	RulerMM      float32 = 100
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

// The board's space and type, in millimetres, for a hall read at 8 m. What is
// not a called number is for those who sit nearer, or is also said aloud.
const (
	BoardDistanceM = 8 // metres

	BoardInches float32 = 55   // the usual screen
	BoardWidth  float32 = 1920 // pixels
	BoardHeight float32 = 1080

	BoardDigitMM  float32 = 100 // the least height of a called number's digits
	BoardMarginMM float32 = 16
	BoardGapMM    float32 = 12
	BoardPadMM    float32 = 14 // inside the band and the panels
	BoardRadiusMM float32 = 6
	BoardEdgeMM   float32 = 1.5
	BoardHeadMM   float32 = 54 // height of the line with hall's name, date and clock

	BoardNameMM    float32 = 30 // ems from here on
	BoardDateMM    float32 = 22
	BoardClockMM   float32 = 40
	BoardTitleMM   float32 = 20 // of band and panels
	BoardCaptionMM float32 = 30 // the spoken words under the number
	BoardEmptyMM   float32 = 40 // the band's words when nobody was called
	BoardRowMM     float32 = 46 // an earlier call, at most
	BoardWaitingMM float32 = 21 // a business
	BoardNoticeMM  float32 = 21 // a notice's title and text
)

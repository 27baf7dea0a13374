package main

import "math"

// The keys of the five kinds of strokes.
const (
	heng = '1' // 横 and 提: to the right, level or rising
	shu  = '2' // 竖 and 竖钩: down
	pie  = '3' // 撇: down to the left
	dian = '4' // 点 and 捺: down to the right
	zhe  = '5' // 折: everything with a bend
)

// keysOf answers the keys of a character's strokes. Each stroke's own shape decides first; what shape alone cannot tell is
// decided by the strokes beside it.
func keysOf(strokes []line) string {
	shapes := make([]shape, len(strokes))
	keys := make([]byte, len(strokes))
	for i, l := range strokes {
		shapes[i] = shapeOf(l)
		keys[i] = shapes[i].key()
	}
	beside(shapes, keys)
	return string(keys)
}

// A shape is a stroke without the brush's swelling at its ends: straight pieces between corners.
type shape struct {
	corners line
	length  float64
	tail    float64 // the direction of the stroke's very end
	belly   float64 // the steepest direction of its second and third quarters
	head    float64 // the direction of its first quarter
	bend    float64 // how much the third quarter turns from the second
	start   point
	end     point
}

func shapeOf(l line) shape {
	length := l.length()
	// The brush is set down at a slant, and a stroke of more than a dot's length shows its direction only after that.
	body := l.cut(min(68, 0.3*length), min(16, 0.1*length))
	c := body.corners(min(max(0.05*length, 12), 24))
	if n := len(c); n > 2 && c[n-2].distance(c[n-1]) < min(24, 0.2*length) {
		c = c[:n-1]
	}
	quarters := l.resample(5)
	second, third := quarters[1].to(quarters[2]).angle(), quarters[2].to(quarters[3]).angle()
	return shape{
		corners: c, length: length, start: l[0], end: l[len(l)-1],
		head: quarters[0].to(quarters[1]).angle(), tail: l.cut(0.8*length, 0).chord().angle(),
		belly: max(second, third), bend: turned(third - second),
	}
}

// piece is the i-th straight piece.
func (s shape) piece(i int) point { return s.corners[i].to(s.corners[i+1]) }

func (s shape) pieces() int { return len(s.corners) - 1 }

func (s shape) chord() point { return s.corners.chord() }

// turn is the change of direction at the end of piece i in degrees, positive to the right as one moves.
func (s shape) turn(i int) float64 {
	return turned(s.piece(i+1).angle() - s.piece(i).angle())
}

func turned(degrees float64) float64 {
	return math.Mod(degrees+540, 360) - 180
}

// sharpest is the piece at whose end the line turns most, and by how much.
func (s shape) sharpest() (at int, degrees float64) {
	for i := range s.pieces() - 1 {
		if t := s.turn(i); math.Abs(t) > math.Abs(degrees) {
			at, degrees = i, t
		}
	}
	return at, degrees
}

func (s shape) key() byte {
	_, bend := s.sharpest()
	first, last := s.piece(0), s.piece(s.pieces()-1)
	switch {
	case math.Abs(bend) < 38:
		return s.straight()
	case s.hooked():
		return shu
	case bend > 0 && bend < 62 && first.angle() > 50 && last.angle() > 90 && last.angle() < 175:
		return pie // 竖撇: down, then to the left
	case bend < 0 && bend > -62 && first.angle() > 15 && first.angle() < 80 && last.angle() > -25:
		return dian // 捺, with its foot
	}
	return zhe
}

// straight answers the key of a stroke without bends by its direction.
func (s shape) straight() byte {
	degrees := s.chord().angle()
	sweep := turned(s.tail - degrees)
	switch {
	case degrees > -80 && degrees <= 10 && s.belly < 8:
		return heng
	case degrees > -20 && degrees <= 68:
		return dian // also 平捺 of 辶, which sinks in its middle
	case degrees > 68 && degrees <= 100:
		return shu
	case degrees > 100 && degrees < 114 && s.head < 86 && s.bend < 7:
		return shu // a leaning 竖: the brush is set down at a slant, then goes straight, where 撇 goes ever more to the left
	case degrees > 100 && s.length < 220 && sweep < -9:
		return dian // the left dot of 宀 and 心 ends heavily, where 撇 ends in a sweep
	default:
		return pie
	}
}

// hooked reports whether the stroke is 竖钩: straight down, and at the end a short hook to the left.
func (s shape) hooked() bool {
	n := s.pieces()
	hook := s.piece(n - 1)
	body := s.corners[0].to(s.corners[n-1])
	a := body.angle()
	left := hook.angle() > 120 || hook.angle() < -90
	for i := range n - 2 {
		if math.Abs(s.turn(i)) > 45 {
			return false // 竖折折钩
		}
	}
	return n >= 2 && left && a > 70 && a < 110 && s.piece(0).angle() > 50 && hook.length() < 0.6*body.length()
}

// beside mends the keys that a stroke's shape alone gets wrong.
func beside(shapes []shape, keys []byte) {
	for i, s := range shapes {
		leftDot := s.length < 260 && (keys[i] == shu || keys[i] == pie) && s.chord().angle() > 82 && s.chord().angle() < 140
		switch {
		case keys[i] == shu && i > 0 && keys[i-1] == pie && s.bow() > 0.055 && s.hooked():
			keys[i] = zhe // 弯钩 of 犭 and 豕; that of 子 and 手 counts as 竖钩
		case keys[i] == zhe && i > 0 && keys[i-1] == zhe && child(shapes[i-1], s):
			keys[i] = shu
		case leftDot && i+2 < len(keys) && flame(s, shapes[i+1], shapes[i+2]):
			keys[i], keys[i+1] = dian, pie
		case leftDot && i+1 < len(keys) && keys[i+1] == zhe && roof(s, shapes[i+1]):
			keys[i] = dian
		case leftDot && i+2 < len(keys) && heart(s, shapes[i+1], shapes[i+2]):
			keys[i] = dian
		case leftDot && i+1 < len(keys) && bowl(s, shapes[i+1]):
			keys[i] = dian
		}
	}
	fire(shapes, keys)
}

// bow is how far the stroke bulges to the right, as a share of its length, its hook left aside.
func (s shape) bow() float64 {
	body := s.corners[:s.pieces()]
	a, b := body[0], body[len(body)-1]
	most := 0.0
	for _, p := range body {
		if ab, ap := a.to(b), a.to(p); ab.x*ap.y-ab.y*ap.x < 0 {
			most = max(most, p.off(a, b))
		}
	}
	return most / s.length
}

// child reports whether the strokes are the first two of 子: 横撇, and a 竖钩 with a bow that hangs from its end.
func child(across, down shape) bool {
	first, hook := down.piece(0), down.piece(down.pieces()-1)
	left := hook.angle() > 120 || hook.angle() < -90
	return down.pieces() >= 2 && left && first.angle() > 20 && first.angle() < 115 && down.end.y > down.start.y &&
		down.start.distance(across.end) < 90
}

// flame reports whether the strokes begin 火: a dot, a short 撇 right of it, and a long 撇 between them.
func flame(left, right, down shape) bool {
	a := right.chord().angle()
	return left.length < 260 && right.length < 300 && a > 98 && a < 170 && down.length > 380 && down.chord().angle() > 95 &&
		down.chord().angle() < 150 && left.start.x < down.start.x && right.start.x > down.start.x-10 && right.start.y < left.end.y+60 &&
		down.start.y < left.start.y && right.start.x-left.start.x < 420
}

// roof reports whether the dot and the stroke after it are 冖: a wide 横钩 that begins at the dot.
func roof(dot, hook shape) bool {
	across := hook.piece(0)
	return across.length() > 210 && across.angle() > -25 && across.angle() < 10 &&
		dot.start.distance(hook.start) < 150 && hook.start.y > dot.start.y-20 && hook.start.x > dot.end.x &&
		hook.end.y < hook.start.y+170
}

// heart reports whether the strokes are 忄: a dot on either side of a long 竖.
func heart(left, right, down shape) bool {
	return down.length > 500 && down.length > 2.2*left.length && right.length < 200 &&
		left.start.x < down.start.x && right.start.x > down.start.x-20 && right.start.y < left.end.y &&
		math.Abs(down.chord().angle()-88) < 10
}

// bowl reports whether the dot and the stroke after it begin 心: a dot left of 卧钩.
func bowl(dot, hook shape) bool {
	across := hook.start.to(hook.end)
	return hook.pieces() >= 2 && across.x > 180 && hook.start.x > dot.start.x && hook.start.distance(dot.start) < 260 &&
		hook.piece(0).angle() > 35 && hook.piece(0).angle() < 80 && hook.corners[1].y > dot.start.y
}

// fire finds 灬: four short strokes last, in one row. The first of them leans to the left and is a dot all the same.
func fire(shapes []shape, keys []byte) {
	n := len(shapes)
	if n < 5 {
		return
	}
	row := shapes[n-4:]
	for i, s := range row {
		if s.length > 260 || math.Abs(s.start.y-row[0].start.y) > 90 || i > 0 && s.start.x < row[i-1].start.x+50 {
			return
		}
	}
	copy(keys[n-4:], "4444")
}

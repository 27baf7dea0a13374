package faultproxy

import (
	"math/rand/v2"
	"time"
)

// gatewayPage is what a gateway says that has lost its server.
const gatewayPage = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"

// BadGateway is the answer of a gateway without TLS: to a caller that expects TLS it is noise.
const BadGateway = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + gatewayPage

// Seeded makes plans from a number: of ten connections some go through, most are cut within the first
// bytes or somewhere later, in either direction, some come in small pieces, and now and then something else answers.
func Seeded(seed uint64) func(n int) Plan {
	return func(n int) Plan {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		p := Through
		switch r.IntN(10) {
		case 0, 1, 2:
		case 3, 4, 5:
			p.CutUp = r.Int64N(1 << (4 + r.IntN(13)))
		case 6, 7:
			p.CutDown = r.Int64N(1 << (4 + r.IntN(13)))
		case 8:
			p.Piece, p.Delay = 1+r.IntN(400), time.Duration(r.IntN(200))*time.Microsecond
		case 9:
			p.Answer = []byte(BadGateway)
		}
		return p
	}
}

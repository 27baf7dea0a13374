package board

import (
	"context"
	"sync"

	"linli/app"
	"linli/assets"
	"linli/kiosk/sound"
	"linli/kiosk/speak"
)

// Voice says a text and returns when it has been said or ctx has ended; *speak.Voice is one.
type Voice interface {
	Speak(ctx context.Context, lang string, volume int, text string)
}

// timesSaid is how often a call is said: who was talking hears it the second time.
const timesSaid = 2

// caller says calls one after the other: a chime, then the words. A number that is being served by the time of its
// turn is not called any more.
type caller struct {
	ctx    context.Context
	player sound.Player
	voice  Voice // nil: the chime alone
	lang   string

	mu      sync.Mutex
	waiting []app.Call
	latest  map[string]app.Call // of each ticket, as it was read last
	saying  bool
}

// take brings in what is called now, and those of it that are news.
func (c *caller) take(calls, news []app.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latest = make(map[string]app.Call, len(calls))
	for _, one := range calls {
		if _, known := c.latest[one.TicketID]; !known { // the newest comes first
			c.latest[one.TicketID] = one
		}
	}
	for i := len(news) - 1; i >= 0; i-- { // in the order in which they were called
		c.waiting = append(c.waiting, news[i])
	}
	if len(c.waiting) > 0 && !c.saying {
		c.saying = true
		go c.sayAll()
	}
}

// next is the call whose turn it is.
func (c *caller) next() (call app.Call, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.waiting) > 0 && c.ctx.Err() == nil {
		call, c.waiting = c.waiting[0], c.waiting[1:]
		if now, there := c.latest[call.TicketID]; there && !now.Over && now.Times == call.Times {
			return call, true
		}
	}
	c.saying = false
	return call, false
}

func (c *caller) sayAll() {
	for {
		call, ok := c.next()
		if !ok {
			return
		}
		if chime, err := sound.ParseWAV(assets.Sound(assets.SoundChime)); err == nil {
			c.player.Sound(c.ctx, chime)
		}
		if c.voice == nil {
			continue
		}
		for range timesSaid {
			c.voice.Speak(c.ctx, c.lang, speak.Usual, Spoken(c.lang, call.Number, call.Window))
		}
	}
}

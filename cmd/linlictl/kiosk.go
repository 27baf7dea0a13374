package main

import (
	"bufio"
	"io"
	"strings"

	"linli/store"
)

// kioskCode sets the code of a kiosk's maintenance page: one that is read, or one that is made and shown once. The folder may
// be in use by the kiosk.
func (c *call) kioskCode() error {
	if *c.switches["pin-stdin"] {
		code, err := bufio.NewReader(io.LimitReader(c.in, 1<<10)).ReadString('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if err := store.SetKioskCode(c.data, strings.TrimSpace(code)); err != nil {
			return err
		}
		return c.answer(map[string]any{"set": true}, c.say("ctl.kiosk-code.set"), c.say("ctl.kiosk-code.how"))
	}
	code := store.NewKioskCode()
	if err := store.SetKioskCode(c.data, code); err != nil {
		return err
	}
	return c.answer(map[string]any{"set": true, "code": code}, c.say("ctl.kiosk-code.made", code), c.say("ctl.kiosk-code.how"))
}

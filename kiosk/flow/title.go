package flow

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"linli/assets"
)

// titles are the keys of the titles that are not called after their page.
var titles = map[string]string{
	"arrive.working": "kiosk.wait.title", "book.working": "kiosk.wait.title", "notices.reading": "kiosk.wait.title",
	"problem.sending": "kiosk.wait.title", "progress.working": "kiosk.wait.title", "rate.reading": "kiosk.wait.title",
	"rate.sending": "kiosk.wait.title", "rate.working": "kiosk.wait.title", "service.asking": "kiosk.wait.title",
	"service.saving": "kiosk.wait.title", "service.sending": "kiosk.wait.title", "services.reading": "kiosk.wait.title",
	"ticket.reading": "kiosk.wait.title", "ticket.working": "kiosk.wait.title",

	"book.booked": "kiosk.receipt.title", "book.waiting": "kiosk.receipt.title",
	"problem.sent": "kiosk.receipt.title", "service.sent": "kiosk.receipt.title",
	"book.booked.copied": "kiosk.receipt.copied.title", "book.waiting.copied": "kiosk.receipt.copied.title",
	"problem.sent.copied": "kiosk.receipt.copied.title", "service.sent.copied": "kiosk.receipt.copied.title",

	"rate.receipt": "kiosk.progress.receipt.title", "rate.secret": "kiosk.progress.secret.title",
	"problem.place.2": "kiosk.problem.place.in.title", "problem.place.3": "kiosk.problem.place.in.title",

	"form.ask.1": askTitle, "form.ask.2": askTitle, "form.ask.3": askTitle, "form.ask.4": askTitle, "form.ask.5": askTitle,
	"form.ask.6": askTitle, "form.ask.7": askTitle, "form.ask.8": askTitle, "form.ask.9": askTitle,
	"form.who": "kiosk.who.title", "check.who": "kiosk.who.title", "form.sending": "kiosk.wait.title", "leave.keeping": "kiosk.wait.title",
	"form.sent": "kiosk.receipt.title", "form.sent.copied": "kiosk.receipt.copied.title",

	// These are called after the hall's own data, or after how it stands.
	"service": "kiosk.page.service", "notices.read": "kiosk.page.notices.read", "progress.result": "kiosk.page.progress.result",
}

// askTitle is what all questions of forms are called: their words are the hall's own.
const askTitle = "kiosk.form.ask.title"

// TitleOf answers what a page is called among staff: its title without what is filled in when
// it is shown. ok is false where this program has no such page.
func TitleOf(id, lang string) (title string, ok bool) {
	key, ok := titles[id]
	if !ok {
		key = "kiosk." + id + ".title"
	}
	title, ok = assets.Text(lang, key)
	if !ok {
		return "", false
	}
	title = filledIn.ReplaceAllString(strings.TrimLeft(leading.ReplaceAllString(title, ""), " ：:，,"), "…")
	first, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToUpper(first)) + title[size:], true
}

// filledIn is where a title has an argument, and leading one with which it begins.
var filledIn, leading = regexp.MustCompile(`\{\d+\}`), regexp.MustCompile(`^\{\d+\}`)

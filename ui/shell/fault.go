package shell

import (
	"fmt"
	"io"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	toolkit "fyne.io/fyne/v2/widget"

	"linli/app"
	"linli/assets"
)

// Fault says in both languages why a hall does not open and what to do. It is
// read by whoever stands before the machine, so it names the folder and no code.
func Fault(err error, folder string) []string {
	e := app.AsError(err)
	var sentences []string
	for _, lang := range assets.Languages() {
		key := "shell.fault." + string(e.Code)
		if _, ok := assets.Text(lang, key); !ok {
			key = "shell.fault.internal"
		}
		sentences = append(sentences, assets.Format(lang, key, folder, strings.Join(e.Args, " ")))
	}
	return sentences
}

// sayFault prints the sentences and, with a display, shows them until they are
// closed.
func sayFault(sentences []string, out io.Writer, lang string) {
	for _, s := range sentences {
		_, _ = fmt.Fprintln(out, s)
	}
	if _, ok := display(); !ok {
		return
	}
	a := newApp()
	w := a.NewWindow(assets.Format(lang, "shell.fault.title"))
	words := container.NewVBox()
	for _, s := range sentences {
		l := toolkit.NewLabel(s)
		l.Wrapping = fyne.TextWrapWord
		words.Add(l)
	}
	shut := toolkit.NewButton(assets.Format(lang, "shell.close"), a.Quit)
	shut.Importance = toolkit.HighImportance
	w.SetContent(container.NewPadded(container.NewBorder(nil, container.NewHBox(layout.NewSpacer(), shut), nil, nil, words)))
	w.Resize(fyne.NewSize(640, 260))
	w.SetOnClosed(a.Quit)
	defer endOnSignal(a, func() {})()
	w.ShowAndRun()
}

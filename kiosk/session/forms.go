package session

import (
	"log/slog"
	"slices"

	"linli/app"
	"linli/app/form"
)

// formShelf reads forms once, however often the hall's data is read.
type formShelf struct {
	texts []app.FormText
	forms map[string]form.Form // by the code of their service
}

// put takes the hall's forms as they are written now. A form with a fault is left out, named in the log, and the
// others work.
func (s *formShelf) put(texts []app.FormText) map[string]form.Form {
	if slices.Equal(s.texts, texts) {
		return s.forms
	}
	s.texts, s.forms = texts, map[string]form.Form{}
	for _, t := range texts {
		f, err := form.Parse([]byte(t.Body))
		if err == nil && f.Service != t.Service {
			err = app.Bad(app.CodeMismatch, "service")
		}
		if err != nil {
			slog.Warn("a form is left out", "service", t.Service, "error", err)
			continue
		}
		s.forms[f.Service] = f
	}
	return s.forms
}

package halls

import (
	"context"
	"strings"
	"time"

	"linli/app"
	"linli/store"
)

// Jobs are those of all halls, for one scheduler. Each has its hall's id before its name, and
// its last run is remembered in that hall's own folder.
func (h *Halls) Jobs() []app.Job {
	var out []app.Job
	for _, one := range h.all {
		if one.store == nil {
			continue
		}
		jobs := one.store.Jobs()
		if one.device != nil {
			jobs = append(jobs, one.device.Jobs()...)
		}
		for _, j := range jobs {
			j.Name = one.id + "/" + j.Name
			out = append(out, j)
		}
	}
	return out
}

// of finds the hall that a job belongs to.
func (h *Halls) of(job string) (s *store.Store, name string, err error) {
	id, name, _ := strings.Cut(job, "/")
	for _, one := range h.all {
		if one.id == id && one.store != nil {
			return one.store, name, nil
		}
	}
	return nil, "", app.Fail(app.CodeNotFound)
}

// LastRun answers when a job last ended well; the zero time when it never did.
func (h *Halls) LastRun(ctx context.Context, job string) (time.Time, error) {
	s, name, err := h.of(job)
	if err != nil {
		return time.Time{}, err
	}
	return s.LastRun(ctx, name)
}

// NoteRun records how a run ended.
func (h *Halls) NoteRun(ctx context.Context, job string, at time.Time, failed error) error {
	s, name, err := h.of(job)
	if err != nil {
		return err
	}
	return s.NoteRun(ctx, name, at, failed)
}

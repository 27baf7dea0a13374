package store

import (
	"context"
	"database/sql"

	"linli/app"
)

// tally implements app.TallyPort, as the kiosk's own actor.
type tally struct{ *Store }

var _ app.TallyPort = tally{}

// Tally implements app.TallyPort. A row is added for each count and never changed: two kiosks, or one that goes on
// under another name, count side by side, and the sum is made by who reads.
func (p tally) Tally(ctx context.Context, counts []app.PageCount) error {
	for _, c := range counts {
		if err := c.Validate(); err != nil {
			return err
		}
	}
	if len(counts) == 0 {
		return nil
	}
	return p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "kiosk_page.count"}, func(tx *Tx) error {
		for _, c := range counts {
			_, err := tx.Exec(`INSERT INTO kiosk_page(id, machine, `+pageColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, NewID(), p.machine,
				string(c.Day), c.Page, c.Came, c.Left, c.Helped, c.Back, c.Finished, c.Seconds, c.Times[0], c.Times[1], c.Times[2], c.Times[3], c.Times[4])
			if err != nil {
				return err
			}
		}
		return nil
	})
}

const pageColumns = `day, page, came, given_up, helped, back, finished, seconds, to5, to15, to30, to60, over60`

// funnel implements app.FunnelPort.
type funnel struct{ *Store }

var _ app.FunnelPort = funnel{}

// KioskPages implements app.FunnelPort. A row that does not add up is left out: a kiosk that lies, or a
// newer one that counts otherwise, spoils no sum.
func (p funnel) KioskPages(ctx context.Context, by app.Actor, from, to app.Day) ([]app.PageCount, error) {
	if err := by.Require(app.ActFigures); err != nil {
		return nil, err
	}
	rows, err := p.read.QueryContext(ctx, `SELECT `+pageColumns+` FROM kiosk_page WHERE day BETWEEN ? AND ?`, string(from), string(to))
	if err != nil {
		return nil, translate("kiosk_page.read", err)
	}
	all, err := collect(rows, pageCount)
	if err != nil {
		return nil, translate("kiosk_page.read", err)
	}
	at := map[string]int{}
	var sums []app.PageCount
	for _, c := range all {
		if c.Validate() != nil {
			continue
		}
		i, ok := at[c.Page]
		if !ok {
			i = len(sums)
			at[c.Page] = i
			sums = append(sums, app.PageCount{Page: c.Page})
		}
		sums[i].Add(c)
	}
	return sums, nil
}

func pageCount(sc scanner) (c app.PageCount, err error) {
	var page, day sql.NullString
	var n [11]sql.NullInt64
	err = sc.Scan(&day, &page, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10])
	c.Day, c.Page = app.Day(day.String), page.String
	for i, into := range []*int{&c.Came, &c.Left, &c.Helped, &c.Back, &c.Finished, &c.Seconds, &c.Times[0], &c.Times[1], &c.Times[2], &c.Times[3], &c.Times[4]} {
		*into = int(n[i].Int64)
	}
	return c, err
}

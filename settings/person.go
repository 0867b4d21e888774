package settings

import (
	"time"

	"discussions/internal/i18n"
)

// Person holds what a person chooses for their own account. Colleagues share a workstation, not habits. It is kept with the account,
// readable without its code: a message that comes while the account is locked needs it, and nobody is named in it.
type Person struct {
	Notifications bool    `json:"notifications"`
	Content       Content `json:"content"`             // how much notifications show
	Sound         bool    `json:"sound"`               // notifications make one
	Reactions     bool    `json:"reactions,omitempty"` // reactions to the person's own messages are notified
	Language      string  `json:"language"`            // code of a language the program speaks; empty: the workstation's
	Quiet         Quiet   `json:"quiet"`
}

// Quiet is when no notification is shown ("do not disturb").
type Quiet struct {
	Until time.Time `json:"until,omitzero"` // asked for by hand; zero or past: not

	Daily bool `json:"daily,omitempty"` // every day from From to To
	From  int  `json:"from,omitempty"`  // minutes since midnight, on the workstation's clock
	To    int  `json:"to,omitempty"`    // the same; before From: of the next day
}

// DefaultPerson holds the defaults.
func DefaultPerson() Person {
	return Person{Notifications: true, Content: ContentName, Sound: true, Quiet: Quiet{From: 20 * 60, To: morning * 60}}
}

const (
	dayMinutes = 24 * 60
	morning    = 7 // the hour at which "until tomorrow morning" ends
)

// Normalized is p with each invalid value replaced by its default.
func (p Person) Normalized() Person {
	d := DefaultPerson()
	if !p.Content.Known() {
		p.Content = d.Content
	}
	if !i18n.Known(i18n.Language(p.Language)) {
		p.Language = d.Language
	}
	if q := p.Quiet; q.From < 0 || q.From >= dayMinutes || q.To < 0 || q.To >= dayMinutes {
		p.Quiet.Daily, p.Quiet.From, p.Quiet.To = false, d.Quiet.From, d.Quiet.To
	}
	p.Quiet.Until = p.Quiet.Until.Round(0)
	return p
}

// Now reports whether it is quiet at a time, and when to call it again; zero: it does not change by itself.
func (q Quiet) Now(now time.Time) (quiet bool, until time.Time) {
	byHand := q.Until.After(now)
	daily, change := q.daily(now)
	switch {
	case byHand && (!daily || q.Until.After(change)):
		return true, q.Until
	case byHand || daily:
		return true, change
	}
	return false, change
}

// daily reports whether the hours of the day are quiet, and when that changes.
func (q Quiet) daily(now time.Time) (quiet bool, change time.Time) {
	if !q.Daily || q.From == q.To {
		return false, time.Time{}
	}
	minute := now.Hour()*60 + now.Minute()
	quiet = minute >= q.From && minute < q.To
	if q.From > q.To { // over midnight
		quiet = minute >= q.From || minute < q.To
	}
	next := q.From
	if quiet {
		next = q.To
	}
	return quiet, nextAt(now, next)
}

// nextAt is the next time, after now, that the clock shows these minutes since midnight.
func nextAt(now time.Time, minutes int) time.Time {
	year, month, day := now.Date()
	at := time.Date(year, month, day, 0, minutes, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(year, month, day+1, 0, minutes, 0, 0, now.Location())
	}
	return at
}

// NextMorning is when "until tomorrow morning" ends: at seven. At night that is the same day.
func NextMorning(now time.Time) time.Time { return nextAt(now, morning*60) }

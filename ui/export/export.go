// Package export writes a conversation into a file that people can read and print, as text or as PDF. All of it waits: call it off Fyne's
// goroutine.
package export

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// Client is what is needed of the account.
type Client interface {
	History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (messaging.Page, error)
}

// Transcript is a conversation as it is written.
type Transcript struct {
	Name     string // of the person or the group
	Account  string // whose conversation it is
	Time     time.Time
	Period                       // what was written at other times is left out
	Messages []messaging.Message // oldest first
	Part     bool                // the oldest are on the server, which does not give them now
	// Picture gives a picture as a JPEG of [PictureSide] pixels at most; nil where it is not on this computer, or may not leave the program.
	// It is asked with [messaging.Message.Parts]. It may be nil.
	Picture func(messaging.Message) []byte
}

// Period is from the beginning of a day to the beginning of another; zero: from the first message, to the last one.
type Period struct{ Since, Until time.Time }

func (p Period) has(t time.Time) bool {
	return !t.Before(p.Since) && (p.Until.IsZero() || t.Before(p.Until))
}

// LastDay is the last day of a period that ends.
func (p Period) LastDay() time.Time { return p.Until.AddDate(0, 0, -1) }

const (
	pageSize = 250 // messages that are read at a time
	// PictureSide is the longer side of the pictures of a PDF, in pixels.
	PictureSide  = 640
	mostPictures = 400 // of a PDF: it is written in memory
)

// Read reads a conversation from its end to its beginning, or to that of the period, also from the server what is not on this computer. It
// calls read with the number of messages so far, before each part.
func Read(ctx context.Context, c Client, id messaging.ConversationID, period Period, read func(n int)) (list []messaging.Message, part bool, err error) {
	var place messaging.Cursor
	for {
		read(len(list))
		page, err := c.History(ctx, id, place, pageSize, 0)
		if errors.Is(err, messaging.ErrOffline) {
			part = true
			break
		}
		if err != nil {
			return nil, false, err
		}
		slices.Reverse(page.Messages)
		for _, m := range page.Messages { // a clock that is wrong may put one of another time between them
			if period.has(m.Time) {
				list = append(list, m)
			}
		}
		if page.Start {
			break
		}
		if len(page.Messages) == 0 {
			part = true
			break
		}
		oldest := page.Messages[len(page.Messages)-1]
		if oldest.Time.Before(period.Since) {
			break
		}
		place = oldest.Cursor
	}
	slices.Reverse(list)
	return list, part, nil
}

// paragraph is a part of a transcript: the beginning of a day, or a message.
type paragraph struct {
	day  string // the day that begins; "" for a message
	head string // when and who
	note string // beside it: how far an own message went, that it was corrected
	body string // with line breaks

	files []messaging.Message // see [messaging.Message.Parts]
}

// paragraphs gives what is written, from the top to the bottom.
func (t Transcript) paragraphs(yield func(paragraph) bool) {
	var last time.Time
	for _, m := range t.Messages {
		if last.IsZero() || !wording.SameDay(last, m.Time) {
			if !yield(paragraph{day: i18n.Date(i18n.LongDate, m.Time.Local())}) {
				return
			}
		}
		last = m.Time
		p := paragraph{head: wording.Time(m.Time), note: strings.Join(notes(m), ", "), body: body(m), files: m.Parts()}
		if _, notice := m.Content.(messaging.Notice); !notice {
			p.head += "  " + wording.Name(m.Author)
		}
		if !yield(p) {
			return
		}
	}
}

// title and subtitle stand above a transcript.
func (t Transcript) title() string { return i18n.T("export.with", "Name", wording.Name(t.Name)) }

func (t Transcript) subtitle() []string {
	lines := []string{
		i18n.T("export.by", "Name", wording.Name(t.Account), "Day", i18n.Date(i18n.LongDate, t.Time.Local()), "Time", wording.Time(t.Time)),
		i18n.N("export.messages", len(t.Messages)),
	}
	switch {
	case !t.Since.IsZero() && !t.Until.IsZero():
		lines = append(lines, i18n.T("export.between", "From", i18n.Date(i18n.LongDate, t.Since), "To", i18n.Date(i18n.LongDate, t.LastDay())))
	case !t.Since.IsZero():
		lines = append(lines, i18n.T("export.since", "Day", i18n.Date(i18n.LongDate, t.Since)))
	case !t.Until.IsZero():
		lines = append(lines, i18n.T("export.upTo", "Day", i18n.Date(i18n.LongDate, t.LastDay())))
	}
	if t.Part {
		lines = append(lines, i18n.T("export.part"))
	}
	return lines
}

// body is what a message says, with what it answers before it and the reactions behind it.
func body(m messaging.Message) string {
	var parts []string
	if q := m.ReplyTo; q != nil {
		parts = append(parts, "> "+wording.Join(": ", wording.QuotedBy(q), wording.Quoted(q)))
	}
	switch c := m.Content.(type) {
	case messaging.Text:
		parts = append(parts, wording.Join("\n", wording.Sanitize(c.Subject), wording.Sanitize(c.Body)))
	case messaging.Retracted:
		words := i18n.T("conversation.retracted")
		if name := wording.Name(c.By); name != "" {
			words = i18n.T("conversation.retracted.by", "Name", name)
		}
		if !c.At.IsZero() {
			words += " (" + i18n.Date(i18n.ShortDate, c.At.Local()) + " " + wording.Time(c.At) + ")"
		}
		parts = append(parts, words)
	case messaging.File:
		for _, f := range c.Files() {
			parts = append(parts, i18n.T("export.file", "Name", wording.Join(" · ", wording.FileNameOf(f).String(), wording.FileDetail(f, true))))
		}
		if c.Description != "" {
			parts = append(parts, wording.Sanitize(c.Description))
		}
	default:
		parts = append(parts, wording.Preview(m))
	}
	for _, r := range m.Reactions {
		names := make([]string, len(r.By))
		for i, name := range r.By {
			names[i] = wording.Name(name)
		}
		parts = append(parts, wording.Line(r.Emoji)+" "+strings.Join(names, ", "))
	}
	return strings.Join(parts, "\n")
}

func notes(m messaging.Message) (list []string) {
	if !m.Edited.IsZero() {
		list = append(list, i18n.T("conversation.edited")+" "+i18n.Date(i18n.ShortDate, m.Edited.Local())+" "+wording.Time(m.Edited))
	}
	if !m.Own {
		return list
	}
	switch {
	case m.State == messaging.Queued:
		list = append(list, i18n.T("export.queued"))
	case m.State == messaging.Failed:
		list = append(list, i18n.T("export.failed"))
	case m.ReadBy > 0:
		list = append(list, i18n.N("export.readBy", m.ReadBy))
	case m.State == messaging.Read:
		list = append(list, i18n.T("export.read"))
	case m.State == messaging.Delivered:
		list = append(list, i18n.T("export.delivered"))
	case m.State == messaging.Sent:
		list = append(list, i18n.T("export.sent"))
	}
	return list
}

// FileName is a name for the file that every system accepts, without its extension.
func (t Transcript) FileName() string {
	name := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '-'
		}
		return r
	}, wording.Name(t.Name)))
	if len(name) > mostName {
		name = name[:mostName]
	}
	return strings.TrimRight("Discussions "+t.Time.Local().Format("2006-01-02")+" "+string(name), ". ")
}

// mostName is how many characters of a name stand in the name of a file.
const mostName = 60

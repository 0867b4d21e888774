package players

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"discussions/cmd/sandbox/internal/people"
)

// answers is what a person is about to write: one answer per conversation, to
// the newest message in it. The person reads, types for a while, then sends.
type answers struct {
	player *player
	open   map[string]*answer // by conversation
	timer  *time.Timer
}

type answer struct {
	to, kind string
	heard    message
	step     int // 0: to read, 1: to type, 2: to send
	at       time.Time
}

func newAnswers(p *player) *answers {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &answers{player: p, open: make(map[string]*answer), timer: timer}
}

func (a *answers) due() <-chan time.Time { return a.timer.C }

func (a *answers) stop() { a.timer.Stop() }

// consider plans an answer unless the message is from somebody who answers by
// themselves as well: otherwise they would never stop. In a group the person
// must be mentioned.
func (a *answers) consider(m message, bare, nick string) {
	for _, p := range a.player.troupe.o.Everyone {
		if p.Answers && (p.JID == bare || p.Name == nick) {
			return
		}
	}
	kind := kindOf(m)
	if kind == "groupchat" && !strings.Contains(m.Body, people.GivenName(a.player.Name)) {
		return
	}
	a.open[bare] = &answer{to: bare, kind: kind, heard: m, at: time.Now().Add(a.player.troupe.o.Answer / 4)}
	a.schedule()
}

// schedule sets the timer to the next step.
func (a *answers) schedule() {
	var next time.Time
	for _, b := range a.open {
		if next.IsZero() || b.at.Before(next) {
			next = b.at
		}
	}
	if next.IsZero() {
		a.timer.Stop()
		return
	}
	a.timer.Reset(time.Until(next))
}

// proceed does the steps that are due.
func (a *answers) proceed(ctx context.Context) {
	now := time.Now()
	for conversation, b := range a.open {
		if b.at.After(now) {
			continue
		}
		switch b.step {
		case 0:
			a.read(ctx, b)
			b.at = now.Add(a.player.troupe.o.Answer / 4)
		case 1:
			a.player.tell(ctx, b.to, b.kind, composing+noStore)
			b.at = now.Add(a.player.troupe.o.Answer / 2)
		case 2:
			a.answer(ctx, b)
			delete(a.open, conversation)
		}
		b.step++
	}
	a.schedule()
}

// answer sends what the person says. Somebody who answers in a group says to what; somebody who reacts does so from time to time.
func (a *answers) answer(ctx context.Context, b *answer) {
	id, words := newID(), a.player.script.answer(b.heard.Body)
	content := bodyContent(id, words)
	name := b.heard.ID
	if b.kind == "groupchat" && b.heard.StanzaID != nil {
		name = b.heard.StanzaID.ID
	}
	if a.player.script.answersTo && name != "" && b.kind == "groupchat" {
		content = replyContent(id, name, Reply{Author: b.heard.From, Quoted: b.heard.Body, Body: words})
	}
	c := a.player.current()
	if c == nil {
		return
	}
	if f := asked(b.heard.Body); f != nil {
		if shared, err := a.player.share(ctx, c, id, f); err == nil { // else the engine takes no files: they answer in words
			content = shared
		}
	}
	_ = c.send(ctx, messageTo(b.to, b.kind, id, content))
	if emoji := a.player.script.reaction(); emoji != "" && name != "" {
		_ = c.send(ctx, messageTo(b.to, b.kind, newID(), reactions(name, []string{emoji})))
	}
}

// read tells that the message was seen (XEP-0333): by its id, or in a group by
// the id that the group gave it.
func (a *answers) read(ctx context.Context, b *answer) {
	id := b.heard.ID
	if b.kind == "groupchat" {
		if b.heard.StanzaID == nil {
			return
		}
		id = b.heard.StanzaID.ID
	}
	if b.heard.Markable != nil && id != "" {
		a.player.tell(ctx, b.to, b.kind, displayed(id)+store)
	}
}

func newID() string { return rand.Text() }

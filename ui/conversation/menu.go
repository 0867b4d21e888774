package conversation

import (
	"errors"
	"strings"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// isGone reports whether a message was withdrawn.
func isGone(e *entry) bool {
	_, gone := e.Content.(messaging.Retracted)
	return gone
}

// isSaid reports whether something can be said about a message: others have it.
func isSaid(e *entry) bool { return !e.notice && !isGone(e) && !failed(e) }

// actionsOf are all that the user can do with a message: first with the whole of it, then with its parts.
func (v *View) actionsOf(e *entry, l *rowLayout) (list []action) {
	if isSaid(e) {
		list = append(list,
			action{i18n.T("conversation.reply"), func() { v.answer(e) }},
			action{i18n.T("conversation.react"), func() { v.pick(e) }},
			v.pinAction(e))
	}
	if v.correctable(e) {
		list = append(list, action{i18n.T("conversation.correct"), func() { v.correctIt(e) }})
	}
	if l != nil {
		for _, b := range l.blocks {
			list = append(list, b.actions(v)...)
		}
	}
	if !e.Edited.IsZero() && !isGone(e) {
		list = append(list, action{i18n.T("conversation.versions"), func() { v.showVersions(e) }})
	}
	if e.Own && e.ReadBy > 0 && isSaid(e) {
		list = append(list, action{i18n.T("conversation.readers"), func() { v.showReaders(e) }})
	}
	if len(e.Reactions) > 0 {
		list = append(list, action{i18n.T("conversation.reactions"), func() { v.showReactions(e) }})
	}
	if e.Own && isSaid(e) {
		list = append(list, action{i18n.T("conversation.retract"), func() { v.askRetract(e) }})
	}
	if !e.Own && isSaid(e) && v.conversation.Moderator {
		list = append(list, action{i18n.T("conversation.moderate"), func() { v.askModerate(e) }})
	}
	return list
}

// openMenu shows at a point what can be done with a message.
func (v *View) openMenu(e *entry, l *rowLayout, at fyne.Position) {
	v.menuAt = at
	v.showActions(v.actionsOf(e, l), at)
}

func (v *View) showActions(actions []action, at fyne.Position) {
	c := v.canvas()
	if c == nil || len(actions) == 0 {
		return
	}
	v.bar.hide()
	menu := look.NewMenu()
	for _, a := range actions {
		menu.Text(a.name, func() { v.unchoose(); a.do() })
	}
	menu.Show(c, look.At(at, 0), nil)
}

// askRetract withdraws a message after a question: it cannot be undone. What nobody has is not sent at all.
func (v *View) askRetract(e *entry) {
	c := v.canvas()
	if c == nil {
		return
	}
	look.Ask(c, look.Question{
		Title: i18n.T("conversation.retract.ask"), Text: i18n.T("conversation.retract.text"), Advice: i18n.T("conversation.retract.advice"),
		Yes: i18n.T("conversation.retract"), Danger: true,
		Do: func() {
			v.act("message not withdrawn", func() error { return v.o.Client.Retract(v.o.ID, e.ID) })
			v.Focus()
		},
	})
}

// askModerate withdraws somebody else's message from the group, after a question.
func (v *View) askModerate(e *entry) {
	c := v.canvas()
	if c == nil {
		return
	}
	look.Ask(c, look.Question{
		Title: i18n.T("conversation.retract.ask"), Text: i18n.T("conversation.moderate.text", "Name", wording.Name(e.Author)), Advice: i18n.T("conversation.retract.advice"),
		Yes: i18n.T("conversation.retract"), Danger: true,
		Do: func() {
			v.status.setTrouble("")
			v.work.Go(func() {
				if err := v.o.Client.Moderate(v.ctx, v.o.ID, e.ID); err != nil {
					v.o.Log.Warn("message not moderated", "error", err)
					v.later(func() { v.status.setTrouble(moderateTrouble(err)) })
				}
			})
			v.Focus()
		},
	})
}

// moderateTrouble says why a group has not withdrawn a message.
func moderateTrouble(err error) string {
	if errors.Is(err, messaging.ErrOffline) {
		return wording.NotDone(err)
	}
	return i18n.T("conversation.moderate.failed")
}

// react adds a reaction of the user, or takes it back.
func (v *View) react(e *entry, emoji string) {
	on := true
	for _, r := range e.Reactions {
		if r.Emoji == emoji && r.Own {
			on = false
		}
	}
	v.act("reaction not kept", func() error { return v.o.Client.React(v.o.ID, e.ID, emoji, on) })
}

// showReactions says who reacted to a message and how.
func (v *View) showReactions(e *entry) {
	var lines []string
	for _, r := range e.Reactions {
		lines = append(lines, who(r))
	}
	v.tell(i18n.T("conversation.reactions"), lines)
}

// who is a reaction with those who chose it.
func who(r messaging.Reaction) string {
	names := make([]string, 0, len(r.By))
	for _, name := range r.By {
		if len(names) == mostNames {
			names = append(names, "…")
			break
		}
		names = append(names, wording.Name(name))
	}
	return wording.Line(r.Emoji) + "  " + strings.Join(names, ", ")
}

// mostNames is how many of those who chose a reaction are named.
const mostNames = 40

// showVersions shows what a message said before it was corrected.
func (v *View) showVersions(e *entry) {
	v.work.Go(func() {
		list, err := v.o.Client.Versions(v.o.ID, e.ID)
		v.later(func() {
			if err != nil {
				v.o.Log.Warn("versions not read", "error", err)
				v.status.setTrouble(wording.NotDone(err))
				return
			}
			var lines []string
			for _, version := range list {
				lines = append(lines, v.when(version.Time)+between+wording.Sanitize(markable(version.Content)))
			}
			v.tell(i18n.T("conversation.versions"), lines)
			v.logDrawn("versions drawn", "versions", len(lines))
		})
	})
}

// showReaders says who of the group has read a message and when, and who has not yet.
func (v *View) showReaders(e *entry) {
	v.work.Go(func() {
		list, err := v.o.Client.Readers(v.o.ID, e.ID)
		members := v.o.Client.Members(v.o.ID)
		v.later(func() {
			if err != nil {
				v.o.Log.Warn("readers not read", "error", err)
				v.status.setTrouble(wording.NotDone(err))
				return
			}
			v.tell(i18n.T("conversation.readers"), v.readerLines(e, list, members))
			v.logDrawn("names drawn")
		})
	})
}

func (v *View) readerLines(e *entry, readers []messaging.Reader, members []messaging.Member) (lines []string) {
	read := map[string]bool{e.Author: true}
	for _, r := range readers {
		read[r.Name] = true
		if len(lines) < mostNames {
			lines = append(lines, wording.Name(r.Name)+between+v.when(r.Time))
		}
	}
	var others []string
	for _, m := range members {
		if !read[m.Name] && len(others) < mostNames {
			others = append(others, wording.Name(m.Name))
		}
	}
	if len(others) > 0 {
		lines = append(lines, "", i18n.T("conversation.readers.notYet", "Names", strings.Join(others, ", ")))
	}
	return lines
}

// when is a time with its day, where that is not today.
func (v *View) when(t time.Time) string {
	if wording.SameDay(t, v.now()) {
		return wording.Time(t)
	}
	return wording.When(t, v.now()) + " " + wording.Time(t)
}

// tell shows lines over the window.
func (v *View) tell(title string, lines []string) {
	if c := v.canvas(); c != nil {
		look.Ask(c, look.Question{Title: title, Text: strings.Join(lines, "\n")})
	}
}

// moveOrForward takes Alt+Up and Alt+Down, which choose a message, and gives other shortcuts to the window.
func (v *View) moveOrForward(s fyne.Shortcut) {
	if custom, ok := s.(*desktop.CustomShortcut); ok && custom.Modifier == fyne.KeyModifierAlt {
		switch custom.KeyName {
		case fyne.KeyUp:
			v.choose(-1)
			return
		case fyne.KeyDown:
			v.choose(1)
			return
		}
	}
	v.forward(s)
}

// choose moves the choice of a message by keyboard; the first one is the newest in view.
func (v *View) choose(step int) {
	at := v.thread.indexOf(v.chosen)
	switch {
	case at < 0 && step > 0:
		return
	case at < 0:
		_, last := v.timeline.InView()
		if last < 0 || v.thread.rows[last].e == nil {
			return
		}
		at = v.thread.index(v.thread.rows[last].e)
	case at+step >= len(v.thread.entries):
		v.unchoose()
		v.Focus()
		return
	default:
		at = max(0, at+step)
	}
	v.unchoose()
	e := v.thread.entries[at]
	v.chosen = e
	v.redraw(e)
	row := v.thread.rowIndex(row{kind: messageRow, e: e})
	if top, seen := v.timeline.Top(row); !seen || top < 0 || top > v.timeline.Size().Height-2*aboutHeight {
		v.timeline.ToRow(row, v.timeline.Size().Height/showPart)
	}
	v.timeline.TakeFocus()
	v.bar.show(e)
}

// indexOf is the index of an entry, -1 for none.
func (t *thread) indexOf(e *entry) int {
	if e == nil {
		return -1
	}
	return t.index(e)
}

func (v *View) unchoose() {
	if e := v.chosen; e != nil {
		v.chosen = nil
		v.redraw(e)
		v.bar.hide()
	}
}

// chosenKey takes the keys that the timeline has no use for: those for the chosen message.
func (v *View) chosenKey(k *fyne.KeyEvent) {
	e := v.chosen
	if e == nil {
		switch k.Name {
		case fyne.KeyEscape:
			v.escape()
		case fyne.KeyF10, desktop.KeyMenu:
			v.header.showMenu()
		}
		return
	}
	switch k.Name {
	case fyne.KeyEscape:
		v.unchoose()
		v.Focus()
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyF10, desktop.KeyMenu:
		at := v.thread.rowIndex(row{kind: messageRow, e: e})
		if at < 0 { // it is not loaded any more
			v.unchoose()
			v.Focus()
			return
		}
		top, seen := v.timeline.Top(at)
		if !seen { // the user has scrolled on since
			v.timeline.ToRow(at, v.timeline.Size().Height/showPart)
			top, _ = v.timeline.Top(at)
		}
		l := rows{v}.layout(row{kind: messageRow, e: e}, v.timeline.Size().Width)
		origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.timeline)
		v.openMenu(e, l, origin.AddXY(l.bubble.x+2*bubblePadX, top+l.bubble.y+l.bubble.h/2))
	}
}

// escape ends what is going on: the choice of a message, a correction, an answer.
func (v *View) escape() {
	v.unchoose()
	v.endTask()
}

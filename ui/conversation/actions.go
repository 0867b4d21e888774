package conversation

import (
	"strings"

	"discussions/messaging"
	"discussions/ui/wording"
)

// send puts a text into the outbox; the text stays in the input until it is there.
func (v *View) send(text string) {
	v.status.setTrouble("")
	task := v.task
	if task.kind == correcting {
		v.correct(task, text)
		return
	}
	if len(v.composer.tray.list) > 0 {
		v.sendFiles(task, text)
		return
	}
	v.work.Do(func() {
		m, err := v.say(task, text)
		if err == nil {
			v.queued = text
		}
		v.later(func() {
			if err != nil {
				v.o.Log.Warn("message not kept", "error", err)
				v.composer.failed()
				v.status.setTrouble(wording.NotSent(err))
				return
			}
			v.composer.sent()
			v.taskDone(task)
			if v.thread.byID[m.ID] == nil { // otherwise an event came first, with a newer state
				v.update(func() { v.messageAdded(m) })
			}
			v.toNewest()
		})
	})
}

func (v *View) resend(id messaging.MessageID) {
	v.act("message not sent again", func() error { return v.o.Client.Resend(id) })
}

func (v *View) discard(id messaging.MessageID) {
	v.act("message not discarded", func() error { return v.o.Client.Discard(id) })
}

// act does something that may wait, and says so where it fails.
func (v *View) act(what string, do func() error) {
	v.status.setTrouble("")
	v.work.Do(func() {
		if err := do(); err != nil {
			v.o.Log.Warn(what, "error", err)
			v.later(func() { v.status.setTrouble(wording.NotDone(err)) })
		}
	})
}

// keepDraft keeps what is in the input, without what is in the outbox by then.
func (v *View) keepDraft(text string) {
	if v.task.kind == correcting {
		return // it belongs to a message that is there
	}
	sending := v.composer.sending
	v.work.Do(func() {
		if sending != "" && sending == v.queued {
			text = strings.TrimPrefix(text, sending)
		}
		if err := v.o.Client.SetDraft(v.o.ID, text); err != nil {
			v.o.Log.Warn("draft not kept", "error", err)
		}
	})
}

func (v *View) tellTyping(on bool) {
	if on && !v.composer.input.paste.Failed { // which has just been said
		v.status.setTrouble("")
		v.logDrawn("typing drawn")
	}
	v.work.Do(func() { v.o.Client.SetTyping(v.o.ID, on) })
}

package conversation

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// taskKind is what the text in the input is for.
type taskKind uint8

const (
	writing    taskKind = iota // a new message
	answering                  // an answer
	correcting                 // the new text of an own message
)

// task is what the text in the input is for, and the message that it is about.
type task struct {
	kind   taskKind
	id     messaging.MessageID
	before string // what was written before the correction began
}

// answer makes what is written an answer to a message.
func (v *View) answer(e *entry) {
	v.endTask()
	v.task = task{kind: answering, id: e.ID}
	v.composer.about.set(look.IconReply, i18n.T("conversation.answering", "Name", wording.Name(e.Author)), wording.Preview(e.Message))
	v.arrange()
	v.Focus()
}

// correctIt puts the text of an own message into the input.
func (v *View) correctIt(e *entry) {
	v.endTask()
	v.composer.flush()
	v.task = task{kind: correcting, id: e.ID, before: v.composer.input.Text}
	v.composer.about.set(look.IconEdit, i18n.T("conversation.correcting"), wording.Preview(e.Message))
	v.composer.write(model.PlainText(messaging.Text{Body: e.Content.(messaging.Text).Body}))
	v.arrange()
	v.Focus()
}

// correctLast corrects the newest own message, if it may be corrected.
func (v *View) correctLast() {
	if !v.thread.end || v.task.kind != writing {
		return
	}
	for i := len(v.thread.entries) - 1; i >= 0; i-- {
		if e := v.thread.entries[i]; e.Own && !isGone(e) {
			if v.correctable(e) {
				v.correctIt(e)
			}
			return
		}
	}
}

// correctable reports whether the user may correct a message: an own text, for as long as the organisation allows, or one that nobody has yet.
func (v *View) correctable(e *entry) bool {
	text, ok := e.Content.(messaging.Text)
	if !ok || !e.Own || text.Subject != "" {
		return false
	}
	return v.now().Sub(e.Time) <= v.o.EditWithin || e.State == messaging.Failed
}

// endTask goes back to writing a new message.
func (v *View) endTask() {
	t := v.task
	if t.kind == writing {
		return
	}
	v.task = task{}
	v.composer.about.clear()
	if t.kind == correcting {
		v.composer.write(t.before)
	}
	v.arrange()
}

// taskDone ends a task whose text was taken, unless another one has begun.
func (v *View) taskDone(t task) {
	if v.task == t {
		v.endTask()
	}
}

// taskGone ends the task if the message that it is about is gone.
func (v *View) taskGone(m messaging.Message) {
	if _, gone := m.Content.(messaging.Retracted); gone && v.task.kind != writing && v.task.id == m.ID {
		text := v.composer.input.Text
		correction := v.task.kind == correcting
		v.endTask()
		if correction && strings.TrimSpace(v.composer.input.Text) == "" {
			v.composer.write(text) // nothing of what was typed is lost
		}
	}
}

// say sends a text, as an answer where it is one.
func (v *View) say(t task, text string) (messaging.Message, error) {
	content := messaging.Text{Body: text}
	if t.kind == answering {
		return v.o.Client.Reply(v.o.ID, t.id, content)
	}
	return v.o.Client.Send(v.o.ID, content)
}

// correct replaces the text of a message.
func (v *View) correct(t task, text string) {
	v.work.Do(func() {
		err := v.o.Client.Correct(v.o.ID, t.id, messaging.Text{Body: text})
		v.later(func() {
			if err != nil {
				v.o.Log.Warn("message not corrected", "error", err)
				v.composer.failed()
				v.status.setTrouble(wording.NotSent(err))
				return
			}
			v.composer.sent()
			v.taskDone(t)
		})
	})
}

// aboutLine stands over the input and says what the text in it is about.
type aboutLine struct {
	widget.BaseWidget
	onCross func()

	icon        look.Icon
	what, words string
	inner       *fyne.Container
}

const aboutHeight = 36

func newAboutLine() *aboutLine {
	a := &aboutLine{inner: look.Column(0)}
	a.ExtendBaseWidget(a)
	a.Hide()
	return a
}

func (a *aboutLine) set(icon look.Icon, what, words string) {
	a.icon, a.what, a.words = icon, what, words
	a.Show()
	a.Refresh()
}

func (a *aboutLine) clear() { a.Hide() }

// height is the room that the line takes.
func (a *aboutLine) height() float32 {
	if a.Hidden {
		return 0
	}
	return aboutHeight
}

// Refresh implements [fyne.Widget].
func (a *aboutLine) Refresh() {
	words := look.Column(0,
		look.NewLabel(a.what, look.Style{Size: look.SizeSmall, Bold: true, Colour: look.ColorAccent, Cut: true}),
		look.NewLabel(a.words, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
	cross := look.IconButton(look.IconCross, i18n.T("confirm.cancel"), func() { a.onCross() })
	a.inner.Objects = []fyne.CanvasObject{look.Line(10, words, look.Middle(look.Picture(a.icon.In(look.ColorAccent), 20)), words, cross)}
	a.inner.Refresh()
	a.BaseWidget.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (a *aboutLine) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(a.inner) }

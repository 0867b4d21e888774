package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// pinBar stands above the messages and shows one of those that are pinned. A press goes to it, and the bar then shows the next one.
type pinBar struct {
	widget.BaseWidget
	v *View

	pinned []messaging.Message // the newest first
	at     int                 // the one that is shown

	title, text *look.Label
	line        *look.Pressable
	remove      *look.Pressable
}

func newPinBar(v *View) *pinBar {
	b := &pinBar{
		v: v, title: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorAccent, Bold: true, Cut: true}),
		text: look.NewLabel("", look.Style{Size: look.SizeLine, Cut: true}),
	}
	texts := look.Column(0, b.title, b.text)
	b.line = look.NewPressable(look.Pad(look.Line(10, texts, look.Picture(look.IconPin.In(look.ColorAccent), 20), texts), 6, 8, 6, margin), "", b.press)
	b.remove = look.IconButton(look.IconCross, i18n.T("conversation.unpin"), func() { v.pin(b.pinned[b.at].ID, false) })
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// CreateRenderer implements [fyne.Widget].
func (b *pinBar) CreateRenderer() fyne.WidgetRenderer {
	line := look.Line(0, b.line, b.line, look.Pad(container.NewCenter(b.remove), 0, 8, 0, 0))
	return widget.NewSimpleRenderer(container.NewBorder(nil, look.Rule(), nil, nil, container.NewStack(look.NewBlock(look.ColorSurface, "", 0), line)))
}

// height is that of the bar: zero while nothing is pinned.
func (b *pinBar) height() float32 {
	if b.Hidden {
		return 0
	}
	return b.MinSize().Height
}

// press goes to the message that is shown.
func (b *pinBar) press() {
	place := b.pinned[b.at].Cursor
	b.at = (b.at + 1) % len(b.pinned)
	b.show()
	b.v.Show(place)
}

func (b *pinBar) show() {
	if b.Hidden = len(b.pinned) == 0; b.Hidden {
		return
	}
	b.at = min(b.at, len(b.pinned)-1)
	m := b.pinned[b.at]
	title := i18n.T("conversation.pinned", "Name", wording.Name(m.Author))
	if len(b.pinned) > 1 {
		title = i18n.T("conversation.pinnedOf", "Name", wording.Name(m.Author), "Number", b.at+1, "Count", len(b.pinned))
	}
	text := wording.Preview(m)
	b.title.SetText(title)
	b.text.SetText(text)
	b.line.Label = title + between + text
	b.Refresh()
}

// has reports whether a message is pinned.
func (b *pinBar) has(id messaging.MessageID) bool {
	for _, m := range b.pinned {
		if m.ID == id {
			return true
		}
	}
	return false
}

// concerns reports whether an event changes what is shown.
func (b *pinBar) concerns(e messaging.Event) bool {
	switch e := e.(type) {
	case messaging.PinsChanged, messaging.ConversationsChanged:
		return true
	case messaging.MessageChanged:
		return b.has(e.Message.ID)
	case messaging.MessageRemoved:
		return b.has(e.ID)
	}
	return false
}

// read reads what is pinned.
func (b *pinBar) read() {
	v := b.v
	v.work.Do(func() {
		pinned, err := v.o.Client.Pinned(v.o.ID)
		if err != nil {
			v.o.Log.Warn("pinned messages not read", "error", err)
			return
		}
		v.later(func() {
			before := b.height()
			b.pinned = pinned
			if b.show(); b.height() != before {
				v.arrange()
			}
		})
	})
}

// pin pins a message or unpins it.
func (v *View) pin(id messaging.MessageID, on bool) {
	v.status.setTrouble("")
	v.work.Do(func() {
		if err := v.o.Client.SetPinned(v.o.ID, id, on); err != nil {
			v.o.Log.Warn("message not pinned", "error", err)
			v.later(func() { v.status.setTrouble(wording.NotDone(err)) })
		}
	})
}

// pinAction is the menu's action to pin or unpin a message.
func (v *View) pinAction(e *entry) action {
	if v.pins.has(e.ID) {
		return action{i18n.T("conversation.unpin"), func() { v.pin(e.ID, false) }}
	}
	return action{i18n.T("conversation.pin"), func() { v.pin(e.ID, true) }}
}

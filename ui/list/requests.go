package list

import (
	"context"
	"errors"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// requests shows who asks to be a contact, one after another: strangers cannot fill the list with them.
type requests struct {
	h      screen.Host
	client screen.Client

	content *fyne.Container
	changed func() // the height has changed
}

func newRequests(h screen.Host, c screen.Client, changed func()) *requests {
	return &requests{h: h, client: c, content: container.NewStack(), changed: changed}
}

// read shows the first request that waits.
func (r *requests) read() {
	list := r.client.ContactRequests()
	r.content.Objects = nil
	if len(list) > 0 {
		r.content.Objects = []fyne.CanvasObject{r.card(list[0], len(list)-1)}
	}
	r.content.Refresh()
	r.changed()
	r.h.AfterPaint(func() { r.h.Log().Debug("requests drawn", "waiting", len(list)) })
}

// card shows a request, with the address: the name may be what a stranger calls themselves.
func (r *requests) card(q messaging.ContactRequest, others int) fyne.CanvasObject {
	soft := look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}
	name := wording.Name(q.Name)
	texts := []fyne.CanvasObject{
		look.NewLabel(name, look.Style{Bold: true, Cut: true}),
		look.NewLabel(wording.Name(string(q.From)), soft),
		look.NewLabel(i18n.T("request.asks"), look.Style{Size: look.SizeLine, Wrap: true}),
	}
	if q.Text != "" {
		texts = append(texts, look.NewLabel(i18n.T("request.text", "Text", wording.Line(q.Text)), look.Style{Size: look.SizeLine, Colour: look.ColorSoft, Wrap: true}))
	}
	if others > 0 {
		texts = append(texts, look.NewLabel(i18n.N("request.others", others), soft))
	}
	column := look.Column(2, texts...)
	accept := look.NewButton(look.Primary, i18n.T("request.accept"), func() { r.answer(q, true) })
	decline := look.NewButton(look.Outlined, i18n.T("request.decline"), func() { r.answer(q, false) })
	buttons := look.Columns(2, 8, accept, decline)
	inner := look.Column(10, look.Line(12, column, look.NewAvatar(name, 40), column), buttons)
	return look.Pad(container.NewStack(look.NewBlock(look.ColorAccentSoft, "", look.Radius), look.Pad(inner, 12, 12, 12, 12)), 12, look.Space, 0, look.Space)
}

func (r *requests) answer(q messaging.ContactRequest, accept bool) {
	r.h.Touch()
	screen.Try(r.h, func(context.Context) error {
		return r.client.AnswerContactRequest(q.From, accept)
	}, func(err error) {
		if !errors.Is(err, messaging.ErrNoConversation) { // else it was answered on another device meanwhile
			r.h.Explain(err)
		}
	})
}

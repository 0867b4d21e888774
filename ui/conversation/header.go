package conversation

import (
	"image/color"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// header says who the conversation is with and, by a stripe of its colour and its name, whose account this is. That of a group
// opens the list of its members.
type header struct {
	widget.BaseWidget

	name, detail string
	avatar       *messaging.Avatar // of a group
	open         func()            // nil: it opens nothing
	menu         func(look.Place)  // shows the menu of the window; nil: none
	stripe       color.Color
	hovered      bool
}

var (
	_ fyne.Tappable      = (*header)(nil)
	_ desktop.Hoverable  = (*header)(nil)
	_ desktop.Cursorable = (*header)(nil)
)

func newHeader(stripe color.Color) *header {
	h := &header{stripe: stripe}
	h.ExtendBaseWidget(h)
	return h
}

func (h *header) set(name, detail string, avatar *messaging.Avatar, open func()) {
	if name == h.name && detail == h.detail && avatar == h.avatar && (open == nil) == (h.open == nil) {
		return
	}
	h.name, h.detail, h.avatar, h.open = name, detail, avatar, open
	h.Refresh()
}

// Tapped implements [fyne.Tappable].
func (h *header) Tapped(*fyne.PointEvent) {
	if h.open != nil {
		h.open()
	}
}

// showMenu shows the menu of the window, as its button does.
func (h *header) showMenu() {
	if h.menu != nil {
		h.menu(look.Below(h, 240))
	}
}

// Cursor implements [desktop.Cursorable].
func (h *header) Cursor() desktop.Cursor {
	if h.open != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseIn implements [desktop.Hoverable].
func (h *header) MouseIn(*desktop.MouseEvent) { h.hovered = true; h.Refresh() }

// MouseMoved implements [desktop.Hoverable].
func (h *header) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (h *header) MouseOut() { h.hovered = false; h.Refresh() }

// CreateRenderer implements [fyne.Widget].
func (h *header) CreateRenderer() fyne.WidgetRenderer {
	r := &headerRenderer{
		h: h, background: canvas.NewRectangle(nil), line: canvas.NewRectangle(nil), stripe: canvas.NewRectangle(nil),
		avatar: look.NewAvatar(h.name, avatarSize), name: canvas.NewText("", nil), detail: canvas.NewText("", nil),
		members: look.IconButton(look.IconGroup, i18n.T("conversation.members.show"), func() { h.Tapped(nil) }),
	}
	r.more = look.IconButton(look.IconMore, i18n.T("window.menu"), func() { h.menu(look.Below(r.more, 240)) })
	r.name.TextStyle.Bold = true
	r.Refresh()
	return r
}

const (
	headerHeight = 64
	stripeHeight = 3
)

type headerRenderer struct {
	h                        *header
	background, line, stripe *canvas.Rectangle
	avatar                   *look.Avatar
	name, detail             *canvas.Text
	members, more            *look.Pressable
}

func (r *headerRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.background, r.line, r.stripe, r.name, r.detail, r.members, r.more, r.avatar}
}

func (r *headerRenderer) MinSize() fyne.Size {
	height := r.name.MinSize().Height + r.detail.MinSize().Height + 24
	return fyne.NewSize(160, max(headerHeight, ceil(height)))
}

func (r *headerRenderer) Layout(size fyne.Size) {
	h := r.h
	r.background.Resize(size)
	r.stripe.Resize(fyne.NewSize(size.Width, stripeHeight))
	r.line.Move(fyne.NewPos(0, size.Height-1))
	r.line.Resize(fyne.NewSize(size.Width, 1))
	r.avatar.Move(fyne.NewPos(margin, round((size.Height-avatarSize+stripeHeight)/2)))
	r.avatar.Resize(fyne.NewSquareSize(avatarSize))
	x, width := float32(margin+avatarSize+12), size.Width-2*margin-avatarSize-12
	right := size.Width - margin + 8
	for _, button := range []*look.Pressable{r.more, r.members} {
		if button.Visible() {
			needs := button.MinSize()
			width -= needs.Width
			right -= needs.Width
			button.Move(fyne.NewPos(right, round((size.Height-needs.Height+stripeHeight)/2)))
			button.Resize(needs)
		}
	}
	r.name.Text = textlayout.Shown(textlayout.Cut(h.name, width, styledRuler(r.name.TextSize, r.name.TextStyle)))
	r.detail.Text = textlayout.Shown(textlayout.Cut(h.detail, width, styledRuler(r.detail.TextSize, r.detail.TextStyle)))
	names, details := r.name.MinSize(), r.detail.MinSize()
	y := round((size.Height + stripeHeight - names.Height - details.Height) / 2)
	if h.detail == "" {
		y = round((size.Height + stripeHeight - names.Height) / 2)
	}
	r.name.Move(fyne.NewPos(x, y))
	r.name.Resize(names)
	r.detail.Move(fyne.NewPos(x, y+names.Height))
	r.detail.Resize(details)
}

func (r *headerRenderer) Refresh() {
	h := r.h
	r.background.FillColor = look.Colour(look.ColorSurface)
	if h.hovered && h.open != nil {
		r.background.FillColor = look.Colour(look.ColorHover)
	}
	r.line.FillColor = look.Colour(look.ColorLine)
	r.stripe.FillColor = h.stripe
	r.stripe.Hidden = h.stripe == nil
	r.name.TextSize, r.name.Color = theme.Size(look.SizeText), look.Colour(look.ColorText)
	r.detail.TextSize, r.detail.Color = theme.Size(look.SizeSmall), look.Colour(look.ColorSoft)
	r.members.Hidden, r.more.Hidden = h.open == nil, h.menu == nil
	r.avatar.Set(h.name, h.avatar)
	r.avatar.Hidden = h.name == ""
	r.Layout(h.Size())
	r.members.Refresh()
	r.more.Refresh()
	canvas.Refresh(h)
}

func (r *headerRenderer) Destroy() {}

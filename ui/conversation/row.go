package conversation

import (
	"image/color"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// messageRow draws one message at a time with what stands above and beside it, and is used again for others.
type messageRow struct {
	widget.BaseWidget

	v *View
	e *entry
	l *laid

	objects []fyne.CanvasObject // those in use
	texts   []*canvas.Text      // a pool, as are the next two
	shapes  []*canvas.Rectangle
	links   []*link
	used    struct{ texts, shapes, links int }

	avatar   fyne.CanvasObject
	avatarOf string
	state    *canvas.Image

	over    bool // the mouse is over the text
	pressed press
}

func newRow(v *View) *messageRow {
	r := &messageRow{v: v, state: canvas.NewImageFromResource(look.IconClock)}
	r.state.FillMode = canvas.ImageFillContain
	r.ExtendBaseWidget(r)
	return r
}

// draw makes the row show a message. One that is shown already, and was not laid out anew since, is left alone.
func (r *messageRow) draw(e *entry, l *laid) {
	if r.l == l {
		return
	}
	other := r.e != e
	r.e, r.l = e, l
	r.objects = r.objects[:0]
	r.used = struct{ texts, shapes, links int }{}

	r.above()
	r.bubble()
	r.beside()
	for i, l := range r.links {
		if l.focused && (other || i >= r.used.links) {
			r.v.timeline.Take() // the link with the focus is gone
		}
	}
	canvas.Refresh(r)
}

// Leave implements [timeline.Leaver].
func (r *messageRow) Leave() {
	r.pressed, r.over = press{}, false
	for _, l := range r.links {
		if l.focused {
			r.v.timeline.Take()
		}
	}
}

// above draws what stands over the bubble.
func (r *messageRow) above() {
	m, l := &r.v.metrics, r.l
	if l.place.start {
		r.centred(i18n.T("conversation.start"), l.startY, look.ColorSoft)
	}
	if l.place.day {
		r.rule(dayName(r.e.Time, r.v.now()), l.dayY, look.ColorSoft, look.ColorLine)
	}
	if l.place.fresh {
		r.rule(i18n.N("conversation.new", r.v.thread.newCount), l.freshY, look.ColorDanger, look.ColorDanger)
	}
	author := cleanLine(r.e.Author)
	if l.named {
		name := r.text(author, m.small, look.PersonTextColour(author), edge+m.indent, l.nameY+m.smallLift)
		name.TextStyle.Bold = true
	}
	if l.avatar {
		if r.avatar == nil || r.avatarOf != author {
			r.avatar, r.avatarOf = look.Avatar(author, avatarSize), author
			r.avatar.Resize(fyne.NewSquareSize(avatarSize))
		}
		r.avatar.Move(fyne.NewPos(edge, l.bubble.y+l.bubble.h-avatarSize))
		r.objects = append(r.objects, r.avatar)
	}
}

// bubble draws the text on its ground.
func (r *messageRow) bubble() {
	m, l := &r.v.metrics, r.l
	ground := look.ColorOther
	if r.e.Own {
		ground = look.ColorOwn
	}
	r.shape(l.bubble, look.Colour(ground)).CornerRadius = bubbleEdge
	x, y := l.bubble.x+bubblePadX, l.bubble.y+bubblePadY
	r.marked(x, y)
	for _, line := range l.lines {
		r.text(r.e.text[line.Start:line.End], m.text, look.Colour(look.ColorText), x, y+m.textLift)
		y += m.textLine
	}
	if l.folded {
		e := r.e
		r.link(i18n.T("conversation.more"), m.small, look.ColorAccent, x, l.foldY, func() { r.v.expand(e) })
	}
}

// marked draws the ground of the selected part of the text.
func (r *messageRow) marked(x, y float32) {
	from, to := r.v.selection.within(r.e)
	if from == to {
		return
	}
	tint := color.NRGBAModel.Convert(look.Colour(look.ColorAccent)).(color.NRGBA)
	tint.A = 0x50
	for i, line := range r.l.lines {
		a, b := max(from, line.Start), min(to, line.End)
		if a >= b {
			continue
		}
		left := r.v.metrics.ofText.Width(r.e.text[line.Start:a])
		width := r.v.metrics.ofText.Width(r.e.text[line.Start:b]) - left
		r.shape(rect{x + left, y + float32(i)*r.v.metrics.textLine, width, r.v.metrics.textLine}, tint)
	}
}

// beside draws time and state, or what to do about a message that was refused.
func (r *messageRow) beside() {
	m, l := &r.v.metrics, r.l
	x := l.side.x
	if l.failed {
		r.failed(x)
		return
	}
	if r.e.Own {
		size := stateSize * m.scale
		r.state.Resource = stateIcon(r.e.State)
		r.state.Move(fyne.NewPos(x, l.side.y+(l.side.h-size)/2))
		r.state.Resize(fyne.NewSquareSize(size))
		r.state.Refresh()
		r.objects = append(r.objects, r.state)
		x += size + rowGap
	}
	if l.time != "" {
		r.text(l.time, m.tiny, look.Colour(look.ColorSoft), x, l.side.y)
	}
}

func (r *messageRow) failed(x float32) {
	m, l, id := &r.v.metrics, r.l, r.e.ID
	words := failedWords()
	y := l.side.y
	x += r.text(words[0], m.tiny, look.Colour(look.ColorDanger), x, y).Size().Width
	x += r.text(between, m.tiny, look.Colour(look.ColorDanger), x, y).Size().Width
	resend := r.link(words[1], m.tiny, look.ColorDanger, x, y, func() { r.v.resend(id) })
	x += resend.Size().Width
	x += r.text(between, m.tiny, look.Colour(look.ColorDanger), x, y).Size().Width
	r.link(words[2], m.tiny, look.ColorDanger, x, y, func() { r.v.discard(id) })
	y = l.reasonY
	for _, line := range l.reasons {
		r.text(l.reason[line.Start:line.End], m.tiny, look.Colour(look.ColorSoft), l.width-edge-line.Width, y)
		y += m.tinyLine
	}
}

// stateIcon is the sign for the way that an own message has gone.
func stateIcon(s messaging.State) fyne.Resource {
	switch s {
	case messaging.Sent:
		return look.IconSent
	case messaging.Delivered:
		return look.IconDelivered
	case messaging.Read:
		return look.IconDelivered.In(look.ColorAccent)
	}
	return look.IconClock
}

// rule draws words between two lines over the whole width.
func (r *messageRow) rule(words string, y float32, ink, line fyne.ThemeColorName) {
	m := &r.v.metrics
	text := r.centred(words, y, ink)
	left, right := text.Position().X-ruleSpace, text.Position().X+text.Size().Width+ruleSpace
	middle := y + round(m.smallLine/2)
	c := color.NRGBAModel.Convert(look.Colour(line)).(color.NRGBA)
	if line == look.ColorDanger {
		c.A = 0x80
	}
	r.shape(rect{edge, middle, left - edge, 1}, c)
	r.shape(rect{right, middle, r.l.width - edge - right, 1}, c)
}

func (r *messageRow) centred(words string, y float32, ink fyne.ThemeColorName) *canvas.Text {
	m := &r.v.metrics
	width := m.ofSmall.Width(words)
	return r.text(words, m.small, look.Colour(ink), round((r.l.width-width)/2), y+m.smallLift)
}

// text takes a text from the pool and puts it into the row.
func (r *messageRow) text(words string, size float32, ink color.Color, x, y float32) *canvas.Text {
	if r.used.texts == len(r.texts) {
		r.texts = append(r.texts, &canvas.Text{})
	}
	t := r.texts[r.used.texts]
	r.used.texts++
	t.Text, t.TextSize, t.Color, t.TextStyle = words, size, ink, fyne.TextStyle{}
	t.Move(fyne.NewPos(x, y))
	t.Resize(t.MinSize())
	r.objects = append(r.objects, t)
	return t
}

func (r *messageRow) shape(at rect, fill color.Color) *canvas.Rectangle {
	if r.used.shapes == len(r.shapes) {
		r.shapes = append(r.shapes, &canvas.Rectangle{})
	}
	s := r.shapes[r.used.shapes]
	r.used.shapes++
	s.FillColor, s.CornerRadius = fill, 0
	s.Move(fyne.NewPos(at.x, at.y))
	s.Resize(fyne.NewSize(max(0, at.w), max(0, at.h)))
	r.objects = append(r.objects, s)
	return s
}

func (r *messageRow) link(words string, size float32, colour fyne.ThemeColorName, x, y float32, do func()) *link {
	if r.used.links == len(r.links) {
		r.links = append(r.links, newLink(colour))
	}
	l := r.links[r.used.links]
	r.used.links++
	l.colour = colour
	l.set(words, size, do)
	l.Move(fyne.NewPos(x, y))
	l.Resize(l.MinSize())
	r.objects = append(r.objects, l)
	return l
}

// Refresh implements [fyne.Widget]: in another theme the row is drawn anew by its timeline.
func (r *messageRow) Refresh() { canvas.Refresh(r) }

// CreateRenderer implements [fyne.Widget].
func (r *messageRow) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{r} }

type rowRenderer struct{ r *messageRow }

func (r rowRenderer) Objects() []fyne.CanvasObject { return r.r.objects }
func (r rowRenderer) Layout(fyne.Size)             {}
func (r rowRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r rowRenderer) Refresh()                     {}
func (r rowRenderer) Destroy()                     {}

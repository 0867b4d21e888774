package conversation

import (
	"image/color"

	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// rowLayout is a message's row laid out at one width: what stands where. It is made when the row comes near the view, and kept.
type rowLayout struct {
	width    float32
	style    int // the count of changes of style that it was made for
	position position
	part     int
	last     bool // of the message's parts

	height float32
	bubble rect // behind the content; zero for a notice
	avatar bool
	blocks []placed
}

// placed is a block at its place in the row.
type placed struct {
	block
	at rect
}

// blockGap is the room between two blocks of a bubble.
const blockGap = 6

// layout lays a part of a message out. It measures text, and nothing else of it takes time.
func (m *metrics) layout(e *entry, part int, p position, group bool, width float32) *rowLayout {
	l := &rowLayout{width: width, position: p, part: part, last: part == e.parts()-1, blocks: make([]placed, 0, 4)}
	if n, ok := e.Content.(messaging.Notice); ok {
		m.layoutNotice(l, n)
		return l
	}
	top := float32(0)
	if part == 0 {
		top = m.layoutAuthor(l, e, group)
	}
	l.avatar = p.head && !e.Own && l.last
	room := width - 2*margin - m.indent
	most := min(m.maximum, room)
	var status block
	var beside fyne.Size
	if l.last {
		status = newStatus(e, p.time)
		beside = status.measure(m, room)
	}
	switch {
	case failed(e): // the words about it may stand under the bubble
	case e.parts() > 1: // all parts are equally wide
		most = min(most, room-newStatus(e, true).measure(m, room).Width-timeGap)
	default:
		most = min(most, room-beside.Width-timeGap)
	}
	foot := m.layoutBubble(l, e, top, max(bubbleMin, most))
	if status != nil {
		foot = m.layoutStatus(l, e, status, beside, foot)
		foot = m.layoutUnder(l, e, foot) + rowGap
	}
	l.height = foot
	return l
}

// layoutAuthor places the author's name, where it is shown, and gives the bubble's top.
func (m *metrics) layoutAuthor(l *rowLayout, e *entry, group bool) float32 {
	switch {
	case l.position.head && group && !e.Own:
		name := &authorBlock{name: wording.Author(e.Author)}
		size := name.measure(m, l.width-2*margin-m.indent)
		l.put(name, margin+m.indent, 2*rowGap, size)
		return 2*rowGap + size.Height + 2
	case l.position.head:
		return groupSpace - rowGap
	}
	return 0
}

// layoutBubble places the content and the bubble around it, and gives the bubble's foot.
func (m *metrics) layoutBubble(l *rowLayout, e *entry, top, most float32) float32 {
	blocks := contentOf(m.v, e, l.part)
	sizes := make([]fyne.Size, len(blocks))
	widest := float32(8)
	for i, b := range blocks {
		sizes[i] = b.measure(m, most-2*bubblePadX)
		widest = max(widest, sizes[i].Width)
	}
	l.bubble = rect{margin + m.indent, top, min(most, ceil(widest)+2*bubblePadX), 0}
	if e.parts() > 1 {
		l.bubble.w = most
	}
	if e.Own {
		l.bubble.x = l.width - margin - l.bubble.w
	}
	y := top
	if l.part == 0 {
		y += bubblePadY
	}
	for i, b := range blocks {
		if i > 0 {
			y += blockGap
		}
		l.put(b, l.bubble.x+bubblePadX, y, fyne.NewSize(l.bubble.w-2*bubblePadX, sizes[i].Height))
		y += sizes[i].Height
	}
	if l.last {
		y += bubblePadY
	}
	l.bubble.h = y - top
	return y
}

// layoutStatus places time and state beside the foot of the bubble, or under it where they do not fit, and gives the row's foot.
func (m *metrics) layoutStatus(l *rowLayout, e *entry, status block, size fyne.Size, foot float32) float32 {
	x, y := l.bubble.x+l.bubble.w+timeGap, foot-m.tinyLine-3
	if e.Own {
		x = l.bubble.x - timeGap - size.Width
	}
	if x < margin {
		x, y = max(margin, l.width-margin-size.Width), foot+rowGap
		foot = y + size.Height
	}
	l.put(status, x, y, size)
	return foot
}

// layoutUnder places what stands under the bubble, and gives the row's foot.
func (m *metrics) layoutUnder(l *rowLayout, e *entry, foot float32) float32 {
	under := func(b block, gap float32) {
		size := b.measure(m, l.width-2*margin-m.indent)
		x := l.bubble.x
		if e.Own {
			x = l.width - margin - size.Width
		}
		l.put(b, x, foot+gap, size)
		foot += gap + size.Height
	}
	if len(e.Reactions) > 0 {
		under(newReactions(e.Reactions), rowGap)
	}
	if failed(e) {
		under(newFailure(e), 2)
	}
	return foot
}

func (m *metrics) layoutNotice(l *rowLayout, n messaging.Notice) {
	b := newNotice(n)
	size := b.measure(m, l.width-2*margin)
	l.put(b, margin, 2*rowGap, size)
	l.height = size.Height + 4*rowGap
}

func (l *rowLayout) put(b block, x, y float32, size fyne.Size) {
	l.blocks = append(l.blocks, placed{b, rect{x, y, size.Width, size.Height}})
}

// text is the text that can be marked, nil where there is none.
func (l *rowLayout) text() (*textBlock, rect) {
	for _, b := range l.blocks {
		if t, ok := b.block.(*textBlock); ok {
			return t, b.at
		}
	}
	return nil, rect{}
}

// draw draws the bubble and all blocks.
func (l *rowLayout) draw(p *painter, e *entry) {
	if p.v.highlighted == e {
		light := color.NRGBAModel.Convert(look.Colour(look.ColorAccent)).(color.NRGBA)
		light.A = 0x30
		p.shape(rect{0, 0, l.width, l.height}, light, 0)
	}
	if p.v.chosen == e {
		around := p.shape(rect{margin / 2, 0, l.width - margin, l.height}, color.Transparent, bubbleRadius)
		around.StrokeColor, around.StrokeWidth = look.Colour(look.ColorAccent), 2
	}
	if l.bubble.w > 0 {
		ground := look.ColorOther
		if e.Own {
			ground = look.ColorOwn
		}
		bubble := p.shape(l.bubble, look.Colour(ground), 0)
		if l.part == 0 {
			bubble.TopLeftCornerRadius, bubble.TopRightCornerRadius = bubbleRadius, bubbleRadius
		}
		if l.last {
			bubble.BottomLeftCornerRadius, bubble.BottomRightCornerRadius = bubbleRadius, bubbleRadius
		}
		if l.part == 0 && l.last {
			bubble.CornerRadius = bubbleRadius
		}
	}
	if l.avatar {
		p.face(wording.Name(e.Author), margin, l.bubble.y+l.bubble.h-avatarSize)
	}
	for _, b := range l.blocks {
		b.draw(p, b.at.x, b.at.y)
	}
}

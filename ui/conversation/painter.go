package conversation

import (
	"image"
	"image/color"

	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// rect is a part of a row.
type rect struct{ x, y, w, h float32 }

func (r rect) contains(at fyne.Position) bool {
	return at.X >= r.x && at.X < r.x+r.w && at.Y >= r.y && at.Y < r.y+r.h
}

// painter draws into a row with objects that it keeps and uses again.
type painter struct {
	v *View

	objects []fyne.CanvasObject // those in use, from back to front
	texts   pool[*canvas.Text]
	shapes  pool[*canvas.Rectangle]
	links   pool[*look.TextLink]
	icons   pool[*drawnIcon]
	images  pool[*canvas.Image]
	presses pool[*look.Pressable]

	avatar *look.Avatar
}

// pool is objects of one kind, the first of which are in use.
type pool[T any] struct {
	all  []T
	used int
}

func (p *pool[T]) take(make func() T) T {
	if p.used == len(p.all) {
		p.all = append(p.all, make())
	}
	p.used++
	return p.all[p.used-1]
}

// drawnIcon is an image and the name of the icon that it shows, which includes the colour.
type drawnIcon struct {
	image *canvas.Image
	name  string
}

// begin starts a new drawing.
func (p *painter) begin() {
	p.objects = p.objects[:0]
	p.texts.used, p.shapes.used, p.links.used, p.icons.used, p.images.used, p.presses.used = 0, 0, 0, 0, 0, 0
}

// text draws a text with its upper left corner at x and y.
func (p *painter) text(words string, size float32, style fyne.TextStyle, colour color.Color, x, y float32) *canvas.Text {
	return p.ordered(textlayout.Shown(words), size, style, colour, x, y)
}

// ordered draws a text whose words stand in the order in which they are seen.
func (p *painter) ordered(words string, size float32, style fyne.TextStyle, colour color.Color, x, y float32) *canvas.Text {
	t := p.texts.take(func() *canvas.Text { return &canvas.Text{} })
	t.Text, t.TextSize, t.Color, t.TextStyle = words, size, colour, style
	t.Move(fyne.NewPos(x, y))
	t.Resize(t.MinSize())
	p.objects = append(p.objects, t)
	return t
}

// shape draws a rectangle with round corners.
func (p *painter) shape(at rect, fill color.Color, radius float32) *canvas.Rectangle {
	s := p.shapes.take(func() *canvas.Rectangle { return &canvas.Rectangle{} })
	s.FillColor, s.CornerRadius, s.StrokeColor, s.StrokeWidth = fill, radius, nil, 0
	s.TopLeftCornerRadius, s.TopRightCornerRadius, s.BottomLeftCornerRadius, s.BottomRightCornerRadius = 0, 0, 0, 0
	s.Move(fyne.NewPos(at.x, at.y))
	s.Resize(fyne.NewSize(max(0, at.w), max(0, at.h)))
	p.objects = append(p.objects, s)
	return s
}

// link draws a word that does something, and gives its width.
func (p *painter) link(words string, size fyne.ThemeSizeName, colour fyne.ThemeColorName, x, y float32, do func()) float32 {
	l := p.links.take(func() *look.TextLink { return look.NewTextLink("", size, colour, nil) })
	l.Set(words, size, colour, do)
	l.Move(fyne.NewPos(x, y))
	l.Resize(l.MinSize())
	p.objects = append(p.objects, l)
	return l.Size().Width
}

// icon draws an icon into a square.
func (p *painter) icon(icon look.Icon, x, y, size float32) {
	i := p.icons.take(func() *drawnIcon { return &drawnIcon{image: &canvas.Image{FillMode: canvas.ImageFillContain}} })
	i.image.Move(fyne.NewPos(x, y))
	i.image.Resize(fyne.NewSquareSize(size)) // before the new resource: it draws what was there, and Fyne keeps that by name
	if name := icon.Name(); i.name != name {
		i.name, i.image.Resource = name, icon
		i.image.Refresh()
	}
	p.objects = append(p.objects, i.image)
}

// picture draws a picture, stretched to a rectangle of its proportions.
func (p *painter) picture(m image.Image, at rect, radius float32) {
	i := p.images.take(func() *canvas.Image { return &canvas.Image{FillMode: canvas.ImageFillStretch} })
	i.Move(fyne.NewPos(at.x, at.y))
	i.Resize(fyne.NewSize(at.w, at.h))
	if i.CornerRadius = radius; i.Image != m {
		i.Image = m
		i.Refresh()
	}
	p.objects = append(p.objects, i)
}

// press makes a part of the row pressable. Nothing is drawn.
func (p *painter) press(at rect, label string, do func()) {
	b := p.presses.take(func() *look.Pressable {
		b := look.NewPressable(canvas.NewRectangle(color.Transparent), "", nil)
		b.Radius, b.NoHover = 8, true // which would be above what is drawn there
		return b
	})
	b.Label, b.OnTapped = label, do
	b.Move(fyne.NewPos(at.x, at.y))
	b.Resize(fyne.NewSize(at.w, at.h))
	p.objects = append(p.objects, b)
}

// face draws the picture of a person.
func (p *painter) face(name string, x, y float32) {
	if p.avatar == nil {
		p.avatar = look.NewAvatar(name, avatarSize)
		p.avatar.Resize(fyne.NewSquareSize(avatarSize))
	}
	p.avatar.SetName(name)
	p.avatar.Move(fyne.NewPos(x, y))
	p.objects = append(p.objects, p.avatar)
}

// focused is the index of the link that has the focus, -1 when none has.
func (p *painter) focused() int {
	for i, l := range p.links.all {
		if l.Focused() {
			return i
		}
	}
	return -1
}

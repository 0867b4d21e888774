package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Pad adds space around an object, in the order of CSS.
func Pad(o fyne.CanvasObject, top, right, bottom, left float32) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// Column lays objects out from top to bottom.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Line lays objects out from left to right, centred vertically. grow, one of them,
// takes the remaining width.
func Line(gap float32, grow fyne.CanvasObject, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap, grow}, objects...)
}

// Columns lays objects out in so many columns of the same width, row by row.
func Columns(n int, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(columnsLayout{n, gap}, objects...)
}

// Arrange lays a container out again after the size of something in it has changed. Unlike its Refresh, it draws nothing in it anew:
// Fyne would read and draw each icon again.
func Arrange(c *fyne.Container) {
	arrange(c)
	canvas.Refresh(c)
}

func arrange(c *fyne.Container) {
	if c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
	for _, o := range c.Objects {
		if inner, ok := o.(*fyne.Container); ok {
			arrange(inner)
		}
	}
}

// Blank is empty space of at least that size.
func Blank(width, height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(width, height))
	return r
}

type columnsLayout struct {
	n   int
	gap float32
}

func (l columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var cell fyne.Size
	for _, o := range objects {
		cell = cell.Max(o.MinSize())
	}
	rows := (len(objects) + l.n - 1) / l.n
	return fyne.NewSize(cell.Width*float32(l.n)+l.gap*float32(l.n-1), cell.Height*float32(rows)+l.gap*float32(max(0, rows-1)))
}

func (l columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rows := max(1, (len(objects)+l.n-1)/l.n)
	cell := fyne.NewSize((size.Width-l.gap*float32(l.n-1))/float32(l.n), (size.Height-l.gap*float32(rows-1))/float32(rows))
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i%l.n)*(cell.Width+l.gap), float32(i/l.n)*(cell.Height+l.gap)))
		o.Resize(cell)
	}
}

type lineLayout struct {
	gap  float32
	grow fyne.CanvasObject
}

func (l *lineLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if size.Width > 0 {
			size.Width += l.gap
		}
		size.Width += m.Width
		size.Height = fyne.Max(size.Height, m.Height)
	}
	return size
}

func (l *lineLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	spare := size.Width - l.MinSize(objects).Width
	x := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if o == l.grow {
			m.Width += spare
			// Wrapped text has its height only after it got its width.
			o.Resize(fyne.NewSize(m.Width, o.Size().Height))
			m.Height = o.MinSize().Height
		}
		o.Resize(m)
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		x += m.Width + l.gap
	}
}

// Block is a rectangle with round corners, in colours of the theme.
type Block struct {
	widget.BaseWidget
	Fill, Stroke fyne.ThemeColorName // "": none
	Radius       float32
}

// NewBlock makes a block.
func NewBlock(fill, stroke fyne.ThemeColorName, radius float32) *Block {
	b := &Block{Fill: fill, Stroke: stroke, Radius: radius}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer implements [fyne.Widget].
func (b *Block) CreateRenderer() fyne.WidgetRenderer {
	r := &blockRenderer{b: b, rect: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type blockRenderer struct {
	b    *Block
	rect *canvas.Rectangle
}

func (r *blockRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *blockRenderer) Layout(size fyne.Size)        { r.rect.Resize(size) }
func (r *blockRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *blockRenderer) Destroy()                     {}

func (r *blockRenderer) Refresh() {
	r.rect.FillColor, r.rect.StrokeColor, r.rect.StrokeWidth = color.Transparent, color.Transparent, 0
	if r.b.Fill != "" {
		r.rect.FillColor = Colour(r.b.Fill)
	}
	if r.b.Stroke != "" {
		r.rect.StrokeColor, r.rect.StrokeWidth = Colour(r.b.Stroke), 1
	}
	r.rect.CornerRadius = r.b.Radius
	r.rect.Refresh()
}

// Rule is a thin horizontal line.
func Rule() fyne.CanvasObject { return widget.NewSeparator() }

// TopBar is the bar at the top of a window.
func TopBar(content fyne.CanvasObject) fyne.CanvasObject {
	return Column(0, surface(content), Rule())
}

// BottomBar is the bar at the bottom of a window.
func BottomBar(content fyne.CanvasObject) fyne.CanvasObject {
	return Column(0, Rule(), surface(content))
}

func surface(content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(NewBlock(ColorSurface, "", 0), Pad(content, 12, Space, 12, Space))
}

// Card is a surface with rows, separated by thin lines.
func Card(rows ...fyne.CanvasObject) fyne.CanvasObject {
	column := Column(0)
	for i, row := range rows {
		if i > 0 {
			column.Add(Rule())
		}
		column.Add(row)
	}
	return container.NewStack(NewBlock(ColorSurface, ColorLine, Radius), column)
}

// NewColourBlock is a rectangle in any colour.
func NewColourBlock(c color.Color, radius float32) fyne.CanvasObject {
	r := canvas.NewRectangle(c)
	r.CornerRadius = radius
	return r
}

// Middle centres an object vertically and gives it the whole width.
func Middle(o fyne.CanvasObject) *fyne.Container {
	return container.New(middleLayout{}, o)
}

type middleLayout struct{}

func (middleLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (middleLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	o := objects[0]
	// Wrapped text has its height only after it got its width.
	o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
	height := o.MinSize().Height
	o.Resize(fyne.NewSize(size.Width, height))
	o.Move(fyne.NewPos(0, fyne.Max(0, (size.Height-height)/2)))
}

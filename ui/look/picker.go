package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Choice is one choice of a [Picker].
type Choice struct{ Value, Text string }

// Picker is a button that shows the current choice and opens a menu of all.
type Picker struct {
	Pressable
	Choices   []Choice
	Value     string
	OnChanged func(value string)

	shown *Label
}

var _ fyne.Widget = (*Picker)(nil)

// NewPicker makes a picker. label is for assistive technology.
func NewPicker(value, label string, changed func(value string), choices ...Choice) *Picker {
	p := &Picker{Choices: choices, Value: value, OnChanged: changed}
	p.shown = NewLabel(p.text(), Style{})
	p.Label, p.Radius, p.OnTapped = label, 8, p.open
	p.Content = container.NewStack(
		NewBlock(ColorBackground, ColorControl, 8),
		Pad(Line(6, nil, p.shown, Picture(IconDown.In(ColorText), 14)), 6, 10, 6, 10))
	p.ExtendBaseWidget(p)
	return p
}

func (p *Picker) text() string {
	for _, c := range p.Choices {
		if c.Value == p.Value {
			return c.Text
		}
	}
	return p.Value
}

// TypedKey opens the choices with Enter, Space or Down.
func (p *Picker) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyDown {
		p.open()
		return
	}
	p.Pressable.TypedKey(e)
}

func (p *Picker) open() {
	canvas := fyne.CurrentApp().Driver().CanvasForObject(p)
	if canvas == nil {
		return
	}
	menu := NewMenu()
	for _, c := range p.Choices {
		menu.Choice(c.Text, c.Value == p.Value, func() { canvas.Focus(p); p.pick(c.Value) })
	}
	menu.Show(canvas, Below(p, 0), func() { canvas.Focus(p) })
}

func (p *Picker) pick(value string) {
	if value == p.Value {
		return
	}
	p.Value = value
	p.shown.SetText(p.text())
	p.Refresh()
	if p.OnChanged != nil {
		p.OnChanged(value)
	}
}

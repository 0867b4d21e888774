package code

import (
	"strconv"

	"discussions/internal/secret"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// codeLength is the number of digits of a code.
const codeLength = 4

// keypad takes a code of four digits, typed or tapped, without showing them.
type keypad struct {
	widget.BaseWidget
	onCode func(code secret.Text) // called after the last digit; it owns the code

	keyboard typed
	digits   [codeLength]byte // wiped when the code is handed over
	typed    int              // number of digits
	focused  bool
	disabled bool
	shift    float32 // offset of the dots while they shake
	moving   *fyne.Animation
}

var (
	_ desktop.Keyable  = (*keypad)(nil)
	_ fyne.Disableable = (*keypad)(nil)
)

func newKeypad(onCode func(code secret.Text)) *keypad {
	p := &keypad{onCode: onCode}
	p.keyboard.digit = p.digit
	p.ExtendBaseWidget(p)
	return p
}

// TypedRune implements [fyne.Focusable].
func (p *keypad) TypedRune(r rune) { p.keyboard.rune(r) }

// KeyDown implements [desktop.Keyable].
func (p *keypad) KeyDown(e *fyne.KeyEvent) { p.keyboard.down(e.Name) }

// KeyUp implements [desktop.Keyable].
func (p *keypad) KeyUp(e *fyne.KeyEvent) { p.keyboard.up(e.Name) }

// TypedKey implements [fyne.Focusable].
func (p *keypad) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyBackspace, e.Name == fyne.KeyDelete:
		p.back()
	case isDigit(e.Name):
		p.keyboard.again(e.Name)
	default:
		if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

// FocusGained implements [fyne.Focusable].
func (p *keypad) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost implements [fyne.Focusable].
func (p *keypad) FocusLost() { p.focused = false; p.keyboard.forget(); p.Refresh() }

// Disable makes it ignore keys and taps.
func (p *keypad) Disable() { p.disabled = true; p.Refresh() }

// Enable implements [fyne.Disableable].
func (p *keypad) Enable() { p.disabled = false; p.Refresh() }

// Disabled implements [fyne.Disableable].
func (p *keypad) Disabled() bool { return p.disabled }

func (p *keypad) digit(d byte) {
	if p.disabled || p.typed == codeLength {
		return
	}
	p.digits[p.typed] = d
	p.typed++
	p.Refresh()
	if p.typed == codeLength {
		code := secret.FromBytes(p.digits[:])
		clear(p.digits[:])
		p.onCode(code)
	}
}

func (p *keypad) back() {
	if p.disabled || p.typed == 0 {
		return
	}
	p.typed--
	p.digits[p.typed] = 0
	p.Refresh()
}

// clear wipes the digits.
func (p *keypad) clear() {
	clear(p.digits[:])
	p.typed = 0
	p.keyboard.forget()
	p.Refresh()
}

// refuse wipes the digits and shakes the dots.
func (p *keypad) refuse() {
	p.clear()
	if p.moving != nil {
		p.moving.Stop()
	}
	steps := []float32{-8, 8, -6, 6, -3, 3, 0}
	p.moving = fyne.NewAnimation(canvas.DurationStandard, func(done float32) {
		p.shift = steps[min(int(done*float32(len(steps))), len(steps)-1)]
		p.Refresh()
	})
	p.moving.Start()
}

// grabFocus gives it the focus.
func (p *keypad) grabFocus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
}

func (p *keypad) CreateRenderer() fyne.WidgetRenderer {
	r := &keypadRenderer{p: p}
	for range codeLength {
		r.dots = append(r.dots, canvas.NewCircle(look.Colour(look.ColorAccent)))
	}
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9} {
		r.keys = append(r.keys, newKey(p, n))
	}
	r.keys = append(r.keys, newKey(p, backKey), newKey(p, 0))
	for _, d := range r.dots {
		r.objects = append(r.objects, d)
	}
	for _, k := range r.keys {
		r.objects = append(r.objects, k)
	}
	r.paint()
	return r
}

type keypadRenderer struct {
	p       *keypad
	dots    []*canvas.Circle
	keys    []*key
	objects []fyne.CanvasObject
}

const (
	dotSize, dotGap    float32 = 16, 18
	keyGap, keyHeight  float32 = 10, 60
	dotsTop, dotsUnder float32 = 8, 20
)

func (r *keypadRenderer) MinSize() fyne.Size {
	return fyne.NewSize(308, dotsTop+dotSize+dotsUnder+4*keyHeight+3*keyGap)
}

func (r *keypadRenderer) Layout(size fyne.Size) {
	x := (size.Width-codeLength*dotSize-(codeLength-1)*dotGap)/2 + r.p.shift
	for _, d := range r.dots {
		d.Move(fyne.NewPos(x, dotsTop))
		d.Resize(fyne.NewSquareSize(dotSize))
		x += dotSize + dotGap
	}
	width := (size.Width - 2*keyGap) / 3
	for i, k := range r.keys {
		k.Move(fyne.NewPos(float32(i%3)*(width+keyGap), dotsTop+dotSize+dotsUnder+float32(i/3)*(keyHeight+keyGap)))
		k.Resize(fyne.NewSize(width, keyHeight))
	}
}

// paint fills a dot for each digit. With the focus, the next dot is bolder.
func (r *keypadRenderer) paint() {
	for i, d := range r.dots {
		d.StrokeColor, d.StrokeWidth = look.Colour(look.ColorAccent), 2
		d.FillColor = look.Colour(look.ColorBackground)
		if r.p.disabled {
			d.StrokeColor = look.Colour(look.ColorControl)
		}
		switch {
		case i < r.p.typed:
			d.FillColor = d.StrokeColor
		case i == r.p.typed && r.p.focused && !r.p.disabled:
			d.FillColor = look.Colour(look.ColorAccentSoft)
			d.StrokeWidth = 3
		}
		d.Refresh()
	}
}

func (r *keypadRenderer) Refresh() {
	r.paint()
	r.Layout(r.p.Size())
	for _, k := range r.keys {
		k.Refresh()
	}
}

func (r *keypadRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *keypadRenderer) Destroy() {}

// backKey is the key that removes a digit.
const backKey = -1

// key is one key of the keypad. The keypad, not the key, has the focus.
type key struct {
	widget.BaseWidget
	keypad  *keypad
	number  int
	hovered bool
}

var (
	_ fyne.Tappable     = (*key)(nil)
	_ desktop.Hoverable = (*key)(nil)
)

func newKey(p *keypad, number int) *key {
	k := &key{keypad: p, number: number}
	k.ExtendBaseWidget(k)
	return k
}

func (k *key) Tapped(*fyne.PointEvent) {
	k.keypad.grabFocus()
	if k.number == backKey {
		k.keypad.back()
		return
	}
	k.keypad.digit(byte('0' + k.number))
}

func (k *key) MouseIn(*desktop.MouseEvent)    { k.hovered = true; k.Refresh() }
func (k *key) MouseMoved(*desktop.MouseEvent) {}
func (k *key) MouseOut()                      { k.hovered = false; k.Refresh() }

func (k *key) CreateRenderer() fyne.WidgetRenderer {
	back := look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius)
	label := look.NewLabel("", look.Style{Size: look.SizeKey, Align: fyne.TextAlignCenter})
	var content fyne.CanvasObject = label
	if k.number == backKey {
		back.Fill, back.Stroke = "", ""
		content = container.NewCenter(look.Picture(look.IconDelete, 26))
	} else {
		label.SetText(strconv.Itoa(k.number))
	}
	return &keyRenderer{k: k, back: back, content: content, label: label}
}

type keyRenderer struct {
	k       *key
	back    *look.Block
	content fyne.CanvasObject
	label   *look.Label
}

func (r *keyRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(keyHeight) }

func (r *keyRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.content.Resize(size)
}

func (r *keyRenderer) Refresh() {
	if r.k.number != backKey {
		r.back.Fill = look.ColorSurface
	}
	if r.k.hovered && !r.k.keypad.disabled {
		r.back.Fill = look.ColorHover
	} else if r.k.number == backKey {
		r.back.Fill = ""
	}
	style := r.label.Style
	style.Colour = look.ColorText
	if r.k.keypad.disabled {
		style.Colour = theme.ColorNameDisabled
	}
	r.label.Set(r.label.Text, style)
	r.back.Refresh()
	r.content.Refresh()
}

func (r *keyRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.back, r.content} }

func (r *keyRenderer) Destroy() {}

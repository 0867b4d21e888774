package code

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// press is a key as Fyne reports it.
type press struct {
	key  fyne.KeyName
	char rune // 0: it types nothing
}

func (p press) down(pad *keypad) {
	pad.KeyDown(&fyne.KeyEvent{Name: p.key})
	p.repeat(pad)
}

// repeat is what follows KeyDown, and comes again and again while the key is held.
func (p press) repeat(pad *keypad) {
	pad.TypedKey(&fyne.KeyEvent{Name: p.key})
	if p.char != 0 {
		pad.TypedRune(p.char)
	}
}

func (p press) up(pad *keypad) { pad.KeyUp(&fyne.KeyEvent{Name: p.key}) }

// keys are the presses of the digits' row, from 1 to 0, with a layout's characters; a space types nothing.
func keys(row string) (presses []press) {
	for i, r := range []rune(row) {
		if r == ' ' {
			r = 0
		}
		presses = append(presses, press{fyne.KeyName(rune('0' + (i+1)%10)), r})
	}
	return presses
}

// newPad returns a keypad on a screen, and what it has handed over or has so far.
func newPad(t *testing.T) (pad *keypad, digits func() string) {
	test.NewTempApp(t)
	var pressed string
	pad = newKeypad(nil)
	pad.keyboard.digit = func(d byte) { pressed += string(d) }
	test.NewTempWindow(t, pad)
	pad.grabFocus()
	return pad, func() string { return pressed }
}

func TestTheDigitsRowTypesDigitsOnEveryLayout(t *testing.T) {
	for layout, row := range map[string]string{
		"French, without Shift":        `&é"'(-è_çà`,
		"French, with Shift":           `1234567890`,
		"Belgian and Mac":              `&é"'(§è!çà`,
		"English":                      `1234567890`,
		"English, with Shift":          `!@#$%^&*()`,
		"bépo":                         `"«»()@+-/*`,
		"Czech":                        `+ěščřžýáíé`,
		"dead keys":                    `&é"'(-` + "    ",
		"a number pad with NumLock":    `1234567890`,
		"a number pad without NumLock": `          `,
		"Arabic":                       `١٢٣٤٥٦٧٨٩٠`,
	} {
		t.Run(layout, func(t *testing.T) {
			pad, digits := newPad(t)
			for _, p := range keys(row) {
				p.down(pad)
				p.up(pad)
			}
			if got := digits(); got != "1234567890" {
				t.Errorf("typed %s", got)
			}
		})
	}
}

func TestOnePressIsOneDigit(t *testing.T) {
	for _, row := range []string{`1234567890`, `&é"'(-è_çà`, `          `} {
		k := keys(row)
		one, four, shift := k[0], k[3], press{desktop.KeyShiftLeft, 0}
		for _, c := range []struct {
			name, want string
			do         func(pad *keypad)
		}{
			{"a key that is held", "4", func(pad *keypad) {
				four.down(pad)
				for range 20 {
					four.repeat(pad)
				}
				four.up(pad)
			}},
			{"the same key twice", "44", func(pad *keypad) { four.down(pad); four.up(pad); four.down(pad); four.up(pad) }},
			{"the next key before the first is up", "414", func(pad *keypad) {
				four.down(pad)
				one.down(pad)
				four.up(pad)
				four.down(pad)
				one.up(pad)
				four.up(pad)
			}},
			{"both keys before their characters, as an input method does it", "41", func(pad *keypad) {
				for _, p := range []press{four, one} {
					pad.KeyDown(&fyne.KeyEvent{Name: p.key})
					pad.TypedKey(&fyne.KeyEvent{Name: p.key})
				}
				for _, p := range []press{four, one} {
					if p.char != 0 {
						pad.TypedRune(p.char)
					}
				}
				four.up(pad)
				one.up(pad)
			}},
			{"with Shift", "4", func(pad *keypad) { shift.down(pad); four.down(pad); shift.up(pad); four.up(pad) }},
			{"a key that was pressed on the screen before, and is still held", "1", func(pad *keypad) {
				four.repeat(pad)
				four.repeat(pad)
				four.up(pad)
				one.down(pad)
				one.up(pad)
			}},
			{"a key whose keyboard went elsewhere", "1", func(pad *keypad) {
				pad.KeyDown(&fyne.KeyEvent{Name: four.key})
				pad.FocusLost()
				pad.FocusGained()
				one.down(pad)
				one.up(pad)
			}},
		} {
			t.Run(c.name+" "+row, func(t *testing.T) {
				pad, digits := newPad(t)
				c.do(pad)
				if got := digits(); got != c.want {
					t.Errorf("typed %q, want %q", got, c.want)
				}
			})
		}
	}
}

func TestKeysWithoutANameCountByTheirCharacter(t *testing.T) {
	for row, want := range map[string]string{
		`1234567890`:  "1234567890",
		`&é"'(-è_çà`:  "1234567890",
		`&é"'(§è!çà`:  "1234567890",
		"abz)=^$*£@€": "",
	} {
		pad, digits := newPad(t)
		for _, r := range row {
			p := press{fyne.KeyUnknown, r}
			p.down(pad)
			p.up(pad)
		}
		if got := digits(); got != want {
			t.Errorf("%s typed %q, want %q", row, got, want)
		}
	}
}

func TestOtherKeysTypeOnlyDigits(t *testing.T) {
	pad, digits := newPad(t)
	for _, p := range []press{
		{fyne.KeyMinus, '-'}, {fyne.KeyApostrophe, '\''}, {fyne.KeyA, 'a'}, {fyne.KeyQ, 'à'}, {fyne.KeyEqual, '_'},
		{fyne.KeyU, '4'}, // a layer of digits on letters
	} {
		p.down(pad)
		p.repeat(pad)
		p.up(pad)
	}
	if got := digits(); got != "4" {
		t.Errorf("typed %q", got)
	}
}

// TestTheLastDigitIsNotTypedTwice: the key is still down, or its character is still to come, when the next screen shows.
func TestTheLastDigitIsNotTypedTwice(t *testing.T) {
	h := newHost(t)
	ShowChoose(h, &signIn{m: h.manager})
	first := h.shown.(*entry)
	code := []press{{"5", '('}, {"8", '_'}, {"1", '&'}, {"6", '-'}}
	for i, p := range code {
		first.keypad.KeyDown(&fyne.KeyEvent{Name: p.key})
		first.keypad.TypedKey(&fyne.KeyEvent{Name: p.key})
		if h.shown != first {
			t.Fatal("the code was taken before its last character")
		}
		first.keypad.TypedRune(p.char)
		if i < len(code)-1 {
			p.up(first.keypad)
		}
	}
	second, ok := h.shown.(*entry)
	if !ok || second == first {
		t.Fatal("the code was not asked for again")
	}
	code[3].repeat(second.keypad)
	code[3].up(second.keypad)
	if second.keypad.typed != 0 {
		t.Errorf("%d digits are typed already", second.keypad.typed)
	}
	for _, p := range code {
		p.down(second.keypad)
		p.up(second.keypad)
	}
	if h.manager.code != "5816" || h.went != "list" {
		t.Errorf("code %q, led to %q", h.manager.code, h.went)
	}
}

func TestAClickBesideTheKeypadLeavesItTheKeyboard(t *testing.T) {
	h := newHost(t)
	ShowUnlock(h, "claire")
	h.window.Resize(fyne.NewSize(420, 640))
	s := h.shown.(*entry)
	h.window.Canvas().Focus(s.keypad)
	for _, pos := range []fyne.Position{{X: 5, Y: 300}, {X: 210, Y: 90}, {X: 415, Y: 635}, {X: 200, Y: 10}} {
		test.TapCanvas(h.window.Canvas(), pos)
		if h.window.Canvas().Focused() != fyne.Focusable(s.keypad) {
			t.Errorf("after a click at %v the keyboard belongs to %T", pos, h.window.Canvas().Focused())
		}
	}
}

// TestKeysReachAKeypadWithoutTheFocus: the window hands over the keys that nobody took; the next events go to the keypad.
func TestKeysReachAKeypadWithoutTheFocus(t *testing.T) {
	h := newHost(t)
	ShowUnlock(h, "claire")
	s := h.shown.(*entry)
	for _, p := range []press{{"4", '\''}, {"0", 'à'}, {"7", 0}, {"1", '1'}} {
		h.window.Canvas().Unfocus()
		s.TypedKey(p.key)
		if p.char != 0 {
			s.keypad.TypedRune(p.char)
		}
		p.up(s.keypad)
	}
	if h.went != "list" {
		t.Errorf("led to %q with %d digits", h.went, s.keypad.typed)
	}
}

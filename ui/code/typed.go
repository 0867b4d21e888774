package code

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// typed makes digits of keyboard events.
//
// A key of the digits' row or of the number pad counts as its digit, whatever the layout types with it: & on a French keyboard
// without Shift, nothing on a number pad without NumLock. Fyne names these keys by their place: KeyEvent.Name is Key1 for the key
// that types & in France. A key that Fyne cannot name counts by its character.
//
// Fyne reports one press as up to three events: the key goes down, a character, the key goes up. The digit counts when the
// character comes, so that no character is left over for the screen that a last digit opens. Where none comes, it counts when the
// key goes up or the next one down. A key that is held down counts once.
type typed struct {
	digit func(byte)

	held    bool
	key     fyne.KeyName // the last key that went down, while held; may be KeyUnknown
	counted bool         // it needs no more characters
}

// french are the characters of the digits' row, from 1 to 0, without Shift: in France, and in Belgium and on a Mac.
var french = [...]string{`&é"'(-è_çà`, `&é"'(§è!çà`}

// down handles a key that goes down.
func (t *typed) down(name fyne.KeyName) {
	t.finish()
	t.held, t.key, t.counted = true, name, otherModifier()
}

// again handles a key that repeats. If it did not go down here, it was pressed on another screen: it does not count.
func (t *typed) again(name fyne.KeyName) {
	if !t.held || t.key != name {
		t.held, t.key, t.counted = true, name, true
	}
}

// up handles a key that goes up.
func (t *typed) up(name fyne.KeyName) {
	if t.held && t.key == name {
		t.finish()
		t.forget()
	}
}

// rune handles a character.
func (t *typed) rune(r rune) {
	if t.held && t.counted {
		return
	}
	d, ok := byte(0), false
	switch {
	case t.held && isDigit(t.key):
		d, ok = t.key[0], true
	case r >= '0' && r <= '9':
		d, ok = byte(r), true
	case !t.held || t.key == fyne.KeyUnknown:
		d, ok = frenchDigit(r)
	}
	t.counted = true
	if ok {
		t.digit(d)
	}
}

// finish counts a key that no character came with.
func (t *typed) finish() {
	if t.held && !t.counted && isDigit(t.key) {
		t.counted = true
		t.digit(t.key[0])
	}
}

// forget forgets the key that is held down: its events go elsewhere from now on.
func (t *typed) forget() { t.held, t.key, t.counted = false, "", false }

func isDigit(name fyne.KeyName) bool { return len(name) == 1 && name[0] >= '0' && name[0] <= '9' }

func frenchDigit(r rune) (d byte, ok bool) {
	for _, row := range french {
		if before, _, found := strings.Cut(row, string(r)); found {
			return byte('0' + (len([]rune(before))+1)%10), true
		}
	}
	return 0, false
}

// otherModifier reports whether a key is part of a shortcut.
func otherModifier() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&(fyne.KeyModifierControl|fyne.KeyModifierAlt|fyne.KeyModifierSuper) != 0
}

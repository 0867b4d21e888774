package look

import "fyne.io/fyne/v2"

// Board is the system's clipboard, as entries use it. The zero value is for tests: Fyne's, at once.
type Board struct {
	// Copied is told of a text that was put there, for it to be taken back when the account is hidden; nil where nobody's words are
	// typed.
	Copied func(text string)

	// Read gives the text that is there to then, on Fyne's goroutine, so many bytes of it at most: see
	// [discussions/internal/clipboard.ReadText]. It does not wait for the program that holds it.
	Read func(most int, then func(text string, err error))
}

// Paste is what an entry waits for after Ctrl+V. What is typed meanwhile waits in it, so that all comes in its order.
type Paste struct {
	Failed bool // what is done now has waited for a paste that came to nothing

	busy    bool
	waiting []func()
}

// Read gives the text of the clipboard to then, as [Board.Read] does; c is Fyne's. then reports whether there is what the user wanted.
func (p *Paste) Read(b Board, c fyne.Clipboard, most int, then func(text string, err error) bool) {
	if b.Read == nil {
		then(c.Content(), nil)
		return
	}
	p.busy = true
	b.Read(most, func(text string, err error) {
		p.busy = false
		p.Failed = !then(text, err)
		for len(p.waiting) > 0 && !p.busy {
			next := p.waiting[0]
			p.waiting = p.waiting[1:]
			next()
		}
		p.Failed = false
	})
}

// Holds reports whether what the user does has to wait for a paste: then it is done behind it.
func (p *Paste) Holds(do func()) bool {
	if p.busy {
		p.waiting = append(p.waiting, do)
	}
	return p.busy
}

// Pasted is a clipboard that holds a text.
type Pasted string

// Content implements [fyne.Clipboard].
func (p Pasted) Content() string { return string(p) }

// SetContent implements [fyne.Clipboard].
func (Pasted) SetContent(string) {}

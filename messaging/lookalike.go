package messaging

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	folding "discussions/internal/fold"
)

// Whoever may write their own card may write a colleague's name on it, or one that looks the same. Names are compared by what readers see of
// them, and those that two people of this organisation share have the local part of the address behind them.

// alike counts the people that are called so, by what a reader sees of a name.
type alike map[string]int

// count counts the names again, and makes what everybody is called: lists ask for that often.
func (p *people) count() {
	p.alike, p.called = alike{}, nil
	if p.ownName != "" {
		p.alike[seen(p.ownName)]++
	}
	for jid := range p.persons {
		p.alike[seen(p.bare(jid))]++
	}
	called := make(map[string]string, len(p.persons))
	for jid := range p.persons {
		called[jid] = p.name(jid)
	}
	p.called = called
}

// isShared reports whether somebody else has a name that looks like this one.
func (p *people) isShared(jid, name string) bool {
	others := p.alike[seen(name)]
	if _, known := p.persons[jid]; known {
		others--
	}
	return others > 0
}

// hasOddLetters reports whether a name has letters that can look like others, or cannot be seen: those of a script that is not Latin, special
// forms, and what only changes other letters.
func hasOddLetters(name string) bool {
	for _, r := range norm.NFC.String(name) {
		switch {
		case r < unicode.MaxASCII && unicode.IsPrint(r), r == '\u00a0', r == '\u202f':
		case unicode.IsLetter(r):
			if !unicode.Is(unicode.Latin, r) || r >= 0x250 && (r < 0x1E00 || r > 0x1EFF) {
				return true
			}
		case unicode.IsMark(r), unicode.IsSpace(r), !unicode.IsPrint(r):
			return true
		}
	}
	return false
}

// titles say nothing of who somebody is.
var titles = map[string]bool{"dr": true, "pr": true, "m": true, "mme": true, "mlle": true}

// sameLooks are letters, of those that are left of a folded name, which look like others.
var sameLooks = strings.NewReplacer("rn", "m", "vv", "w", "l", "i", "1", "i", "0", "o")

// seen is what a reader sees of a name: two names that look the same have the same.
func seen(name string) string {
	var words []string
	for _, w := range folding.Words(norm.NFKC.String(name)) {
		if !titles[w.Folded] {
			words = append(words, w.Folded)
		}
	}
	return sameLooks.Replace(strings.Join(words, " "))
}

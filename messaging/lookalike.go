package messaging

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	folding "discussions/internal/fold"
)

// People who can edit their own card can give themselves a colleague's name, or one that looks the same. So names are compared by their
// appearance, and a name that two people of this organisation share is shown with the local part of the address.

// namesakes are the people whose names look the same.
type namesakes struct {
	seen map[string]string              // what a reader sees of a name, by JID
	of   map[string]map[string]struct{} // JIDs, by what a reader sees
}

func newNamesakes() namesakes {
	return namesakes{map[string]string{}, map[string]map[string]struct{}{}}
}

// set notes somebody's name, "" for one who cannot be mistaken for another. It returns the others whose name has become unique by this, or
// no longer is: two at most, however many share a name.
func (n namesakes) set(jid, name string) (others []string) {
	before, now := n.seen[jid], seen(name)
	if before == now {
		return nil
	}
	if before != "" {
		delete(n.of[before], jid)
		delete(n.seen, jid)
		if others = n.only(before); len(n.of[before]) == 0 {
			delete(n.of, before)
		}
	}
	if now != "" {
		others = append(others, n.only(now)...)
		if n.of[now] == nil {
			n.of[now] = map[string]struct{}{}
		}
		n.seen[jid], n.of[now][jid] = now, struct{}{}
	}
	return others
}

// only gives the one who has that name; nobody where there are more.
func (n namesakes) only(name string) (list []string) {
	if len(n.of[name]) == 1 {
		for jid := range n.of[name] {
			list = append(list, jid)
		}
	}
	return list
}

// shared reports whether somebody else than jid has a name that looks like this one.
func (n namesakes) shared(jid, name string) bool {
	all := n.of[seen(name)]
	_, own := all[jid]
	return len(all) > 1 || len(all) == 1 && !own
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

// titles do not distinguish people.
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
	if len(words) == 0 {
		return name
	}
	return sameLooks.Replace(strings.Join(words, " "))
}

// Package confusable compares people's names by their appearance.
//
// People who can edit their own card can give themselves a colleague's name, or one that looks the same. So names are compared by a
// skeleton, in the sense of UTS #39 but for names of people: two names that look the same to a reader have the same skeleton.
package confusable

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"discussions/internal/fold"
)

// Names are the names of people. Make one with [New]. It is not safe for use by several goroutines.
type Names struct {
	skeletons map[string]string              // by person
	people    map[string]map[string]struct{} // by skeleton
}

// New returns a set without names.
func New() Names {
	return Names{map[string]string{}, map[string]map[string]struct{}{}}
}

// Set notes somebody's name, "" for one who cannot be mistaken for another. It returns the others whose name has become unique by this, or
// no longer is: two at most, however many share a name.
func (n Names) Set(person, name string) (others []string) {
	before, now := n.skeletons[person], Skeleton(name)
	if before == now {
		return nil
	}
	if before != "" {
		delete(n.people[before], person)
		delete(n.skeletons, person)
		if others = n.only(before); len(n.people[before]) == 0 {
			delete(n.people, before)
		}
	}
	if now != "" {
		others = append(others, n.only(now)...)
		if n.people[now] == nil {
			n.people[now] = map[string]struct{}{}
		}
		n.skeletons[person], n.people[now][person] = now, struct{}{}
	}
	return others
}

// only gives the one person with that skeleton; nobody if there are more.
func (n Names) only(skeleton string) (list []string) {
	if len(n.people[skeleton]) == 1 {
		for person := range n.people[skeleton] {
			list = append(list, person)
		}
	}
	return list
}

// Shared reports whether somebody else has a name that looks like this one.
func (n Names) Shared(person, name string) bool {
	all := n.people[Skeleton(name)]
	_, own := all[person]
	return len(all) > 1 || len(all) == 1 && !own
}

// HasUnusualLetters reports whether a name has letters that can look like others, or cannot be seen: those of a script that is not Latin,
// special forms, and marks that only change other letters.
func HasUnusualLetters(name string) bool {
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

// Skeleton is the same for names that look the same.
func Skeleton(name string) string {
	var words []string
	for _, w := range fold.Words(norm.NFKC.String(name)) {
		if !titles[w.Folded] {
			words = append(words, w.Folded)
		}
	}
	if len(words) == 0 {
		return name
	}
	return sameLooks.Replace(strings.Join(words, " "))
}

package wording

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Link is a part of a text that leads somewhere.
type Link struct {
	Start, End int    // in the text, in bytes
	Target     string // an address of http, https, mailto or tel
	Host       string // where a page lies for certain: in letters that cannot be mistaken for others; "" for mailto and tel
	Clear      bool   // what stands in the text says so too
}

const (
	maxLinks     = 200  // of one text; more are words
	longestLink  = 2048 // bytes; what is longer is a word
	longestLabel = 253  // of a host
)

// Links finds what leads somewhere in a text: addresses of the web, of mail (with or without "mailto:") and of telephones ("tel:"). It looks at
// each letter a few times at most, whatever stands there.
func Links(text string) (list []Link) {
	for at := 0; at < len(text) && len(list) < maxLinks; {
		end := at + wordEnd(text[at:])
		if word := text[at:end]; end-at <= longestLink && strings.ContainsAny(word, ".:@") {
			if l, ok := linkIn(word); ok {
				l.Start, l.End = l.Start+at, l.End+at
				list = append(list, l)
				at = l.End
				continue
			}
		}
		at = end
		for at < len(text) { // what parts words
			r, n := utf8.DecodeRuneInString(text[at:])
			if !partsWords(r) {
				break
			}
			at += n
		}
	}
	return list
}

// partsWords reports whether no address goes on behind a sign.
func partsWords(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("<>\"«»“”|`{}", r)
}

func wordEnd(text string) int {
	if i := strings.IndexFunc(text, partsWords); i >= 0 {
		return i
	}
	return len(text)
}

// linkIn finds the first address in a word.
func linkIn(word string) (Link, bool) {
	begin := 0
	for begin < len(word) { // "(https://…", "voir:www.…" begin behind a sign
		rest := word[begin:]
		for _, scheme := range []string{"https://", "http://", "www.", "mailto:", "tel:"} {
			if len(rest) > len(scheme) && strings.EqualFold(rest[:len(scheme)], scheme) {
				end := trimmed(rest) // maybe shorter than the scheme: "tel:?"
				if l, ok := address(rest[:max(end, len(scheme))], scheme); ok && end > len(scheme) {
					l.Start, l.End = begin, begin+end
					return l, true
				}
			}
		}
		next := strings.IndexAny(rest, "([:;,=/")
		if next < 0 {
			break
		}
		begin += next + 1
		if begin > 64 { // a word that long is none of them
			break
		}
	}
	return mail(word)
}

// trimmed is the length of an address without the signs of the sentence around it. A bracket stays if it was opened in the address.
func trimmed(word string) int {
	open := strings.Count(word, "(") - strings.Count(word, ")")
	for word != "" {
		r, n := utf8.DecodeLastRuneInString(word)
		switch {
		case strings.ContainsRune(".,;:!?'’…*_~]", r):
		case r == ')' && open < 0:
			open++
		default:
			return len(word)
		}
		word = word[:len(word)-n]
	}
	return 0
}

func address(text, scheme string) (Link, bool) {
	switch scheme {
	case "tel:":
		number := text[len(scheme):]
		digits := strings.Map(keep("+0123456789"), number)
		if len(strings.Trim(digits, "+")) < 2 || strings.Trim(number, "+0123456789-.()") != "" {
			return Link{}, false
		}
		return Link{Target: "tel:" + digits, Clear: true}, true
	case "mailto:":
		l, ok := mail(text[len(scheme):])
		return l, ok
	case "www.":
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || len(u.Hostname()) > longestLabel || strings.ContainsRune(text, '\\') {
		return Link{}, false
	}
	shown := u.Hostname()
	host, err := idna.Lookup.ToASCII(shown)
	if err != nil || !strings.Contains(host, ".") && host != "localhost" {
		return Link{}, false
	}
	l := Link{Host: host, Clear: u.User == nil && strings.EqualFold(host, shown) && !strings.HasPrefix(host, "xn--") && !strings.Contains(host, ".xn--") && isLeftToRight(text)}
	if port := u.Port(); port != "" {
		u.Host = host + ":" + port
	} else {
		u.Host = host
	}
	u.Scheme = strings.ToLower(u.Scheme)
	l.Target = u.String()
	return l, true
}

// mail finds an address of mail that makes up a word, but for the signs around it.
func mail(word string) (Link, bool) {
	begin := len(word) - len(strings.TrimLeft(word, "([;,:'"))
	end := begin + trimmed(word[begin:])
	name, host, ok := strings.Cut(word[begin:end], "@")
	if !ok || name == "" || len(name) > 64 || len(host) > longestLabel || strings.Contains(host, "@") || !strings.Contains(host, ".") {
		return Link{}, false
	}
	const inNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_{|}~-"
	if strings.Trim(name, inNames) != "" || strings.Trim(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != "" {
		return Link{}, false
	}
	if strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") || strings.Contains(host, "..") {
		return Link{}, false
	}
	return Link{Start: begin, End: end, Target: "mailto:" + url.PathEscape(name) + "@" + host, Clear: true}, true
}

func keep(signs string) func(rune) rune {
	return func(r rune) rune {
		if strings.ContainsRune(signs, r) {
			return r
		}
		return -1
	}
}

// isLeftToRight reports whether no letter of a text runs from right to left: it would change places with others on the screen.
func isLeftToRight(text string) bool {
	for _, r := range text {
		if r >= 0x590 && r <= 0x8FF || r >= 0xFB1D && r <= 0xFEFC || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF {
			return false
		}
	}
	return true
}

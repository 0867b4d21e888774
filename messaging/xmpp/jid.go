package xmpp

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"mellium.im/xmpp/jid"
)

// maxPart is the longest part of a JID, in bytes (RFC 7622 §3).
const maxPart = 1023

var errAddress = errors.New("not an address")

// ParseJID parses an address more leniently than RFC 7622: its tables depend on the version of Unicode, and servers accept other
// nicknames. The resource is opaque: it is not changed, only cut to the longest allowed. The bare address is normalised if RFC 7622 allows
// it and unchanged otherwise; unchanged addresses are equal only byte for byte. An empty part, and spaces or control characters in the
// bare address, are errors.
func ParseJID(s string) (jid.JID, error) {
	bare, resource, full := strings.Cut(s, "/")
	if full && resource == "" || !utf8.ValidString(s) {
		return jid.JID{}, errAddress
	}
	j, ok := parsePlain(bare)
	if !ok {
		var err error
		if j, err = jid.Parse(bare); err != nil {
			if j, err = parseBare(bare); err != nil {
				return jid.JID{}, err
			}
		}
	}
	if strings.HasSuffix(j.Domainpart(), ".") { // of several dots mellium's package leaves one, which another reading would take away
		return jid.JID{}, errAddress
	}
	if !full {
		return j, nil
	}
	return withResource(j, resource), nil
}

// parsePlain parses a bare JID of small ASCII letters, digits and single separators, which the rules of RFC 7622 leave as it is. Most are
// like that, and this takes a quarter of the time.
func parsePlain(s string) (j jid.JID, ok bool) {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > 255 {
		return jid.JID{}, false
	}
	for _, part := range [...]string{local, domain} {
		before := byte('.') // a separator stands between letters or digits
		for i := range len(part) {
			c := part[i]
			switch {
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			case (c == '.' || c == '-') && before != '.' && before != '-':
			default:
				return jid.JID{}, false
			}
			before = c
		}
		if before == '.' || before == '-' {
			return jid.JID{}, false
		}
	}
	return jid.NewUnsafe(local, domain, "").JID, true
}

// parseBare parses a bare JID that RFC 7622 does not allow.
func parseBare(s string) (jid.JID, error) {
	local, domain, ok := strings.Cut(s, "@")
	if !ok {
		local, domain = "", s
	}
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	if ok && local == "" || domain == "" || len(local) > maxPart || len(domain) > maxPart ||
		strings.ContainsFunc(s, odd) || strings.ContainsAny(local, `"&':<>`) || strings.Contains(domain, "@") {
		return jid.JID{}, errAddress
	}
	return jid.NewUnsafe(local, domain, "").JID, nil
}

func withResource(j jid.JID, resource string) jid.JID {
	for len(resource) > maxPart {
		_, n := utf8.DecodeLastRuneInString(resource)
		resource = resource[:len(resource)-n]
	}
	return jid.NewUnsafe(j.Localpart(), j.Domainpart(), resource).JID
}

// occupantJID returns the JID of a nickname in a room. The nickname is normalised if RFC 7622 allows it, else unchanged: the room decides
// whether to accept it.
func occupantJID(room jid.JID, nick string) (jid.JID, error) {
	if nick == "" || len(nick) > maxPart || !utf8.ValidString(nick) || strings.ContainsFunc(nick, unicode.IsControl) {
		return jid.JID{}, errAddress
	}
	if j, err := room.Bare().WithResource(nick); err == nil {
		return j, nil
	}
	return withResource(room.Bare(), nick), nil
}

// plainNickname reduces a nickname to characters that every server accepts. If nothing remains, it returns fallback.
func plainNickname(nick, fallback string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.L, r) && r <= 0xFFFF, r >= '0' && r <= '9', strings.ContainsRune("-'.,()_", r):
			return r
		case unicode.IsSpace(r):
			return ' '
		case r == '·':
			return '.'
		}
		return -1
	}, norm.NFC.String(nick))
	if plain = strings.Join(strings.Fields(plain), " "); plain == "" {
		return fallback
	}
	return plain
}

// parseJID returns the zero JID if s is not an address.
func parseJID(s string) jid.JID {
	j, _ := ParseJID(s)
	return j
}

func isZero(j jid.JID) bool { return j.Equal(jid.JID{}) }

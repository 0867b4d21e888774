package xmpp

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"mellium.im/xmpp/jid"
)

// maxPart is the most that a part of a JID has, in bytes (RFC 7622 §3).
const maxPart = 1023

var errAddress = errors.New("not an address")

// ParseJID reads an address as servers let it through, which is more than RFC 7622 allows: what is a letter depends on the edition of
// Unicode, and rooms take nicknames of any kind. The resource is opaque: it is kept as it is, cut to the longest that is allowed. The
// local part and the domain are normalised where RFC 7622 allows them, and kept as they are otherwise; two that differ in a byte are then
// two. It refuses what lacks a part that its separators promise, and spaces and control characters before the resource.
func ParseJID(s string) (jid.JID, error) {
	bare, resource, full := strings.Cut(s, "/")
	if full && resource == "" || !utf8.ValidString(s) {
		return jid.JID{}, errAddress
	}
	j, err := jid.Parse(bare)
	if err != nil {
		if j, err = parseBare(bare); err != nil {
			return jid.JID{}, err
		}
	}
	if !full {
		return j, nil
	}
	return withResource(j, resource), nil
}

// parseBare reads a bare JID that RFC 7622 does not allow.
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

// occupantJID addresses a nickname in a room. The nickname is normalised where RFC 7622 allows it; whether one that is not allowed may
// enter is for the room to say.
func occupantJID(room jid.JID, nick string) (jid.JID, error) {
	if nick == "" || len(nick) > maxPart || !utf8.ValidString(nick) || strings.ContainsFunc(nick, unicode.IsControl) {
		return jid.JID{}, errAddress
	}
	if j, err := room.Bare().WithResource(nick); err == nil {
		return j, nil
	}
	return withResource(room.Bare(), nick), nil
}

// plainNickname leaves of a nickname what every server takes, or gives the other name where nothing is left.
func plainNickname(nick, other string) string {
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
		return other
	}
	return plain
}

// parseJID is lenient where a wrong JID only means that something is not known.
func parseJID(s string) jid.JID {
	j, _ := ParseJID(s)
	return j
}

func isZero(j jid.JID) bool { return j.Equal(jid.JID{}) }

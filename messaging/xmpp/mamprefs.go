package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"mellium.im/xmpp/jid"
)

// XEP-0441: Message Archive Management Preferences.

// ArchivePrefs say with whom the account's archive keeps messages.
type ArchivePrefs struct {
	Default       string // always, never or roster
	Always, Never []jid.JID
}

type prefsElement struct {
	XMLName xml.Name  `xml:"urn:xmpp:mam:2 prefs"`
	Default string    `xml:"default,attr,omitempty"`
	Always  *prefJIDs `xml:"always"`
	Never   *prefJIDs `xml:"never"`
}

type prefJIDs struct {
	JIDs []string `xml:"jid"`
}

// ArchivePrefs asks for the preferences of the account's archive. Errors: [ErrNotOffered].
func (c *Client) ArchivePrefs(ctx context.Context) (p ArchivePrefs, err error) {
	iq, err := c.request(ctx, jid.JID{}, "get", prefsElement{})
	var refused *StanzaError
	switch {
	case errors.As(err, &refused) && refused.Type != "wait":
		return p, fmt.Errorf("archive preferences: %w", ErrNotOffered)
	case err != nil:
		return p, fmt.Errorf("archive preferences: %w", err)
	case iq.Prefs == nil:
		return p, fmt.Errorf("archive preferences: %w", errNoContent)
	}
	return ArchivePrefs{iq.Prefs.Default, c.prefJIDs(iq.Prefs.Always), c.prefJIDs(iq.Prefs.Never)}, nil
}

func (c *Client) prefJIDs(e *prefJIDs) (list []jid.JID) {
	if e == nil {
		return nil
	}
	for _, s := range e.JIDs {
		if j, err := ParseJID(s); err == nil {
			list = append(list, j.Bare())
		} else {
			c.refuse(RuleEntry, "archive preference")
		}
	}
	return list
}

// Keep reports whether the archive keeps what is written with somebody, a bare JID; contact: they are in the roster.
func (p ArchivePrefs) Keep(who jid.JID, contact bool) bool {
	named := func(list []jid.JID) bool { return slices.ContainsFunc(list, who.Equal) }
	switch {
	case named(p.Never):
		return false
	case named(p.Always), p.Default == "always":
		return true
	}
	return p.Default == "roster" && contact
}

package engine

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"os"
	"strconv"
	"strings"

	"discussions/cmd/sandbox/internal/people"
)

func (e *ejabberd) seed(ctx context.Context, everyone []people.Person, history []people.Message) error {
	schema, err := os.ReadFile("/usr/share/ejabberd/sql/" + e.database.driver() + ".sql")
	if err != nil {
		return fmt.Errorf("ejabberd's schema (is ejabberd installed?): %w", err)
	}
	return e.database.fill(ctx, string(schema), []table{
		accounts(everyone), rosters(everyone), cards(everyone), directory(everyone), archives(history),
	})
}

// accounts makes the accounts exist; the passwords are random and never
// log in (jwt_auth_only_rule).
func accounts(everyone []people.Person) table {
	return table{"users", []string{"username", "password"}, func(row func(...string) error) error {
		for _, p := range everyone {
			if err := row(p.Local(), rand.Text()); err != nil {
				return err
			}
		}
		return nil
	}}
}

func rosters(everyone []people.Person) table {
	columns := []string{"username", "jid", "nick", "subscription", "ask", "askmessage", "server", "subscribe", "type"}
	return table{"rosterusers", columns, func(row func(...string) error) error {
		for _, owner := range everyone {
			for _, contact := range everyone {
				if !owner.Knows(contact) {
					continue
				}
				if err := row(owner.Local(), contact.JID, contact.Name, "B", "N", "", "N", "", "item"); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// cards are the vCards (XEP-0054).
func cards(everyone []people.Person) table {
	return table{"vcard", []string{"username", "vcard"}, func(row func(...string) error) error {
		for _, p := range everyone {
			given, family := p.Names()
			card := "<vCard xmlns='vcard-temp'><FN>" + escape(p.Name) + "</FN><N><FAMILY>" + escape(family) + "</FAMILY><GIVEN>" + escape(given) +
				"</GIVEN></N><TITLE>" + escape(p.Job) + "</TITLE><ORG><ORGNAME>" + escape(p.Organisation) + "</ORGNAME><ORGUNIT>" + escape(p.Unit()) +
				"</ORGUNIT></ORG><ADR><WORK/><LOCALITY>" + escape(p.Town()) + "</LOCALITY></ADR><TEL><WORK/><NUMBER>" + escape(p.Phone()) +
				"</NUMBER></TEL><EMAIL><WORK/><USERID>" + escape(p.Mail) + "</USERID></EMAIL></vCard>"
			if err := row(p.Local(), card); err != nil {
				return err
			}
		}
		return nil
	}}
}

// directory is what mod_vcard finds people by (XEP-0055): each field as it is, and in small letters.
func directory(everyone []people.Person) table {
	fields := []string{"username", "fn", "family", "given", "middle", "nickname", "bday", "ctry", "locality", "email", "orgname", "orgunit"}
	var columns []string
	for _, f := range fields {
		columns = append(columns, f, "l"+f)
	}
	return table{"vcard_search", columns, func(row func(...string) error) error {
		for _, p := range everyone {
			given, family := p.Names()
			var values []string
			for _, v := range []string{p.Local(), p.Name, family, given, "", "", "", "", p.Town(), p.Mail, p.Organisation, p.Unit()} {
				values = append(values, v, strings.ToLower(v))
			}
			if err := row(values...); err != nil {
				return err
			}
		}
		return nil
	}}
}

// archives are past messages as mod_mam has them (XEP-0313): one row in each
// person's archive, or one in the group's. The archive's id of a message is its
// time in microseconds, so no two rows of one archive may share it.
func archives(history []people.Message) table {
	columns := []string{"username", "timestamp", "peer", "bare_peer", "xml", "txt", "kind", "nick"}
	taken := make(map[string]int64) // newest time of each archive
	at := func(archive string, m people.Message) string {
		t := max(m.Time.UnixMicro(), taken[archive]+1)
		taken[archive] = t
		return strconv.FormatInt(t, 10)
	}
	return table{"archive", columns, func(row func(...string) error) error {
		for _, m := range history {
			from := m.From.JID + "/seed"
			if m.Group != nil {
				if err := row(m.Group.JID, at(m.Group.JID, m), from, m.From.JID, past(m, from, ""), m.Body, "groupchat", m.From.Name); err != nil {
					return err
				}
				continue
			}
			stanza := past(m, from, "")
			if err := row(m.From.Local(), at(m.From.JID, m), m.To.JID, m.To.JID, stanza, m.Body, "chat", ""); err != nil {
				return err
			}
			if err := row(m.To.Local(), at(m.To.JID, m), from, m.From.JID, stanza, m.Body, "chat", ""); err != nil {
				return err
			}
		}
		return nil
	}}
}

// past is the stanza of a past message, with more in it.
func past(m people.Message, from, more string) string {
	to, kind := m.To.JID, "chat"
	if m.Group != nil {
		to, kind = m.Group.JID, "groupchat"
	}
	return "<message to='" + to + "' from='" + escape(from) + "' type='" + kind + "' id='" + m.ID + "' xmlns='jabber:client'>" +
		"<origin-id xmlns='urn:xmpp:sid:0' id='" + m.ID + "'/><body>" + escape(m.Body) + "</body>" + more + "</message>"
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

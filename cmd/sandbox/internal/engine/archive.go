package engine

import (
	"encoding/xml"
	"strconv"
	"strings"

	"discussions/cmd/sandbox/internal/people"

	"github.com/ncruces/go-sqlite3"
)

// seedArchive writes past messages as mod_mam does (XEP-0313): one row in each
// person's archive, or one in the group's. The archive's id of a message is its
// time in microseconds, so no two rows of one archive may share it.
func seedArchive(db *sqlite3.Conn, history []people.Message) error {
	const query = `INSERT INTO archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick)
		VALUES (?, CAST(? AS INTEGER), ?, ?, ?, ?, ?, ?)`
	taken := make(map[string]int64) // newest time of each archive
	at := func(archive string, m people.Message) string {
		t := max(m.Time.UnixMicro(), taken[archive]+1)
		taken[archive] = t
		return strconv.FormatInt(t, 10)
	}
	return insert(db, query, func(row func(...string) error) error {
		for _, m := range history {
			body := escape(m.Body)
			id := "<origin-id xmlns='urn:xmpp:sid:0' id='" + m.ID + "'/>"
			if m.Group != nil {
				from := m.From.JID + "/seed"
				stanza := "<message to='" + m.Group.JID + "' from='" + from +
					"' type='groupchat' id='" + m.ID + "' xmlns='jabber:client'>" + id + "<body>" + body + "</body></message>"
				if err := row(m.Group.JID, at(m.Group.JID, m), from, m.From.JID, stanza, m.Body, "groupchat", m.From.Name); err != nil {
					return err
				}
				continue
			}
			stanza := "<message to='" + m.To.JID + "' from='" + m.From.JID + "/seed' type='chat' id='" + m.ID +
				"' xmlns='jabber:client'>" + id + "<body>" + body + "</body></message>"
			if err := row(m.From.Local(), at(m.From.JID, m), m.To.JID, m.To.JID, stanza, m.Body, "chat", ""); err != nil {
				return err
			}
			if err := row(m.To.Local(), at(m.To.JID, m), m.From.JID+"/seed", m.From.JID, stanza, m.Body, "chat", ""); err != nil {
				return err
			}
		}
		return nil
	})
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

package engine

import (
	"context"
	"encoding/json"
	"strconv"

	"discussions/cmd/sandbox/internal/people"
)

// prosodySchema is what Prosody 0.12 makes by itself at its first start (mod_storage_sql).
const prosodySchema = `
CREATE TABLE "prosody" ("host" TEXT NOT NULL, "user" TEXT NOT NULL, "store" TEXT NOT NULL, "key" TEXT NOT NULL,
	"type" TEXT NOT NULL, "value" TEXT NOT NULL);
CREATE INDEX "prosody_index" ON "prosody" ("host", "user", "store", "key");
CREATE TABLE "prosodyarchive" ("sort_id" INTEGER PRIMARY KEY AUTOINCREMENT, "host" TEXT NOT NULL, "user" TEXT NOT NULL,
	"store" TEXT NOT NULL, "key" TEXT NOT NULL, "when" INTEGER NOT NULL, "with" TEXT NOT NULL, "type" TEXT NOT NULL, "value" TEXT NOT NULL);
CREATE UNIQUE INDEX "prosodyarchive_index" ON "prosodyarchive" ("host", "user", "store", "key");
CREATE INDEX "prosodyarchive_with_when" ON "prosodyarchive" ("host", "user", "store", "with", "when");
CREATE INDEX "prosodyarchive_when" ON "prosodyarchive" ("host", "user", "store", "when");
CREATE INDEX "prosodyarchive_sort" ON "prosodyarchive" ("host", "user", "store", "sort_id");
`

func (p *prosody) seed(ctx context.Context, everyone []people.Person, history []people.Message) error {
	return newDatabase(p.Options).fill(ctx, prosodySchema, []table{p.people(everyone), p.archives(history)})
}

// stored is an element as Prosody keeps it.
type stored struct {
	Name     string            `json:"name"`
	Attr     map[string]string `json:"attr"`
	Children []any             `json:"__array"`
}

func element(name string, children ...any) stored {
	return stored{Name: name, Attr: map[string]string{}, Children: children}
}

// contact is an entry of a roster as Prosody keeps it.
type contact struct {
	Name         string   `json:"name"`
	Subscription string   `json:"subscription"`
	Groups       struct{} `json:"groups"`
}

// people gives everyone an account (mod_auth_token reads the names of this store), contacts and a card (XEP-0054).
func (p *prosody) people(everyone []people.Person) table {
	columns := []string{"host", "user", "store", "key", "type", "value"}
	return table{"prosody", columns, func(row func(...string) error) error {
		keep := func(user, store, key string, value any) error {
			text, err := json.Marshal(value)
			if err != nil {
				return err
			}
			return row(p.Domain, user, store, key, "json", string(text))
		}
		for _, owner := range everyone {
			user := owner.Local()
			if err := row(p.Domain, user, "accounts", "exists", "boolean", "true"); err != nil {
				return err
			}
			if err := row(p.Domain, user, "vcard", "name", "string", "vCard"); err != nil {
				return err
			}
			if err := keep(user, "vcard", "attr", map[string]string{"xmlns": "vcard-temp"}); err != nil {
				return err
			}
			card := []any{
				element("FN", owner.Name), element("TITLE", owner.Job), element("ORG", element("ORGNAME", owner.Organisation), element("ORGUNIT", owner.Unit())),
				element("ADR", element("WORK"), element("LOCALITY", owner.Town())), element("TEL", element("WORK"), element("NUMBER", owner.Phone())),
				element("EMAIL", element("WORK"), element("USERID", owner.Mail)),
			}
			if err := keep(user, "vcard", "", card); err != nil {
				return err
			}
			for _, other := range everyone {
				if !owner.Knows(other) {
					continue
				}
				if err := keep(user, "roster", other.JID, contact{Name: other.Name, Subscription: "both"}); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// archives are past messages as mod_mam and mod_muc_mam have them (XEP-0313).
func (p *prosody) archives(history []people.Message) table {
	columns := []string{"host", "user", "store", "key", "when", "with", "type", "value"}
	return table{"prosodyarchive", columns, func(row func(...string) error) error {
		for _, m := range history {
			when := strconv.FormatInt(m.Time.Unix(), 10)
			if m.Group != nil {
				author := "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant' jid='" + m.From.JID + "'/></x>"
				stanza := past(m, m.Group.JID+"/"+m.From.Name, author)
				if err := row(p.Rooms, m.Group.Local(), "muc_log", m.ID, when, "message<groupchat", "xml", stanza); err != nil {
					return err
				}
				continue
			}
			stanza := past(m, m.From.JID+"/seed", "")
			if err := row(p.Domain, m.From.Local(), "archive", m.ID, when, m.To.JID, "xml", stanza); err != nil {
				return err
			}
			if err := row(p.Domain, m.To.Local(), "archive", m.ID, when, m.From.JID, "xml", stanza); err != nil {
				return err
			}
		}
		return nil
	}}
}

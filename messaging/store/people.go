package store

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Person is what is known of somebody.
type Person struct {
	JID      string
	Contact  bool   // in the contact list
	Name     string // as given there
	FullName string // this and the next ones: of the vCard
	Title    string
	Org      string
	Unit     string
	Place    string
	Mail     string
	Phone    string
	VCardAt  time.Time // when the vCard was fetched; 1970 for never
}

// People gives everybody who is known.
func (s *Store) People() (list []Person, err error) {
	err = s.with("read the people", func(d *conn) error {
		list = nil
		return d.run("SELECT jid, roster, name, full_name, title, org, unit, place, mail, phone, vcard_at FROM cache.contacts", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Person{
				c.text(), c.bool(), c.text(), c.text(), c.text(), c.text(), c.text(), c.text(), c.text(), c.text(), time.UnixMicro(c.int()),
			})
		})
	})
	return list, err
}

// SetContacts puts people into the contact list; with whole, nobody else stays in it.
func (s *Store) SetContacts(list []Person, whole bool) error {
	return s.with("keep the contacts", func(d *conn) error {
		return d.tx(func() error {
			if whole {
				if err := d.run("UPDATE cache.contacts SET roster = 0", nil); err != nil {
					return err
				}
			}
			for _, p := range list {
				err := d.run(`INSERT INTO cache.contacts (jid, roster, name) VALUES (?1, ?2, ?3)
					ON CONFLICT (jid) DO UPDATE SET roster = excluded.roster, name = excluded.name`, nil, p.JID, p.Contact, p.Name)
				if err != nil {
					return err
				}
				if p.Contact {
					if _, err := d.conversation(model.ConversationID(p.JID), false, false); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

// SetVCard keeps what somebody's vCard says.
func (s *Store) SetVCard(p Person) error {
	return s.with("keep a vCard", func(d *conn) error {
		return d.run(`INSERT INTO cache.contacts (jid, full_name, title, org, unit, place, mail, phone, vcard_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
			ON CONFLICT (jid) DO UPDATE SET full_name = excluded.full_name, title = excluded.title, org = excluded.org, unit = excluded.unit,
			place = excluded.place, mail = excluded.mail, phone = excluded.phone, vcard_at = excluded.vcard_at`,
			nil, p.JID, p.FullName, p.Title, p.Org, p.Unit, p.Place, p.Mail, p.Phone, p.VCardAt.UnixMicro())
	})
}

// Group is a room of the account.
type Group struct {
	JID        model.ConversationID
	Name, Nick string
}

// SetGroups makes these rooms the groups of the list; all others leave it.
func (s *Store) SetGroups(list []Group) error {
	return s.with("keep the groups", func(d *conn) error {
		return d.tx(func() error {
			if err := d.run("UPDATE cache.conversations SET gone = 1 WHERE grp = 1", nil); err != nil {
				return err
			}
			return d.addGroups(list)
		})
	})
}

// AddGroup puts a room into the list.
func (s *Store) AddGroup(g Group) error {
	return s.with("keep a group", func(d *conn) error {
		return d.tx(func() error { return d.addGroups([]Group{g}) })
	})
}

func (d *conn) addGroups(list []Group) error {
	for _, g := range list {
		c, err := d.conversation(g.JID, true, false)
		if err != nil {
			return err
		}
		err = d.run("UPDATE cache.conversations SET gone = 0, grp = 1, name = CASE WHEN ?2 = '' THEN name ELSE ?2 END, nick = ?3 WHERE id = ?1", nil, c.id, g.Name, g.Nick)
		if err != nil {
			return err
		}
	}
	return nil
}

// Groups gives the rooms in the list.
func (s *Store) Groups() (list []Group, err error) {
	err = s.with("read the groups", func(d *conn) error {
		list = nil
		return d.run("SELECT jid, name, nick FROM cache.conversations WHERE grp = 1 AND gone = 0", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Group{model.ConversationID(c.text()), c.text(), c.text()})
		})
	})
	return list, err
}

// Member is one person of a group.
type Member struct {
	JID, Nick   string
	Affiliation string // XEP-0045: owner, admin, member; "" when unknown
}

// SetMembers keeps who is in a group.
func (s *Store) SetMembers(conv model.ConversationID, list []Member) error {
	return s.with("keep a group's members", func(d *conn) error {
		return d.tx(func() error {
			c, err := d.conversation(conv, true, false)
			if err != nil {
				return err
			}
			if err := d.run("DELETE FROM cache.members WHERE conv = ?1", nil, c.id); err != nil {
				return err
			}
			for _, m := range list {
				if err := d.run("INSERT OR REPLACE INTO cache.members (conv, jid, nick, affiliation) VALUES (?1, ?2, ?3, ?4)", nil, c.id, m.JID, m.Nick, m.Affiliation); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Members gives the members of all groups, by group.
func (s *Store) Members() (groups map[model.ConversationID][]Member, err error) {
	err = s.with("read the members", func(d *conn) error {
		groups = map[model.ConversationID][]Member{}
		return d.run("SELECT c.jid, m.jid, m.nick, m.affiliation FROM cache.members m JOIN cache.conversations c ON c.id = m.conv", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			conv := model.ConversationID(c.text())
			groups[conv] = append(groups[conv], Member{c.text(), c.text(), c.text()})
		})
	})
	return groups, err
}

// NameGroup keeps the name that a room gives itself.
func (s *Store) NameGroup(conv model.ConversationID, name string) error {
	return s.with("name a group", func(d *conn) error {
		return d.run("UPDATE cache.conversations SET name = ?2 WHERE jid = ?1 AND grp = 1", nil, string(conv), name)
	})
}

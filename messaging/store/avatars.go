package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Avatar is what is kept of a group's picture.
type Avatar struct {
	Conv model.ConversationID
	Data []byte
}

// Avatars gives the pictures of all groups that have one.
func (s *Store) Avatars() (list []Avatar, err error) {
	err = s.with("read the groups' pictures", func(d *conn) error {
		list = nil
		return d.run("SELECT c.jid, a.data FROM cache.avatars a JOIN cache.conversations c ON c.id = a.conv WHERE length(a.data) > 0", func(st *sqlite3.Stmt) {
			list = append(list, Avatar{model.ConversationID(st.ColumnText(0)), st.ColumnBlob(1, nil)})
		})
	})
	return list, err
}

// AvatarHash gives the hash under which a group's picture was kept; "" for none.
func (s *Store) AvatarHash(conv model.ConversationID) (hash string, err error) {
	err = s.with("read the hash of a group's picture", func(d *conn) error {
		hash = ""
		return d.run("SELECT a.hash FROM cache.avatars a JOIN cache.conversations c ON c.id = a.conv WHERE c.jid = ?1", func(st *sqlite3.Stmt) {
			hash = st.ColumnText(0)
		}, string(conv))
	})
	return hash, err
}

// SetAvatar keeps a group's picture under the hash that the room tells of it: without data, one that is not shown. Without a hash there is none.
func (s *Store) SetAvatar(conv model.ConversationID, hash string, data []byte) error {
	return s.with("keep a group's picture", func(d *conn) error {
		return d.tx(func() error {
			c, err := d.conversation(conv, true, false)
			if err != nil {
				return err
			}
			if hash == "" {
				return d.run("DELETE FROM cache.avatars WHERE conv = ?1", nil, c.id)
			}
			if data == nil {
				data = []byte{}
			}
			return d.run("INSERT OR REPLACE INTO cache.avatars (conv, hash, data) VALUES (?1, ?2, ?3)", nil, c.id, hash, data)
		})
	})
}

package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Draft gives what was left unsent in a conversation.
func (s *Store) Draft(conv model.ConversationID) (text string, err error) {
	err = s.with("read a draft", func(d *conn) error {
		_, err := d.get("SELECT body FROM drafts WHERE conv = ?1", func(st *sqlite3.Stmt) { text = st.ColumnText(0) }, string(conv))
		return err
	})
	return text, err
}

// SetDraft keeps what is left unsent in a conversation; "" forgets it. changed says whether the conversation has a draft now
// and had none, or the reverse.
func (s *Store) SetDraft(conv model.ConversationID, text string) (changed bool, err error) {
	err = s.with("keep a draft", func(d *conn) error {
		had, err := d.number("SELECT count(*) FROM drafts WHERE conv = ?1", string(conv))
		if err != nil {
			return err
		}
		changed = (had > 0) != (text != "")
		if text == "" {
			if had == 0 {
				return nil
			}
			return d.run("DELETE FROM drafts WHERE conv = ?1", nil, string(conv))
		}
		return d.run("INSERT INTO drafts (conv, body) VALUES (?1, ?2) ON CONFLICT (conv) DO UPDATE SET body = excluded.body", nil, string(conv), text)
	})
	return changed, err
}

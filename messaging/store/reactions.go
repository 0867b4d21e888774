package store

import "encoding/json"

// Reactions (XEP-0444): of each person the newest list counts.

// react updates the reactions that messages show; a row of 0 is none.
func (in *ingest) react(c *conversation, rows ...int64) error {
	for _, row := range rows {
		if row == 0 {
			continue
		}
		err := in.run(`UPDATE cache.messages SET reacted = EXISTS (SELECT 1 FROM cache.relations r WHERE r.row = ?1 AND r.row <> 0 AND r.kind = 1) WHERE row = ?1 AND kind <> 3`, nil, row)
		if err != nil {
			return err
		}
		in.change(row, Changed)
	}
	c.touched = true
	return nil
}

// reactions reads who reacted to a message and how, in the order in which they did.
func (d *conn) reactions(row int64) (list []Reaction, err error) {
	all, err := d.relations("WHERE r.row = ?1 AND r.row <> 0 AND r.kind = 1 ORDER BY r.at DESC, r.id DESC", row)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, r := range all {
		who := r.author
		if r.own {
			who = ""
		}
		if seen[who] {
			continue
		}
		seen[who] = true
		var emoji []string
		if json.Unmarshal([]byte(r.value), &emoji) == nil && len(emoji) > 0 {
			list = append(list, Reaction{Author: r.author, Nick: r.nick, Own: r.own, Emoji: emoji})
		}
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, nil
}

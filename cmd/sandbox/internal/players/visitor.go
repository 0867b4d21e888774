package players

import (
	"context"
	"encoding/xml"
	"sync"

	"discussions/cmd/sandbox/internal/people"
)

// visitor lets somebody whom the sandbox does not play write a message, as from
// another device of theirs that is not available to anybody.
type visitor struct {
	troupe *Troupe
	person people.Person

	mu     sync.Mutex
	conn   *connection
	joined map[string]bool
}

// speak gives a connection that may write to the address: a group is entered
// first.
func (v *visitor) speak(ctx context.Context, to string) (*connection, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.conn != nil {
		select {
		case <-v.conn.ended:
			v.conn = nil
		default:
		}
	}
	if v.conn == nil {
		c, err := v.troupe.connect(ctx, v.person.JID, func(string, *xml.Decoder) {})
		if err != nil {
			return nil, err
		}
		v.conn, v.joined = c, make(map[string]bool)
	}
	if isGroup(to) && !v.joined[to] {
		group := []people.Group{{JID: to}}
		for _, join := range joins(group, v.person.Name) {
			if err := v.conn.send(ctx, join); err != nil {
				return nil, err
			}
		}
		v.joined[to] = true
	}
	return v.conn, nil
}

func (v *visitor) leave() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.conn != nil {
		v.conn.close()
	}
}

package messaging

import "time"

// Reader is a member of a group who has read a message.
type Reader struct {
	Name string
	Time time.Time // of the last thing that they have read: they read the message then, or before
}

// Readers gives who has read an own message of a group, as far as their programs tell.
func (c *Client) Readers(id ConversationID, message MessageID) ([]Reader, error) {
	s, conv, err := c.openAt(id)
	if err != nil {
		return nil, err
	}
	list, err := s.Readers(conv, message)
	if err != nil {
		return nil, c.readFailed(err)
	}
	readers := make([]Reader, len(list))
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i, r := range list {
		readers[i] = Reader{c.people.author(conv, r.Author, r.Nick, true), r.Time}
	}
	return readers, nil
}

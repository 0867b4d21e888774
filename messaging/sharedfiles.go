package messaging

// SharedFiles gives up to n messages of a conversation that hold pictures or files, before a place, or the newest ones for the zero Cursor;
// the newest first. They are those on this computer; more says that it has others. [Client.FetchPast] brings older ones.
func (c *Client) SharedFiles(id ConversationID, before Cursor, n int) (list []Message, more bool, err error) {
	s, conv, err := c.openAt(id)
	if err != nil {
		return nil, false, err
	}
	found, more, err := s.SharedFiles(conv, before, n)
	if err != nil {
		return nil, false, c.readFailed(err)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range found {
		if m := c.message(&found[i]); m.Parts() != nil { // else it was corrected into something else
			list = append(list, m)
		}
	}
	return list, more, nil
}

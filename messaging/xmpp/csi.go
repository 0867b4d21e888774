package xmpp

// XEP-0352: Client State Indication.

var (
	activeFrame   = []byte(`<active xmlns="urn:xmpp:csi:0"/>`)
	inactiveFrame = []byte(`<inactive xmlns="urn:xmpp:csi:0"/>`)
)

// SetActive tells the server whether the user is looking at the program, if the server supports it. It holds for later sessions too.
func (c *Client) SetActive(active bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inactive == !active {
		return
	}
	c.inactive = !active
	if c.session == nil || !c.session.features.ClientState {
		return
	}
	data := activeFrame
	if c.inactive {
		data = inactiveFrame
	}
	c.session.out = append(c.session.out, data)
	signal(c.session.wake)
}

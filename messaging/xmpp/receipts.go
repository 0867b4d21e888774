package xmpp

// XEP-0184: Message Delivery Receipts. [Message].RequestReceipt requests one, [Message].Received is one.

// idElement is an element that names a message by its id.
type idElement struct {
	ID string `xml:"id,attr"`
}

func newIDElement(id string) *idElement {
	if id == "" {
		return nil
	}
	return &idElement{ID: id}
}

func (e *idElement) decode() string {
	if e == nil {
		return ""
	}
	return e.ID
}

type receiptElements struct {
	Request  *empty     `xml:"urn:xmpp:receipts request"`
	Received *idElement `xml:"urn:xmpp:receipts received"`
}

package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0054: vcard-temp. XEP-0292: vCard4 over XMPP.

const nsVCard = "vcard-temp"

const nsVCard4 = "urn:ietf:params:xml:ns:vcard-4.0"

// VCard holds the fields that this program uses. Each is "" where the card does not say.
type VCard struct {
	FullName, Title, Role string
	Org, Unit             string // the organisation, and the part of it
	Place                 string // the town of work or, without one, any
	Mail, Phone           string // of work or, without one, any
}

type vcardElement struct {
	XMLName  xml.Name       `xml:"vcard-temp vCard"`
	FullName string         `xml:"FN,omitempty"`
	Title    string         `xml:"TITLE,omitempty"`
	Role     string         `xml:"ROLE,omitempty"`
	Org      string         `xml:"ORG>ORGNAME,omitempty"`
	Units    []string       `xml:"ORG>ORGUNIT,omitempty"`
	Mails    []vcardContact `xml:"EMAIL"`
	Phones   []vcardContact `xml:"TEL"`
	Places   []vcardContact `xml:"ADR"`
	Photos   []vcardPhoto   `xml:"PHOTO"`
}

// vcardContact is a mail address, a telephone number or a postal address of a vcard-temp.
type vcardContact struct {
	Work   *empty `xml:"WORK"`
	Fax    *empty `xml:"FAX"`
	Mail   string `xml:"USERID"`
	Number string `xml:"NUMBER"`
	Town   string `xml:"LOCALITY"`
}

// vcard4Element is a vCard of RFC 6351. Its fields are inside of groups or not.
type vcard4Element struct {
	vcard4Fields
	Groups []vcard4Fields `xml:"group"`
}

// vcard4Fields are the properties of a vCard 4.
type vcard4Fields struct {
	FullNames []string         `xml:"fn>text"`
	Titles    []string         `xml:"title>text"`
	Roles     []string         `xml:"role>text"`
	Orgs      []vcard4Org      `xml:"org"`
	Mails     []vcard4Property `xml:"email"`
	Phones    []vcard4Property `xml:"tel"`
	Places    []vcard4Property `xml:"adr"`
}

type vcard4Org struct {
	Texts []string `xml:"text"` // the organisation, then its parts
}

type vcard4Property struct {
	Types []string `xml:"parameters>type>text"`
	Text  string   `xml:"text"`
	URI   string   `xml:"uri"`
	Town  string   `xml:"locality"`
}

// VCard requests somebody's vCard; zero: the own one. If there is none, the server returns ErrItemNotFound or an empty card. A card that is
// too long (more than 4 MiB) or not decodable is a *GuardError; requesting it again gives the same.
func (c *Client) VCard(ctx context.Context, who jid.JID) (VCard, error) {
	iq, err := c.requestLong(ctx, who, "get", vcardElement{}, maxCard)
	if err != nil {
		return VCard{}, fmt.Errorf("vcard: %w", err)
	}
	if iq.VCard == nil {
		return VCard{}, nil
	}
	return iq.VCard.decode().short(), nil
}

// VCard4 requests the vCard 4 that somebody publishes. An error as of [Client.VCard]; ErrItemNotFound or another *StanzaError if there is
// none, or it is not for this account.
func (c *Client) VCard4(ctx context.Context, who jid.JID) (VCard, error) {
	iq, err := c.requestLong(ctx, who, "get", pubsubElement{Items: &pubsubItems{Node: "urn:xmpp:vcard4"}}, maxCard)
	if err != nil {
		return VCard{}, fmt.Errorf("vcard 4: %w", err)
	}
	if iq.PubSub == nil || iq.PubSub.Items == nil {
		return VCard{}, nil
	}
	for _, item := range iq.PubSub.Items.Items {
		if item.VCard != nil {
			return item.VCard.decode().short(), nil
		}
	}
	return VCard{}, nil
}

// Card requests a vCard 4 and a vcard-temp, and gives what both say; the first counts where they differ.
func (c *Client) Card(ctx context.Context, who jid.JID) (VCard, error) {
	card, err := c.VCard4(ctx, who)
	var refused *StanzaError
	if err != nil && !errors.As(err, &refused) && !errors.Is(err, ErrGuard) {
		return VCard{}, err
	}
	older, err := c.VCard(ctx, who)
	if err != nil && card != (VCard{}) && (errors.As(err, &refused) || errors.Is(err, ErrGuard)) {
		return card, nil
	}
	return card.or(older), err
}

// or fills what a card does not say from another.
func (v VCard) or(other VCard) VCard {
	for _, f := range []struct{ own, other *string }{
		{&v.FullName, &other.FullName}, {&v.Title, &other.Title}, {&v.Role, &other.Role}, {&v.Org, &other.Org}, {&v.Unit, &other.Unit},
		{&v.Place, &other.Place}, {&v.Mail, &other.Mail}, {&v.Phone, &other.Phone},
	} {
		if *f.own == "" {
			*f.own = *f.other
		}
	}
	return v
}

// mostCardText is how many bytes of a text of a card are taken. The card's owner chooses its length.
const mostCardText = 1024

// short is v without what no card needs.
func (v VCard) short() VCard {
	for _, f := range []*string{&v.FullName, &v.Title, &v.Role, &v.Org, &v.Unit, &v.Place, &v.Mail, &v.Phone} {
		if len(*f) > mostCardText {
			*f = strings.ToValidUTF8((*f)[:mostCardText], "")
		}
	}
	return v
}

func (e *vcardElement) decode() VCard {
	v := VCard{FullName: strings.TrimSpace(e.FullName), Title: strings.TrimSpace(e.Title), Role: strings.TrimSpace(e.Role), Org: strings.TrimSpace(e.Org), Unit: first(e.Units)}
	best := func(list []vcardContact, value func(vcardContact) string) string {
		var work, any []string
		for _, p := range list {
			switch {
			case p.Fax != nil:
			case p.Work != nil:
				work = append(work, value(p))
			default:
				any = append(any, value(p))
			}
		}
		return first(append(work, any...))
	}
	v.Mail = best(e.Mails, func(p vcardContact) string { return p.Mail })
	v.Phone = best(e.Phones, func(p vcardContact) string { return p.Number })
	v.Place = best(e.Places, func(p vcardContact) string { return p.Town })
	return v
}

func (e *vcard4Element) decode() (v VCard) {
	for _, f := range append([]vcard4Fields{e.vcard4Fields}, e.Groups...) {
		var org VCard
		for _, o := range f.Orgs {
			if len(o.Texts) > 0 && org.Org == "" {
				org.Org, org.Unit = strings.TrimSpace(o.Texts[0]), first(o.Texts[1:])
			}
		}
		v = v.or(VCard{
			FullName: first(f.FullNames), Title: first(f.Titles), Role: first(f.Roles), Org: org.Org, Unit: org.Unit,
			Mail:  bestProperty(f.Mails, func(p vcard4Property) string { return p.Text }),
			Phone: bestProperty(f.Phones, vcard4Property.number),
			Place: bestProperty(f.Places, func(p vcard4Property) string { return p.Town }),
		})
	}
	return v
}

// number is a telephone number, given as an address or as a text.
func (p vcard4Property) number() string {
	if number, found := strings.CutPrefix(strings.TrimSpace(p.URI), "tel:"); found {
		number, _, _ = strings.Cut(number, ";")
		return number
	}
	return p.Text
}

func bestProperty(list []vcard4Property, value func(vcard4Property) string) string {
	var work, any []string
	for _, p := range list {
		kind := " " + strings.ToLower(strings.Join(p.Types, " ")) + " "
		switch {
		case strings.Contains(kind, " fax "):
		case strings.Contains(kind, " work "):
			work = append(work, value(p))
		default:
			any = append(any, value(p))
		}
	}
	return first(append(work, any...))
}

// first is the first text that does not consist of spaces only.
func first(list []string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

package xmpp

import "strings"

// XEP-0380: Explicit Message Encryption, and schemes recognised by their own elements. This program can decrypt none of them.

// Encryption is the scheme that a message is encrypted with. Its body, if any, is then a hint for programs that cannot decrypt it.
type Encryption struct {
	Namespace string // of the scheme
	Name      string // of the scheme, to show; "" if unknown
	Empty     bool   // only keys are exchanged: there is no text
}

const (
	nsOldOMEMO = "eu.siacs.conversations.axolotl"
	nsOMEMO1   = "urn:xmpp:omemo:1"
	nsOMEMO2   = "urn:xmpp:omemo:2"
	nsOpenPGP  = "urn:xmpp:openpgp:0"
	nsOldPGP   = "jabber:x:encrypted"
	nsOTR      = "urn:xmpp:otr:0"
)

// schemeName returns the name of a scheme in the XEP's list.
func schemeName(namespace string) string {
	switch namespace {
	case nsOldOMEMO, nsOMEMO1, nsOMEMO2:
		return "OMEMO"
	case nsOpenPGP, nsOldPGP:
		return "OpenPGP"
	case nsOTR:
		return "OTR"
	}
	return ""
}

type encryptionElements struct {
	Encryption *encryptionElement `xml:"urn:xmpp:eme:0 encryption"`
	OldOMEMO   *omemoElement      `xml:"eu.siacs.conversations.axolotl encrypted"`
	OMEMO1     *omemoElement      `xml:"urn:xmpp:omemo:1 encrypted"`
	OMEMO2     *omemoElement      `xml:"urn:xmpp:omemo:2 encrypted"`
	OpenPGP    *empty             `xml:"urn:xmpp:openpgp:0 openpgp"`
	OldPGP     *empty             `xml:"jabber:x:encrypted x"`
}

type encryptionElement struct {
	Namespace string `xml:"namespace,attr"`
	Name      string `xml:"name,attr"`
}

// omemoElement is an encrypted message of XEP-0384. Without a payload it carries keys only.
type omemoElement struct {
	Payload *empty `xml:"payload"`
}

func (e *encryptionElements) decode(body string) *Encryption {
	scheme := func(namespace string, empty bool) *Encryption {
		return &Encryption{Namespace: namespace, Name: schemeName(namespace), Empty: empty}
	}
	switch {
	case e.OMEMO2 != nil:
		return scheme(nsOMEMO2, e.OMEMO2.Payload == nil)
	case e.OMEMO1 != nil:
		return scheme(nsOMEMO1, e.OMEMO1.Payload == nil)
	case e.OldOMEMO != nil:
		return scheme(nsOldOMEMO, e.OldOMEMO.Payload == nil)
	case e.OpenPGP != nil:
		return scheme(nsOpenPGP, false)
	case e.OldPGP != nil:
		return scheme(nsOldPGP, false)
	case isOTR(body):
		return scheme(nsOTR, false)
	case e.Encryption != nil && e.Encryption.Namespace != "":
		told := scheme(e.Encryption.Namespace, false)
		if told.Name == "" {
			told.Name = cutText(e.Encryption.Name)
		}
		return told
	}
	return nil
}

// isOTR recognises Off-the-Record messages by the start of the body: data, a fragment, a query or an error.
func isOTR(body string) bool {
	rest, ok := strings.CutPrefix(body, "?OTR")
	return ok && (strings.HasPrefix(rest, " Error:") || rest != "" && strings.Contains(":,|?v", rest[:1]))
}

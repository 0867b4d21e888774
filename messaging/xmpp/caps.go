package xmpp

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strings"
)

// XEP-0115: Entity Capabilities. The server reads from them which news of the account's own nodes this client wants (XEP-0163).

const nsCaps = "http://jabber.org/protocol/caps"

// capsNode names this program; others ask what it can by capsNode#ver.
const capsNode = "discussions"

type capsElement struct {
	XMLName xml.Name `xml:"http://jabber.org/protocol/caps c"`
	Hash    string   `xml:"hash,attr"`
	Node    string   `xml:"node,attr"`
	Ver     string   `xml:"ver,attr"`
}

// newCaps returns the capabilities of an answer to disco#info (§5.1). The extension fixes the hash; no secret depends on it.
func newCaps(info discoInfo) *capsElement {
	var identities, features []string
	for _, i := range info.Identities {
		identities = append(identities, i.Category+"/"+i.Type+"//"+i.Name+"<")
	}
	for _, f := range info.Features {
		features = append(features, f.Var+"<")
	}
	slices.Sort(identities)
	slices.Sort(features)
	sum := sha1.Sum([]byte(strings.Join(identities, "") + strings.Join(features, "")))
	return &capsElement{Hash: "sha-1", Node: capsNode, Ver: base64.StdEncoding.EncodeToString(sum[:])}
}

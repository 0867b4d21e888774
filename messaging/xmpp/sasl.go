package xmpp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"discussions/internal/secret"
)

// SASL (RFC 6120 §6) with an access token, by the best mechanism that the server offers: OAUTHBEARER (RFC 7628), X-OAUTH2 (by Google,
// supported by several servers), PLAIN (RFC 4616) with the token as the password.

const nsSASL = "urn:ietf:params:xml:ns:xmpp-sasl"

var saslPreference = []string{"OAUTHBEARER", "X-OAUTH2", "PLAIN"}

// mechanisms lists the mechanisms to try, best first. One that worked before comes first: some servers offer X-OAUTH2 only for tokens of
// their own.
func mechanisms(offered []string, before string) []string {
	var usable []string
	for _, m := range saslPreference {
		if slices.Contains(offered, m) {
			usable = append(usable, m)
		}
	}
	if i := slices.Index(usable, before); i > 0 {
		usable = slices.Insert(slices.Delete(usable, i, i+1), 0, before)
	}
	return usable
}

// credentials are what an account logs in with.
type credentials struct {
	user, domain string
	token        secret.Text
}

// authenticate logs in by one of the usable mechanisms, of those that the server offers, and returns the one that worked. If none accepts the
// token, the error is a *RefusedError.
func (c *conn) authenticate(ctx context.Context, offered, usable []string, as credentials) (string, error) {
	if len(usable) == 0 {
		return "", fmt.Errorf("%w: the server offers %s", ErrNoMechanism, strings.Join(knownMechanisms(offered), ", "))
	}
	var refused *RefusedError
	for _, mechanism := range usable {
		err := c.login(ctx, mechanism, as)
		if err == nil {
			return mechanism, nil
		}
		var now *RefusedError
		if !errors.As(err, &now) {
			if refused != nil {
				return "", refused // some servers hang up after a failure
			}
			return "", err
		}
		if refused == nil {
			refused = now
		}
	}
	return "", refused
}

type authElement struct {
	XMLName   xml.Name `xml:"urn:ietf:params:xml:ns:xmpp-sasl auth"`
	Mechanism string   `xml:"mechanism,attr"`
	Text      string   `xml:",chardata"`
}

type responseElement struct {
	XMLName xml.Name `xml:"urn:ietf:params:xml:ns:xmpp-sasl response"`
	Text    string   `xml:",chardata"`
}

func (c *conn) login(ctx context.Context, mechanism string, as credentials) error {
	var initial string
	switch mechanism {
	case "OAUTHBEARER":
		initial = "n,a=" + gs2Name(as.user+"@"+as.domain) + ",\x01auth=Bearer " + as.token.Reveal() + "\x01\x01"
	default:
		initial = "\x00" + as.user + "\x00" + as.token.Reveal()
	}
	if err := c.writeElement(ctx, authElement{Mechanism: mechanism, Text: base64.StdEncoding.EncodeToString([]byte(initial))}); err != nil {
		return err
	}
	refused := &RefusedError{Mechanism: mechanism}
	for challenged := false; ; challenged = true {
		f, err := c.read(ctx)
		if err != nil {
			return err
		}
		switch {
		case f.is(nsSASL, "success"):
			return nil
		case f.is(nsSASL, "challenge") && !challenged && mechanism == "OAUTHBEARER":
			refused.readDocument(f.nonza.Text)
			// RFC 7628 §3.2.3: after a failure the client sends one 0x01 and gets <failure/>.
			if err := c.writeElement(ctx, responseElement{Text: "AQ=="}); err != nil {
				return err
			}
		case f.is(nsSASL, "failure"):
			return failure(f.nonza, refused)
		default:
			return unexpected(f)
		}
	}
}

// gs2Name escapes a name for a GS2 header (RFC 5801 §4).
func gs2Name(s string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) }

func (c *conn) writeElement(ctx context.Context, v any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	return c.write(ctx, data)
}

// readDocument reads the JSON of a failed OAUTHBEARER, as far as it is valid.
func (e *RefusedError) readDocument(text string) {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return
	}
	var document struct {
		Status string `json:"status"`
		OpenID string `json:"openid-configuration"`
	}
	if json.Unmarshal(data, &document) == nil {
		e.Status, e.OpenIDConfiguration = document.Status, document.OpenID
	}
}

// failure distinguishes a refused token from a temporary failure of the server.
func failure(n *nonza, refused *RefusedError) error {
	refused.Condition = oneOf(loginConditions, n.condition(nsSASL), "")
	if refused.Condition == "temporary-auth-failure" {
		return fmt.Errorf("%w: login: %s", ErrProtocol, refused.Condition)
	}
	if refused.Condition == "" {
		refused.Condition = "not-authorized"
	}
	return refused
}

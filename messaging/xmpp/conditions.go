package xmpp

import "slices"

// A peer's name for an error is replaced by a word of the lists below before it is shown or logged, as a peer could put
// anything there.

// otherCondition stands for a condition that is in none of the lists.
const otherCondition = "undefined-condition"

// The defined conditions of stanzas (RFC 6120 §8.3.3), of streams (§4.9.3) and of logins (§6.5), and the types of a stanza's error (§8.3.2).
var (
	stanzaConditions = []string{
		"bad-request", "conflict", "feature-not-implemented", "forbidden", "gone", "internal-server-error", "item-not-found", "jid-malformed",
		"not-acceptable", "not-allowed", "not-authorized", "policy-violation", "recipient-unavailable", "redirect", "registration-required",
		"remote-server-not-found", "remote-server-timeout", "resource-constraint", "service-unavailable", "subscription-required",
		"undefined-condition", "unexpected-request",
	}
	streamConditions = []string{
		"bad-format", "bad-namespace-prefix", "conflict", "connection-timeout", "host-gone", "host-unknown", "improper-addressing",
		"internal-server-error", "invalid-from", "invalid-namespace", "invalid-xml", "not-authorized", "not-well-formed", "policy-violation",
		"remote-connection-failed", "reset", "resource-constraint", "restricted-xml", "see-other-host", "system-shutdown",
		"undefined-condition", "unsupported-encoding", "unsupported-feature", "unsupported-stanza-type", "unsupported-version",
	}
	loginConditions = []string{
		"aborted", "account-disabled", "credentials-expired", "encryption-required", "incorrect-encoding", "invalid-authzid",
		"invalid-mechanism", "malformed-request", "mechanism-too-weak", "not-authorized", "temporary-auth-failure",
	}
	errorTypes = []string{"auth", "cancel", "continue", "modify", "wait"}

	// mechanismNames are the registered names of mechanisms for login that servers offer.
	mechanismNames = []string{
		"ANONYMOUS", "CRAM-MD5", "DIGEST-MD5", "EXTERNAL", "GS2-KRB5", "GSSAPI", "LOGIN", "NTLM", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-1",
		"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "X-OAUTH2", "XOAUTH2",
	}

	// elementNames are of elements that a stream can begin with.
	elementNames = []string{
		"a", "challenge", "close", "enabled", "error", "failed", "failure", "features", "iq", "message", "open", "presence", "r", "resumed", "success",
	}
)

// oneOf returns word if it is in the list, else another one.
func oneOf(list []string, word, other string) string {
	if slices.Contains(list, word) {
		return word
	}
	return other
}

// knownMechanisms lists the known ones among what a server offers, and whether there are others.
func knownMechanisms(offered []string) (known []string) {
	others := false
	for _, m := range offered {
		if !slices.Contains(mechanismNames, m) {
			others = true
		} else if !slices.Contains(known, m) {
			known = append(known, m)
		}
	}
	if others {
		known = append(known, "others")
	}
	if len(known) == 0 {
		return []string{"none"}
	}
	return known
}

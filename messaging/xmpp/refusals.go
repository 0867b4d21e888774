package xmpp

// Rule is why something that came in was not taken: a stanza, or a part of one. It is acknowledged nevertheless, so that the server does not
// send it again.
type Rule string

// The rules: first about the form of a stanza, then about its sender, then about what it holds.
const (
	RuleLength     Rule = "length"             // too many bytes
	RuleTokens     Rule = "tokens"             // too many XML tokens
	RuleDepth      Rule = "depth"              // nested too deeply
	RuleAttributes Rule = "attributes"         // too many attributes in one element
	RuleAttribute  Rule = "attribute length"   // an attribute too long
	RuleRepeated   Rule = "repeated attribute" // the same attribute twice
	RuleNotPlain   Rule = "not plain XML"      // a comment, a processing instruction, a DTD
	RuleMalformed  Rule = "malformed"          // not XML, or not a valid stanza

	RuleAddress Rule = "address"        // an invalid sender or addressee
	RuleCarbon  Rule = "forged copy"    // XEP-0280
	RuleArchive Rule = "forged history" // XEP-0313: a result of no query
	RuleAnswer  Rule = "forged answer"  // not from whom was asked
	RuleRoster  Rule = "forged contact" // RFC 6121 §2.1.6: a roster push from another account
	// XEP-0191 §3.3: news of who is blocked from another account.
	RuleBlocking Rule = "forged block"

	RuleUnknown Rule = "unknown element"        // neither a stanza nor of the stream, or an IQ of no known type
	RuleUnasked Rule = "answer to no question"  // or one that came too late
	RuleHollow  Rule = "nothing inside"         // a copy, or a result of an archive, without a message or its time
	RuleEntry   Rule = "unusable entry"         // of a list, such as a contact without an address
	RulePart    Rule = "unusable part"          // of a message, such as a link to no web page; the rest of it is taken
	RuleTooMany Rule = "too many parts"         // of a message: those beyond a limit are not read
	RuleCut     Rule = "text cut"               // beside the body, such as a file's description
	RuleFlood   Rule = "request without answer" // too many wait for one
)

// GuardError means that an answer was refused by a rule. It matches [ErrGuard]. Repeating the request gives the same error.
type GuardError struct{ Rule Rule }

func (e *GuardError) Error() string { return ErrGuard.Error() + ": " + string(e.Rule) }

// Is matches [ErrGuard].
func (e *GuardError) Is(target error) bool { return target == ErrGuard }

// refuse counts what is not taken, and logs the 1st, 10th, 100th and so on of each rule.
func (c *Client) refuse(rule Rule, kind string) { c.refuseSome(rule, kind, 1) }

// refuseSome is refuse for n things at once.
func (c *Client) refuseSome(rule Rule, kind string, n int) {
	if c.refusals.Add(rule, n) {
		c.log.Warn("stanza refused", "kind", kind, "rule", rule)
	}
}

// Refused returns how much was refused by each rule since New.
func (c *Client) Refused() map[Rule]int { return c.refusals.All() }

package xmpp

import (
	"log/slog"
	"maps"
	"sync"
)

// Rule is why an incoming stanza was refused. It is acknowledged nevertheless, so that the server does not send it again.
type Rule string

// The rules: first about the form of a stanza, then about its sender.
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
)

// GuardError means that an answer was refused by a rule. It matches [ErrGuard]. Repeating the request gives the same error.
type GuardError struct{ Rule Rule }

func (e *GuardError) Error() string { return ErrGuard.Error() + ": " + string(e.Rule) }

// Is matches [ErrGuard].
func (e *GuardError) Is(target error) bool { return target == ErrGuard }

// refusals counts refused stanzas. Its zero value is ready to use.
type refusals struct {
	mu     sync.Mutex
	counts map[Rule]int
}

// add counts a refusal. It logs the 1st, 10th, 100th and so on, so that a sender cannot fill the log.
func (r *refusals) add(log *slog.Logger, rule Rule, kind string) {
	r.mu.Lock()
	if r.counts == nil {
		r.counts = map[Rule]int{}
	}
	r.counts[rule]++
	n := r.counts[rule]
	r.mu.Unlock()
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	if n == 1 {
		log.Warn("stanza refused", "kind", kind, "rule", rule)
	}
}

// Refused returns how many stanzas were refused by each rule since New.
func (c *Client) Refused() map[Rule]int {
	c.refusals.mu.Lock()
	defer c.refusals.mu.Unlock()
	return maps.Clone(c.refusals.counts)
}

func (c *Client) refuse(rule Rule, kind string) { c.refusals.add(c.log, rule, kind) }

package xmpp

import (
	"log/slog"
	"maps"
	"sync"
)

// Rule names why something that came in was refused. A refused stanza is acknowledged all the same, so that it does not come again.
type Rule string

// The rules. The first ones are about the form of a stanza, the others about who may send what.
const (
	RuleLength     Rule = "length"             // more bytes than a stanza may have
	RuleTokens     Rule = "tokens"             // more tokens
	RuleDepth      Rule = "depth"              // deeper
	RuleAttributes Rule = "attributes"         // more attributes of one element
	RuleAttribute  Rule = "attribute length"   // a longer attribute
	RuleRepeated   Rule = "repeated attribute" //
	RuleNotPlain   Rule = "not plain XML"      // a comment, a processing instruction, a DTD
	RuleMalformed  Rule = "malformed"          // not XML, or not of the shape of a stanza

	RuleAddress Rule = "address"        // a sender or addressee that is no JID
	RuleCarbon  Rule = "forged copy"    // XEP-0280
	RuleArchive Rule = "forged history" // XEP-0313: a result that was not asked for
	RuleAnswer  Rule = "forged answer"  // of another than was asked
	RuleRoster  Rule = "forged contact" // RFC 6121 §2.1.6
)

// GuardError is why an answer was not decoded; it matches [ErrGuard]. Asking again gives the same.
type GuardError struct{ Rule Rule }

func (e *GuardError) Error() string { return ErrGuard.Error() + ": " + string(e.Rule) }

// Is matches [ErrGuard].
func (e *GuardError) Is(target error) bool { return target == ErrGuard }

// refusals counts what was refused. Its zero value is ready.
type refusals struct {
	mu     sync.Mutex
	counts map[Rule]int
}

// add counts, and logs each power of ten: who sends the most must not fill the log.
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

// Refused counts the stanzas that were refused since the Client was made, by rule.
func (c *Client) Refused() map[Rule]int {
	c.refusals.mu.Lock()
	defer c.refusals.mu.Unlock()
	return maps.Clone(c.refusals.counts)
}

func (c *Client) refuse(rule Rule, kind string) { c.refusals.add(c.log, rule, kind) }

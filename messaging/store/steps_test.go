package store

import (
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// steps gives how many instructions SQLite has run so far, for each statement. It does not depend on how fast the computer is.
func (s *Store) steps() map[string]int {
	n := map[string]int{}
	for sql, st := range s.db.stmts {
		n[sql] = st.Status(sqlite3.STMTSTATUS_VM_STEP, false)
	}
	return n
}

// TestACorrectionCostsTheSameHoweverLongTheConversationIs has a message corrected live, behind unread messages and behind corrections.
func TestACorrectionCostsTheSameHoweverLongTheConversationIs(t *testing.T) {
	for what, fill := range map[string]func(i int) *NewMessage{
		"messages":    from,
		"corrections": func(i int) *NewMessage { return corrects(i, "m0") },
	} {
		t.Run(what, func(t *testing.T) {
			s := open(t, t.TempDir())
			live(t, s, from(0))
			next := 1
			cost := func() (total int, of map[string]int) {
				live(t, s, corrects(next, "m0")) // prepares what is to be prepared
				before := s.steps()
				live(t, s, corrects(next+1, "m0"))
				next += 2
				of = map[string]int{}
				for sql, n := range s.steps() {
					of[sql] = n - before[sql]
					total += of[sql]
				}
				return total, of
			}
			few, _ := cost()
			var page []Fact
			for range 150 {
				page = append(page, fill(next))
				next++
			}
			forward(t, s, page)
			many, of := cost()
			if many <= few+few/4 {
				return
			}
			t.Errorf("%d instructions, after 150 %s %d", few, what, many)
			for sql, n := range of {
				if n > 200 {
					t.Logf("%d: %s", n, sql)
				}
			}
		})
	}
}

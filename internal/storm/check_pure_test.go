//go:build linux

package storm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestThePlanComesFromTheSeedAlone(t *testing.T) {
	seen := map[kind]bool{}
	for seed := uint64(1); seed <= 30; seed++ {
		p := newPlan(seed, 60, 1)
		if d := cmp.Diff(p, newPlan(seed, 60, 1), cmp.AllowUnexported(plan{}, step{})); d != "" {
			t.Fatalf("seed %d (-first +second):\n%s", seed, d)
		}
		for _, s := range append(append(p.sides[0], p.sides[1]...), p.server...) {
			seen[s.kind] = true
		}
	}
	for _, f := range faults {
		if !seen[f.kind] {
			t.Errorf("no seed of thirty has %q", f.kind)
		}
	}
	if !seen[say] || !seen[sayGroup] || !seen[serverKilled] || !seen[serverStopped] {
		t.Errorf("of thirty seeds: %v", seen)
	}
}

func TestTheCheckFindsWhatIsWrong(t *testing.T) {
	words := strings.Fields
	for name, c := range map[string]struct {
		o    outcome
		want string // a part of what is wrong; "" for nothing
		lost int
	}{
		"all is well": {outcome{
			kept: [2][]string{words("A1 A2"), words("B1")}, held: [2][]string{words("A1 B1 A2"), words("A1 B1 A2")},
			archived: [2][]string{words("A1 B1 A2"), words("A1 B1 A2")},
		}, "", 0},
		"a message that was archived twice may stand for either copy": {outcome{
			held: [2][]string{words("A1 B1"), words("B1 A1")}, archived: [2][]string{words("A1 B1 A1"), words("A1 B1 A1")},
		}, "", 0},
		"shown twice":             {outcome{held: [2][]string{words("A1 A1"), nil}, archived: [2][]string{words("A1"), nil}}, "A shows A1 2 times", 0},
		"not shown":               {outcome{archived: [2][]string{nil, words("A1")}}, "B does not show A1, which is in the archive", 0},
		"not sent":                {outcome{kept: [2][]string{words("A1"), nil}, held: [2][]string{words("A1"), nil}}, "A's archive does not have it", 0},
		"refused, and sent":       {outcome{refused: map[string]bool{"A1": true}, archived: [2][]string{words("A1"), nil}}, "which was refused", 0},
		"in another order":        {outcome{held: [2][]string{words("B1 A1"), nil}, archived: [2][]string{words("A1 B1"), nil}}, "not in the archive's order", 0},
		"the server has lost one": {outcome{kept: [2][]string{words("A1"), nil}, held: [2][]string{words("A1"), nil}, archived: [2][]string{words("A1"), nil}}, "", 1},
		"a program has lost what it had acknowledged": {outcome{
			kept: [2][]string{words("A1"), nil}, held: [2][]string{words("A1"), nil}, archived: [2][]string{words("A1"), nil}, taken: [2]map[string]bool{1: {"A1": true}},
		}, "B does not show A1, which it has acknowledged", 0},
		"the server has not archived what it delivered": {outcome{
			kept: [2][]string{words("A1"), nil}, held: [2][]string{words("A1"), words("A1")}, archived: [2][]string{words("A1"), nil},
		}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			wrong, lost := c.o.check()
			if text := strings.Join(wrong, "\n"); (text == "") != (c.want == "") || !strings.Contains(text, c.want) || len(lost) != c.lost {
				t.Errorf("wrong: %q, lost %v", text, lost)
			}
		})
	}
}

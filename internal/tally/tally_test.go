package tally

import (
	"slices"
	"testing"
)

func TestPowersOfTenAreWorthALine(t *testing.T) {
	var c Counts[string]
	var lines []int
	for i := 1; i <= 1234; i++ {
		if c.Add("a", 1) {
			lines = append(lines, i)
		}
	}
	if !slices.Equal(lines, []int{1, 10, 100, 1000}) {
		t.Errorf("lines at %v", lines)
	}
	if c.Add("b", 0) || !c.Add("b", 12) || c.Add("b", 87) || !c.Add("b", 1) {
		t.Error("of several at once the next power of ten counts")
	}
	if all := c.All(); all["a"] != 1234 || all["b"] != 100 {
		t.Errorf("counted %v", all)
	}
}

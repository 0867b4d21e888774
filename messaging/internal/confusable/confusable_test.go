package confusable

import (
	"slices"
	"testing"
)

func TestNamesThatLookTheSameHaveOneSkeleton(t *testing.T) {
	for _, names := range [][2]string{
		{"Dr Claire Martin", "Claire Martin"}, {"Zoé Carnot", "zoe carnot"}, {"Marie Bernard", "Marie Bemard"}, {"Paul", "Ｐａｕｌ"},
	} {
		if Skeleton(names[0]) != Skeleton(names[1]) {
			t.Errorf("%q and %q differ", names[0], names[1])
		}
	}
	if Skeleton("Claire Martin") == Skeleton("Clara Martin") {
		t.Error("Claire and Clara are one")
	}
}

func TestOnlyTheFirstAndTheLastOfANameChangeOthers(t *testing.T) {
	n := New()
	for _, step := range []struct {
		person, name string
		others       []string
	}{
		{"a", "Claire Martin", nil},
		{"b", "Dr Claire Martin", []string{"a"}}, // no longer the only one
		{"c", "Claire Martin", nil},
		{"c", "", nil},
		{"b", "Paul", []string{"a"}}, // alone again
	} {
		if got := n.Set(step.person, step.name); !slices.Equal(got, step.others) {
			t.Errorf("%s is called %q: others %q, want %q", step.person, step.name, got, step.others)
		}
	}
	if n.Shared("a", "Claire Martin") || !n.Shared("d", "Claire Martin") {
		t.Error("the name of a alone")
	}
}

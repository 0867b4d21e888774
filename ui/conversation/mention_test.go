package conversation

import (
	"runtime"
	"strings"
	"testing"

	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/ui/wording"

	"github.com/google/go-cmp/cmp"
)

func TestMentionsAreFoundInWhatIsShown(t *testing.T) {
	const body = "\u200bClaire\u200b, appelez Paul et Ada"
	at := func(name string, me bool) model.Mention {
		start := strings.Index(body, name)
		return model.Mention{Start: start, End: start + len(name), Me: me}
	}
	paul, claire := at("Paul", false), at("Claire", true)
	for name, c := range map[string]struct {
		mentions []model.Mention
		want     []string
	}{
		"in any order":                  {[]model.Mention{paul, claire}, []string{"Claire me", "Paul"}},
		"the first of two that overlap": {[]model.Mention{paul, {Start: paul.Start + 1, End: paul.End}}, []string{"Paul"}},
		"none behind the end":           {[]model.Mention{{Start: 5, End: len(body) + 1}, {Start: 9, End: 9}}, nil},
	} {
		shown := wording.Sanitize(body)
		var got []string
		for _, n := range markedNames(body, shown, model.MentionsOf(c.mentions)) {
			found := shown[n.start:n.end]
			if n.me {
				found += " me"
			}
			got = append(got, found)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// A message may name 64 people at the end of a text of half a megabyte. Memory is counted, as it does not depend on the machine.
func TestMentionsCostNoMoreThanTheirText(t *testing.T) {
	body := strings.Repeat("é\u0301", 100_000)
	var all []model.Mention
	for i := range 64 {
		end := len(body) - 4*i
		all = append(all, messaging.Mention{Start: end - 4, End: end})
	}
	shown, mentions := wording.Sanitize(body), model.MentionsOf(all)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := markedNames(body, shown, mentions); len(got) != len(all) {
		t.Fatalf("%d names are marked, want %d", len(got), len(all))
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(8*len(body)) {
		t.Errorf("%d bytes of memory for a text of %d", used, len(body))
	}
}

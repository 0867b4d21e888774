package xmpp

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsAnnouncedIsInTheTable(t *testing.T) {
	var features []string
	for _, f := range ownInfo("").Features {
		features = append(features, f.Var)
	}
	want := []string{
		"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", nsChatStates, nsCaps, "urn:xmpp:receipts", "urn:xmpp:ping",
		nsCorrection, "urn:xmpp:chat-markers:0", "urn:xmpp:reference:0", NSRetraction, "urn:xmpp:message-retract:0", nsReactions, NSReply,
		"urn:xmpp:bookmarks:1+notify", "storage:bookmarks+notify", "urn:xmpp:mds:displayed:0+notify", nsUnread + "+notify", nsStatus + "+notify", // XEP-0163
	}
	if diff := cmp.Diff(want, features); diff != "" {
		t.Error(diff)
	}
}

func TestTheTableOfExtensions(t *testing.T) {
	all := Extensions()
	if !slices.IsSortedFunc(all, func(a, b Extension) int { return a.Number - b.Number }) {
		t.Error("not sorted")
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Title == "" || e.Version == "" || e.Announced && e.Namespaces == nil {
			t.Errorf("incomplete: %+v", e)
		}
		source, err := os.ReadFile(e.File)
		if err != nil {
			t.Error(err)
		}
		for name, text := range map[string]string{"doc.go": string(doc), e.File: string(source)} {
			if !containsXEP(text, e.Number) {
				t.Errorf("%s does not name XEP-%04d", name, e.Number)
			}
		}
	}
}

func containsXEP(text string, number int) bool {
	return strings.Contains(text, fmt.Sprintf("XEP-%04d", number))
}

package model

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestContentIsTheSameAfterTheDisk(t *testing.T) {
	for name, c := range map[string]Content{
		"text":               Text{Body: "Bonjour"},
		"text with subject":  Text{Subject: "URGENT : Mme B.", Body: "Rappelez-moi"},
		"text with mentions": Text{Body: "@Paul", Mentions: MentionsOf([]Mention{{Start: 0, End: 5, JID: "paul@example.org"}})},
		"subject alone":      Text{Subject: "Relève"},
		"file":               File{Name: "ordonnance.pdf", MediaType: "application/pdf", Size: 12, Width: 1, Height: 2, Description: "d", URL: "https://x/y"},
		"encrypted":          Unreadable{Reason: Encrypted, Scheme: "OMEMO"},
		"retracted":          Retracted{By: "Paul", ByJID: "paul@example.org", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		"notice":             Notice{Kind: Joined, Who: "Paul"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, body, payload, err := Encode(c)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c, Decode(kind, body, payload)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestContentThatIsNotUnderstoodIsUnreadable(t *testing.T) {
	unsupported := Unreadable{Reason: Unsupported}
	for name, c := range map[string]Content{
		"kind of a newer version": Decode(99, "", `{"X":1}`),
		"payload that is no JSON": Decode(KindFile, "", `{`),
	} {
		if c != unsupported {
			t.Errorf("%s: %v", name, c)
		}
	}
	if _, _, _, err := Encode(nil); err == nil {
		t.Error("no content was encoded")
	}
}

func TestPlainTextOfEachContent(t *testing.T) {
	for _, tt := range []struct {
		c    Content
		want string
	}{
		{Text{Body: "a"}, "a"}, {Text{Subject: "s", Body: "a"}, "s\na"}, {Text{Subject: "s"}, "s"},
		{File{Name: "n"}, "n"}, {File{Name: "n", Description: "d"}, "d"},
		{Unreadable{Reason: Encrypted}, ""}, {Retracted{By: "x"}, ""}, {Notice{Kind: FromRoom, Text: "t"}, "t"},
	} {
		if got := PlainText(tt.c); got != tt.want {
			t.Errorf("%#v: %q", tt.c, got)
		}
	}
}

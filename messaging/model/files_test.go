package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheFilesOfAMessage(t *testing.T) {
	one, two, three := File{Name: "a.jpg", Access: "1", Description: "ce matin"}, File{Name: "b.pdf", Access: "2", Preview: "x"}, File{Name: "c"}
	whole := one.With([]File{two, three})
	kind, body, payload, err := Encode(whole)
	if err != nil {
		t.Fatal(err)
	}
	m := Message{ID: "id", Own: true, Content: Decode(kind, body, payload)}
	if m.Content != Content(whole) {
		t.Errorf("read back: %+v", m.Content)
	}
	want := []Message{{ID: "id", Own: true, Content: one}, {ID: "id\x001", Own: true, Content: two}, {ID: "id\x002", Own: true, Content: three}}
	parts := m.Parts()
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Error(diff)
	}
	for _, part := range parts {
		if part.ID.Whole() != "id" {
			t.Errorf("%q is of %q", part.ID, part.ID.Whole())
		}
	}
	single := Message{ID: "id", Content: one}
	if diff := cmp.Diff([]Message{single}, single.Parts()); diff != "" || one.With(nil) != one {
		t.Error(diff)
	}
	if parts := (Message{Content: Text{Body: "x"}}).Parts(); parts != nil {
		t.Errorf("a text has the files %v", parts)
	}
	if list := (File{Name: "a", Rest: "damaged"}).Files(); len(list) != 1 || list[0].Rest != "" {
		t.Errorf("%+v", list)
	}
}

package main

import (
	"strings"
	"testing"

	"discussions/cmd/sandbox/internal/people"
)

func TestGreet(t *testing.T) {
	var out strings.Builder
	a := announcement{Issuer: "http://127.0.0.1:8080", People: people.Everyone(people.Firsts)}
	if err := greet(&out, a); err != nil {
		t.Fatal(err)
	}
	for _, p := range a.People {
		for _, want := range []string{p.Name, p.Mail, p.Password, p.Card, p.CardCode} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is missing in\n%s", want, &out)
			}
		}
	}
	for _, want := range []string{"http://127.0.0.1:8080/messages", "Sophie Bernard and Dr Julien Roux answer"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheLicencesAreThoseOfTheModules(t *testing.T) {
	t.Chdir("../../..")
	want, err := Collect()
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Error("assets/licences.json is not up to date: go run ./internal/dev/licences")
	}
}

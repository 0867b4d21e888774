package webmark

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFileCarriesTheMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordonnance.pdf")
	if err := os.WriteFile(path, []byte("contenu"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Set(path); err != nil {
		t.Fatal(err)
	}
	mark, err := os.ReadFile(path + ":Zone.Identifier")
	if err != nil || string(mark) != "[ZoneTransfer]\r\nZoneId=3\r\n" {
		t.Errorf("%q, %v", mark, err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "contenu" {
		t.Errorf("%q, %v", data, err)
	}
}

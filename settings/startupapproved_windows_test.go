package settings

import (
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestWindowsNotesWhatWasSwitchedOff(t *testing.T) {
	const shortcut = "Discussions test.lnk"
	if switchedOff(shortcut) {
		t.Error("off without a note")
	}
	if err := forgetSwitchedOff(shortcut); err != nil {
		t.Errorf("forget without a note: %v", err)
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, startupApproved, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, c := range []struct {
		name string
		note []byte
		off  bool
	}{
		{"on", []byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
		{"on again", []byte{6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
		{"off", []byte{3, 0, 0, 0, 0x80, 0x1f, 0x2a, 0x5c, 0xe0, 0xd3, 0xda, 1}, true},
		{"off for the second time", []byte{7, 0, 0, 0, 0x80, 0x1f, 0x2a, 0x5c, 0xe0, 0xd3, 0xda, 1}, true},
		{"empty", nil, false},
	} {
		if err := k.SetBinaryValue(shortcut, c.note); err != nil {
			t.Fatal(err)
		}
		if got := switchedOff(shortcut); got != c.off {
			t.Errorf("%s: off is %v", c.name, got)
		}
		if err := forgetSwitchedOff(shortcut); err != nil || switchedOff(shortcut) {
			t.Errorf("%s: not forgotten: %v", c.name, err)
		}
	}
}

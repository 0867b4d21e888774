package process

import (
	"testing"

	"golang.org/x/sys/windows"
)

func TestACrashEndsTheProcessWithoutADialogue(t *testing.T) {
	if err := Harden(); err != nil {
		t.Fatal(err)
	}
	const mode = failCriticalErrors | noGPFaultErrorBox
	if got := windows.SetErrorMode(mode); got&mode != mode { // what was set before
		t.Errorf("error mode %#x", got)
	}
}

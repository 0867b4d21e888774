//go:build cgo

package nativewindow

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestTheGraphicsLibraryIsLoadedAhead also tells when a later Mesa has its parts elsewhere.
func TestTheGraphicsLibraryIsLoadedAhead(t *testing.T) {
	const most = "libLLVM" // what takes the time
	loaded := func() bool {
		maps, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(maps), most)
	}
	if loaded() {
		t.Fatalf("%s is there before", most)
	}
	Preload()
	for deadline := time.Now().Add(30 * time.Second); !loaded(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not come", most)
		}
	}
}

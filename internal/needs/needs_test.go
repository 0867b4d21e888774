package needs

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// outcome is a test that keeps how it ended.
type outcome struct {
	testing.TB
	skipped, failed string
}

func (o *outcome) Helper() {}

func (o *outcome) Skipf(format string, arguments ...any) {
	o.skipped = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}

func (o *outcome) Fatalf(format string, arguments ...any) {
	o.failed = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}

// of is how a test ends that needs something.
func of(need func(testing.TB)) *outcome {
	o, ended := &outcome{}, make(chan struct{})
	go func() {
		defer close(ended)
		need(o)
	}()
	<-ended
	return o
}

func TestAMissingPartSkipsATestOrFailsItWhereEverythingMustRun(t *testing.T) {
	path := t.TempDir()
	if err := os.WriteFile(filepath.Join(path, "here"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", path)
	t.Setenv("DISCUSSIONS_SESSION", "")
	for _, c := range []struct {
		name string
		need func(testing.TB)
		part string // "": nothing is missing
	}{
		{"a program that is there", func(t testing.TB) { Programs(t, "here") }, ""},
		{"no program", func(t testing.TB) { Programs(t) }, ""},
		{"one that is not", func(t testing.TB) { Programs(t, "here", "elsewhere") }, "the program elsewhere"},
		{"one of two", func(t testing.TB) { OneProgram(t, "elsewhere", "here") }, ""},
		{"none of two", func(t testing.TB) { OneProgram(t, "elsewhere", "nowhere") }, "one of the programs elsewhere, nowhere"},
		{"a session", Session, "a desktop session of its own (internal/dev/session.sh)"},
		{"a part", func(t testing.TB) { Missing(t, "a secret service") }, "a secret service"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, everything := range []string{"", "1"} {
				t.Setenv(Everything, everything)
				var want outcome
				switch {
				case c.part == "":
				case everything == "":
					want.skipped = "needs " + c.part + ": make test brings it"
				default:
					want.failed = "needs " + c.part + ", and no test may be skipped here"
				}
				if got := of(c.need); got.skipped != want.skipped || got.failed != want.failed {
					t.Errorf("%s=%q: skipped %q, failed %q", Everything, everything, got.skipped, got.failed)
				}
			}
		})
	}
}

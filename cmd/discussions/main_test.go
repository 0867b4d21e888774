package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"discussions": main})
}

// TestCommandLine runs the scripts of testdata: the command line as an administrator meets it. What needs a screen is in
// internal/tour.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata"})
}

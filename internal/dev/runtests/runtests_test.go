package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Streams as go test -json prints them.
const (
	passes = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"said by a test that passes\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.5}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"pass","Package":"p","Elapsed":0.6}
`
	fails = `{"Action":"output","Package":"q","Test":"TestA","Output":"said by a test that passes\n"}
{"Action":"pass","Package":"q","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"q","Test":"TestB/part","Output":"said by a test that fails\n"}
{"Action":"fail","Package":"q","Test":"TestB/part","Elapsed":0}
{"Action":"fail","Package":"q","Test":"TestB","Elapsed":0}
{"Action":"fail","Package":"q","Elapsed":0.1}
`
	skips = `{"Action":"output","Package":"s","Test":"TestA","Output":"needs a server\n"}
{"Action":"skip","Package":"s","Test":"TestA","Elapsed":0}
{"Action":"pass","Package":"s","Elapsed":0}
`
	empty   = `{"Action":"skip","Package":"e","Elapsed":0}` + "\n"
	crashes = `{"Action":"run","Package":"c","Test":"TestA"}
{"Action":"output","Package":"c","Test":"TestA","Output":"panic: out of order\n"}
{"Action":"output","Package":"c","Output":"exit status 2\n"}
{"Action":"fail","Package":"c","Elapsed":0}
`
	unbuilt = `{"ImportPath":"b","Action":"build-output","Output":"b.go:1: undefined\n"}
{"ImportPath":"b","Action":"build-fail"}
{"Action":"fail","Package":"b","Elapsed":0,"FailedBuild":"b"}
`
	cut = `{"Action":"start","Package":"x"}` + "\n"
)

func TestAReportFailsOfWhatFailsIsSkippedOrDoesNotEnd(t *testing.T) {
	for name, c := range map[string]struct {
		stream   string
		packages int
		want     []string // errors
		says     string
	}{
		"all pass":           {passes, 1, nil, "ok  \tp\t600ms"},
		"no tests":           {empty, 1, nil, "e"},
		"one fails":          {passes + fails, 2, []string{"failed: q.TestB/part", "failed: q.TestB"}, "said by a test that fails"},
		"one is skipped":     {passes + skips, 2, []string{"skipped: s.TestA"}, "needs a server"},
		"one crashes":        {crashes, 1, []string{"failed: c"}, "panic: out of order"},
		"one is not built":   {unbuilt, 1, []string{"failed: building b", "failed: b"}, "undefined"},
		"one does not end":   {passes + cut, 2, []string{"1 packages of 2 ended"}, ""},
		"no event":           {"go: no such tool\n", 0, nil, "go: no such tool"},
		"nothing is printed": {"", 3, []string{"0 packages of 3 ended"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			for line := range strings.Lines(c.stream) {
				r.line([]byte(strings.TrimSuffix(line, "\n")))
			}
			var got []string
			if err := r.end(c.packages); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
			if !strings.Contains(out.String(), c.says) || strings.Contains(out.String(), "said by a test that passes") {
				t.Errorf("printed:\n%s", &out)
			}
		})
	}
}

func TestPackagesWithServersAreToldFromOthers(t *testing.T) {
	waiting, others, err := group(strings.NewReader(`
{"ImportPath": "pure", "TestImports": ["testing"]}
{"ImportPath": "inside", "TestImports": ["testing", "` + servers + `"]}
{"ImportPath": "outside", "XTestImports": ["` + servers + `"]}
{"ImportPath": "bare"}`))
	if err != nil || !cmp.Equal(waiting, []string{"inside", "outside"}) || !cmp.Equal(others, []string{"pure", "bare"}) {
		t.Errorf("with servers %v, others %v, %v", waiting, others, err)
	}
	if _, _, err := group(strings.NewReader("{")); err == nil {
		t.Error("half a package is taken")
	}
}

func TestFlagsAreToldFromPackages(t *testing.T) {
	flags, patterns := divide([]string{"-race", "./...", "-timeout=20m"})
	if !cmp.Equal(flags, []string{"-race", "-timeout=20m"}) || !cmp.Equal(patterns, []string{"./..."}) {
		t.Errorf("flags %v, packages %v", flags, patterns)
	}
}

func TestListsAreDividedByTwoDashes(t *testing.T) {
	want := [][]string{{"-race", "./a"}, {"-v", "./b"}}
	if got := split([]string{"-race", "./a", "--", "-v", "./b"}); !cmp.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestRealPackagesAreRun(t *testing.T) {
	var out strings.Builder
	if err := run([][]string{{"-count=1", "discussions/internal/needs"}, {"-run=None", "discussions/internal/secret"}}, &out); err != nil ||
		!strings.Contains(out.String(), "ok  \tdiscussions/internal/needs") || !strings.Contains(out.String(), "ok  \tdiscussions/internal/secret") ||
		!strings.Contains(out.String(), "s  internal/secret\n") || !strings.Contains(out.String(), "s  all, in ") {
		t.Errorf("%v\n%s", err, &out)
	}
	err := run([][]string{{"discussions/internal/nowhere"}}, &out)
	if err == nil || errors.Unwrap(err) == nil {
		t.Errorf("a package that is not there: %v", err)
	}
}

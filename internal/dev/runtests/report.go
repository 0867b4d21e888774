package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// slowest is how many packages and tests the end of the report names.
const slowest = 8

// event is one line of go test -json (go doc cmd/test2json).
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

// report follows the events of go test, of several runs at once.
type report struct {
	out      io.Writer
	mu       sync.Mutex
	said     map[string][]event // package → what was printed, in order
	bad      map[string]bool    // package and test → failed or skipped
	packages []timed
	tests    []timed
	runs     []timed // the time of processors that each run of go test took
	skipped  []string
	failures []string
}

type timed struct {
	name string
	took time.Duration
}

func newReport(out io.Writer) *report {
	return &report{out: out, said: map[string][]event{}, bad: map[string]bool{}}
}

func (r *report) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.failures) > 0
}

// line takes one line. What is no event is shown as it is.
func (r *report) line(data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var e event
	if json.Unmarshal(data, &e) != nil || e.Action == "" {
		fmt.Fprintf(r.out, "%s\n", data)
		return
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "build-fail":
		r.failures = append(r.failures, "building "+e.ImportPath)
	case "output":
		r.said[e.Package] = append(r.said[e.Package], e)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.packageEnded(e)
		} else {
			r.testEnded(e)
		}
	}
}

func (r *report) testEnded(e event) {
	name := e.Package + "." + e.Test
	r.tests = append(r.tests, timed{name, seconds(e.Elapsed)})
	switch e.Action {
	case "fail":
		r.failures = append(r.failures, name)
	case "skip":
		r.skipped = append(r.skipped, name)
	default:
		return
	}
	r.bad[name] = true
}

func (r *report) packageEnded(e event) {
	r.packages = append(r.packages, timed{e.Package, seconds(e.Elapsed)})
	mark := map[string]string{"pass": "ok  ", "fail": "FAIL", "skip": "    "}[e.Action] // skip: it has no tests
	fmt.Fprintf(r.out, "%s\t%s\t%v\n", mark, e.Package, seconds(e.Elapsed))
	said := r.said[e.Package]
	delete(r.said, e.Package)
	for _, o := range said {
		if r.bad[o.Package+"."+o.Test] || e.Action == "fail" && o.Test == "" {
			fmt.Fprint(r.out, o.Output)
		}
	}
	if e.Action == "fail" && !slices.ContainsFunc(r.failures, func(f string) bool { return strings.HasPrefix(f, e.Package+".") }) {
		r.failures = append(r.failures, e.Package) // a crash, or a leak that TestMain found
		for _, o := range said {
			if o.Test != "" {
				fmt.Fprint(r.out, o.Output)
			}
		}
	}
}

// took notes the time of processors that one run of go test took.
func (r *report) took(packages []string, processors time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := packages[0]
	if more := len(packages) - 1; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	r.runs = append(r.runs, timed{name, processors.Round(10 * time.Millisecond)})
}

// total says what all runs took.
func (r *report) total(elapsed time.Duration) {
	var sum time.Duration
	for _, run := range r.runs {
		sum += run.took
	}
	r.slowest("runs, by time of processors", r.runs)
	fmt.Fprintf(r.out, "%8v  all, in %v\n", sum, elapsed.Round(10*time.Millisecond))
}

// end sums up. It is an error where anything failed, was skipped, or did not end.
func (r *report) end(packages int) error {
	r.slowest("packages", r.packages)
	r.slowest("tests", r.tests)
	var errs []error
	for _, f := range r.failures {
		errs = append(errs, errors.New("failed: "+f))
	}
	for _, s := range r.skipped {
		errs = append(errs, errors.New("skipped: "+s))
	}
	if len(r.packages) != packages && !r.failed() {
		errs = append(errs, fmt.Errorf("%d packages of %d ended", len(r.packages), packages))
	}
	return errors.Join(errs...)
}

func (r *report) slowest(what string, list []timed) {
	slices.SortStableFunc(list, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	fmt.Fprintf(r.out, "\nslowest %s:\n", what)
	for _, t := range list[:min(slowest, len(list))] {
		fmt.Fprintf(r.out, "%8v  %s\n", t.took, strings.TrimPrefix(t.name, "discussions/"))
	}
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(10 * time.Millisecond)
}

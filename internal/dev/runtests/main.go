// Command runtests runs every test of the packages that it is given, and fails where one is skipped:
//
//	runtests LIST [-- LIST]...
//
// where a LIST is [-FLAG[=VALUE] of go test]... PACKAGE... Three packages run at once. Those whose tests start the sandbox's servers
// mostly wait for them; the others of a list need the processors, and run one after another, before those with servers. All begin in the
// order of the lists, and of a list as go list names them. It prints one line for each package, what failed tests said, the slowest, and
// the time of processors that each run of go test took, with all that its tests started.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"discussions/internal/needs"
)

// servers is what a package imports to start real servers.
const servers = "discussions/internal/sandboxtest"

// lanes is how many packages run at once.
const lanes = 3

// job is one run of go test: these packages one after another.
type job struct{ packages, flags []string }

func main() {
	lists := split(os.Args[1:])
	for _, l := range lists {
		if _, patterns := divide(l); len(patterns) == 0 {
			fmt.Fprintln(os.Stderr, "usage: runtests [-FLAG[=VALUE] of go test]... PACKAGE... [-- ...]")
			os.Exit(2)
		}
	}
	if err := run(lists, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "runtests:", err)
		os.Exit(1)
	}
}

// split cuts the command line into its lists.
func split(arguments []string) [][]string {
	lists := [][]string{nil}
	for _, a := range arguments {
		if a == "--" {
			lists = append(lists, nil)
			continue
		}
		lists[len(lists)-1] = append(lists[len(lists)-1], a)
	}
	return lists
}

func divide(arguments []string) (flags, patterns []string) {
	for _, a := range arguments {
		if strings.HasPrefix(a, "-") {
			flags = append(flags, a)
		} else {
			patterns = append(patterns, a)
		}
	}
	return flags, patterns
}

func run(lists [][]string, out io.Writer) error {
	begun := time.Now()
	var jobs []job
	packages := 0
	for _, l := range lists {
		flags, patterns := divide(l)
		waiting, others, err := list(patterns)
		if err != nil {
			return fmt.Errorf("list the packages: %w", err)
		}
		packages += len(waiting) + len(others)
		if len(others) > 0 {
			jobs = append(jobs, job{others, flags})
		}
		for _, p := range waiting {
			jobs = append(jobs, job{[]string{p}, flags})
		}
	}
	r := newReport(out)
	errs := make([]error, len(jobs))
	var running errgroup.Group
	running.SetLimit(lanes)
	for i, j := range jobs {
		running.Go(func() error {
			errs[i] = test(r, j)
			return nil
		})
	}
	_ = running.Wait()
	r.total(time.Since(begun))
	return errors.Join(append(errs, r.end(packages))...)
}

// list asks which packages the patterns name, and divides them: those that wait for servers, and all others.
func list(patterns []string) (waiting, others []string, err error) {
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,TestImports,XTestImports"}, patterns...)...)
	c.Stderr = os.Stderr
	listed, err := c.Output()
	if err != nil {
		return nil, nil, err
	}
	return group(bytes.NewReader(listed))
}

// group reads what go list prints of each package.
func group(listed io.Reader) (waiting, others []string, err error) {
	for d := json.NewDecoder(listed); ; {
		var p struct {
			ImportPath                string
			TestImports, XTestImports []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return waiting, others, nil
		} else if err != nil {
			return nil, nil, err
		}
		if slices.Contains(p.TestImports, servers) || slices.Contains(p.XTestImports, servers) {
			waiting = append(waiting, p.ImportPath)
		} else {
			others = append(others, p.ImportPath)
		}
	}
}

// test runs go test and reports what it says. A failed test is the report's affair, not an error of its own.
func test(r *report, j job) error {
	c := exec.Command("go", slices.Concat([]string{"test", "-json", "-p=1"}, j.packages, j.flags)...)
	c.Env = append(os.Environ(), needs.Everything+"=1")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		r.line(lines.Bytes())
	}
	err = errors.Join(lines.Err(), c.Wait())
	r.took(j.packages, c.ProcessState.UserTime()+c.ProcessState.SystemTime())
	if err != nil && !r.failed() {
		return fmt.Errorf("go test: %w", err)
	}
	return nil
}

// Command runtests runs every test of the packages that it is given, and fails where one is skipped:
//
//	runtests [-FLAG[=VALUE] of go test]... PACKAGE...
//
// Packages whose tests start the sandbox's servers run one after another, as they would compete for the processors, and wait in vain on a
// small machine; they mostly wait for the servers, so the other packages run beside them, one after another as well. It prints one line for each package, what failed tests said, and the slowest.
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
	"sync"

	"discussions/internal/needs"
)

// servers is what a package imports to start real servers.
const servers = "discussions/internal/sandboxtest"

func main() {
	flags, patterns := divide(os.Args[1:])
	if len(patterns) == 0 {
		fmt.Fprintln(os.Stderr, "usage: runtests [-FLAG[=VALUE] of go test]... PACKAGE...")
		os.Exit(2)
	}
	if err := run(flags, patterns, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "runtests:", err)
		os.Exit(1)
	}
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

func run(flags, patterns []string, out io.Writer) error {
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,TestImports,XTestImports"}, patterns...)...)
	c.Stderr = os.Stderr
	listed, err := c.Output()
	if err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	alone, others, err := group(bytes.NewReader(listed))
	if err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	r := newReport(out)
	errs := make([]error, 2)
	var lanes sync.WaitGroup
	for i, packages := range [][]string{alone, others} {
		if len(packages) > 0 {
			lanes.Go(func() { errs[i] = test(r, append(append([]string{"-p=1"}, packages...), flags...)) })
		}
	}
	lanes.Wait()
	return errors.Join(append(errs, r.end(len(alone)+len(others)))...)
}

// group reads what go list prints of each package.
func group(listed io.Reader) (alone, others []string, err error) {
	for d := json.NewDecoder(listed); ; {
		var p struct {
			ImportPath                string
			TestImports, XTestImports []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return alone, others, nil
		} else if err != nil {
			return nil, nil, err
		}
		if slices.Contains(p.TestImports, servers) || slices.Contains(p.XTestImports, servers) {
			alone = append(alone, p.ImportPath)
		} else {
			others = append(others, p.ImportPath)
		}
	}
}

// test runs go test and reports what it says. A failed test is the report's affair, not an error of its own.
func test(r *report, arguments []string) error {
	c := exec.Command("go", append([]string{"test", "-json"}, arguments...)...)
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
	if err := errors.Join(lines.Err(), c.Wait()); err != nil && !r.failed() {
		return fmt.Errorf("go test: %w", err)
	}
	return nil
}

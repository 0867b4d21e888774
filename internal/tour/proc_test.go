//go:build linux

package tour

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// memory is the program's share of the computer's memory in bytes (PSS). The kernel tells it only to root, as the program lets
// nobody else look into it; what is resident, shared libraries in full, stands in for it otherwise.
func (p *program) memory(t testing.TB) float64 {
	t.Helper()
	for _, place := range []struct{ file, field string }{{"smaps_rollup", "Pss:"}, {"status", "VmRSS:"}} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.command.Process.Pid, place.file))
		if err != nil {
			t.Logf("no PSS: %v", err)
			continue
		}
		for line := range bytes.Lines(text) {
			fields := bytes.Fields(line)
			if len(fields) == 3 && string(fields[0]) == place.field {
				kib, err := strconv.ParseFloat(string(fields[1]), 64)
				if err != nil {
					t.Fatal(err)
				}
				return kib * 1024
			}
		}
	}
	t.Fatal("the kernel does not tell what the program takes")
	return 0
}

// A share is a part of the program's memory, in bytes (PSS).
type share struct{ graphics, file, rest float64 }

// shares divides the program's memory by what it is for: Mesa with LLVM, whose place a graphics card's driver takes where there is
// one, and the heap of C, which is nearly all Mesa's; the program's own file; Go's heap and the rest. Only root may see it.
func (p *program) shares(t testing.TB) (s share, ok bool) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", p.command.Process.Pid))
	if err != nil {
		t.Logf("the parts of the memory cannot be seen: %v", err)
		return share{}, false
	}
	var to *float64
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) >= 5 && bytes.Contains(fields[0], []byte("-")) { // a new part: address, rights, place, device, inode, name
			begin, _, _ := strings.Cut(string(fields[0]), "-")
			address, err := strconv.ParseUint(begin, 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			name := ""
			if len(fields) >= 6 {
				name = string(bytes.Join(fields[5:], []byte(" ")))
			}
			to = &s.rest
			switch {
			case strings.HasSuffix(name, "/discussions"):
				to = &s.file
			case strings.Contains(name, ".so"), name == "[heap]", strings.HasPrefix(name, "/memfd:"), strings.HasPrefix(name, "/SYSV"),
				strings.HasPrefix(name, "/dev/"), name == "" && address >= 0x7e00_0000_0000: // Go's heap lies lower
				to = &s.graphics
			}
			continue
		}
		if len(fields) == 3 && string(fields[0]) == "Pss:" {
			kib, err := strconv.ParseFloat(string(fields[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			*to += kib * 1024
		}
	}
	return s, true
}

// cpu is the time that the program has run on any core.
func (p *program) cpu(t testing.TB) time.Duration {
	t.Helper()
	return cpuOf(t, p.command.Process.Pid)
}

func cpuOf(t testing.TB, pid int) time.Duration {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		t.Fatal(err)
	}
	total := time.Duration(0)
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		ran, _, _ := bytes.Cut(text, []byte(" "))
		n, err := strconv.ParseInt(string(ran), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		total += time.Duration(n)
	}
	return total
}

// wakeups is how often threads of the program have gone to sleep, and so were woken.
func (p *program) wakeups(t testing.TB) int {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		for line := range bytes.Lines(text) {
			if count, ok := bytes.CutPrefix(line, []byte("voluntary_ctxt_switches:")); ok {
				n, err := strconv.Atoi(string(bytes.TrimSpace(count)))
				if err != nil {
					t.Fatal(err)
				}
				total += n
			}
		}
	}
	return total
}

// idle is what the program takes over d while nobody does anything: the share of one core in percent, and how often a second it wakes.
func (p *program) idle(t testing.TB, d time.Duration) (share, wakeups float64) {
	t.Helper()
	began, cpu, woken := time.Now(), p.cpu(t), p.wakeups(t)
	time.Sleep(d)
	took := time.Since(began)
	return 100 * float64(p.cpu(t)-cpu) / float64(took), float64(p.wakeups(t)-woken) / took.Seconds()
}

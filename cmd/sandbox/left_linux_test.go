package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"discussions/internal/sandboxtest"

	"golang.org/x/sys/unix"
)

// program is a sandbox that the test runs itself, in a temporary folder of its own.
type program struct {
	*exec.Cmd
	stdin io.Closer
	tmp   string
	beam  int // process id of ejabberd
	a     announcement
}

// build compiles the program where every user may run it.
func build(t *testing.T) string {
	t.Helper()
	sandboxtest.Need(t)
	binary := filepath.Join(folder(t), "sandbox")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return binary
}

// launch starts a sandbox and waits until it is ready.
func launch(t *testing.T, binary, tmp string, credential *syscall.Credential) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(binary, "--parent", "--history", "10"), tmp: tmp}
	p.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "HOME=") }), "TMPDIR="+tmp)
	p.Dir = tmp
	p.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	p.Stderr = os.Stderr
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &p.a); err != nil {
		t.Fatal(err)
	}
	for _, id := range processes(t, tmp) {
		if name, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/comm"); err == nil && strings.HasPrefix(string(name), "beam") {
			p.beam = id
		}
	}
	if p.beam == 0 {
		t.Fatal("there is no ejabberd")
	}
	return p
}

// processes lists those that mention the folder in their command line or work in it.
func processes(t *testing.T, folder string) (ids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		id, err := strconv.Atoi(e.Name())
		if err != nil || id == os.Getpid() {
			continue
		}
		line, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline")) // it may have ended
		dir, _ := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if strings.Contains(string(line), folder) || strings.HasPrefix(dir, folder) {
			ids = append(ids, id)
		}
	}
	return ids
}

// epmds lists the running Erlang port mappers.
func epmds(t *testing.T) (ids []string) {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if name, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(name)) == "epmd" {
			ids = append(ids, path)
		}
	}
	return ids
}

// folder is a temporary one with a short path, which every user may write to.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "left-") // the folder for temporary files may be for its owner only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func folders(t *testing.T, tmp string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(tmp, folderPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNothingIsLeftBehind(t *testing.T) {
	mappers := epmds(t)
	binary := build(t)
	for _, c := range []struct {
		name string
		as   *syscall.Credential
		end  func(*program) error
	}{
		{"SIGINT", nil, func(p *program) error { return p.Process.Signal(syscall.SIGINT) }},
		{"the parent dies", ordinary(t), func(p *program) error { return p.stdin.Close() }},
	} {
		t.Run(c.name, func(t *testing.T) { launch(t, binary, folder(t), c.as).ends(t, c.end) })
	}
	t.Run("it was killed; the next gets SIGTERM", func(t *testing.T) {
		p := launch(t, binary, folder(t), nil)
		kill(t, p)
		if n := len(folders(t, p.tmp)); n != 1 {
			t.Fatalf("the killed sandbox left %d folders", n)
		}
		next := launch(t, binary, p.tmp, nil)
		if found := folders(t, p.tmp); len(found) != 1 || !strings.HasPrefix(next.a.Config, found[0]+"/") {
			t.Errorf("the next sandbox lives in %s beside %v", next.a.Config, found)
		}
		next.ends(t, func(p *program) error { return p.Process.Signal(syscall.SIGTERM) })
	})
	if now := epmds(t); len(now) > len(mappers) {
		t.Errorf("an epmd is left: %v, before %v", now, mappers)
	}
}

// ends ends the sandbox and looks for what is left of it.
func (p *program) ends(t *testing.T, end func(*program) error) {
	t.Helper()
	if err := end(p); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if left := processes(t, p.tmp); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
	if left := folders(t, p.tmp); len(left) > 0 {
		t.Errorf("folders are left: %v", left)
	}
}

// kill kills the sandbox alone, and waits until the kernel has killed ejabberd with its parent: its handle becomes readable.
func kill(t *testing.T, p *program) {
	t.Helper()
	handle, err := unix.PidfdOpen(p.beam, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(handle)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, int(patience.Milliseconds()))
	for errors.Is(err, unix.EINTR) {
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, int(patience.Milliseconds()))
	}
	if err != nil || n != 1 {
		t.Fatalf("ejabberd survives the sandbox: %d, %v", n, err)
	}
}

// ordinary is an ordinary user where the tests run as root; elsewhere nil: they are one.
func ordinary(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid), NoSetGroups: false}
}

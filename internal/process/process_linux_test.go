package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The test binary plays three parts: the test itself, a victim with a secret in memory, and an attacker of the same user.
const (
	part   = "PROCESS_TEST_PART"
	nobody = 65534
)

func TestMain(m *testing.M) {
	switch os.Getenv(part) {
	case "soft", "hard":
		victim()
	case "trusting", "strict":
		trust()
	case "attacker":
		attack(os.Getenv("PROCESS_TEST_VICTIM"))
	default:
		os.Exit(m.Run())
	}
}

// victim reports its state and lives until its input ends.
func victim() {
	if os.Getenv(part) == "hard" {
		if err := Harden(); err != nil {
			fmt.Println("error", err)
			return
		}
	}
	var core unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
	dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	fmt.Println("dumpable", dumpable, "core", core.Cur, core.Max)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// attack tries what malware of the same user would try without tools.
func attack(pid string) {
	for _, file := range []string{"mem", "maps", "environ"} {
		f, err := os.Open(filepath.Join("/proc", pid, file))
		if err == nil {
			_, err = f.Read(make([]byte, 1))
			if file == "mem" { // address 0 is not mapped: an input/output error means that reading is allowed
				if pe, ok := err.(*os.PathError); ok && pe.Err == syscall.EIO {
					err = nil
				}
			}
			f.Close()
		}
		fmt.Println(file, err == nil)
	}
}

func TestAnotherProcessOfTheUserCannotReadTheMemory(t *testing.T) {
	soft, softState := look(t, "soft")
	hard, hardState := look(t, "hard")
	if hardState != "dumpable 0 core 0 0" {
		t.Errorf("hardened: %s", hardState)
	}
	if !strings.HasPrefix(softState, "dumpable 1") {
		t.Errorf("the control is not dumpable either: %s", softState)
	}
	for _, file := range []string{"mem", "maps", "environ"} {
		if hard[file] {
			t.Errorf("%s can be read", file)
		}
		if !soft[file] {
			t.Logf("%s cannot be read here without hardening either", file)
		}
	}
}

// look starts a victim and an attacker as the same ordinary user, and returns what the attacker could read.
func look(t *testing.T, how string) (readable map[string]bool, state string) {
	t.Helper()
	program := publicCopy(t)
	v := command(program, part+"="+how)
	in, err := v.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := v.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); _ = v.Wait() }()
	state, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	a := command(program, part+"=attacker", fmt.Sprint("PROCESS_TEST_VICTIM=", v.Process.Pid))
	told, err := a.Output()
	if err != nil {
		t.Fatal(err)
	}
	readable = map[string]bool{}
	for line := range strings.Lines(string(told)) {
		var file string
		var ok bool
		if _, err := fmt.Sscan(line, &file, &ok); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		readable[file] = ok
	}
	return readable, strings.TrimSpace(state)
}

// command runs as an ordinary user: root may read everything.
func command(program string, env ...string) *exec.Cmd {
	c := exec.Command(program)
	c.Env = env
	c.Dir = "/"
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return c
}

// publicCopy is this binary where an ordinary user can start it.
func publicCopy(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "discussions-process-") // the folder for temporary files may be for its owner only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "part")
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return program
}

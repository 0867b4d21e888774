// Package sandboxtest gives tests a real organisation: it builds cmd/sandbox,
// starts it and drives it through its control service.
//
//	func TestSomething(t *testing.T) {
//		s := sandboxtest.Start(t)
//		token := s.Token(t, s.Claire().JID)
//		…
//	}
//
// A package whose tests can share one organisation starts it in TestMain with
// [Main] and reaches it with [Shared]; [MainOfEach] and [Each] are for tests that
// run with several message servers.
package sandboxtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"discussions/internal/needs"
)

// Person is one of the organisation's professionals.
type Person struct {
	Name         string `json:"name"`
	Mail         string `json:"mail"`
	Password     string `json:"password"`
	Card         string `json:"card"`
	CardCode     string `json:"card_code"`
	JID          string `json:"jid"`
	Job          string `json:"job_title"`
	Organisation string `json:"organization"`
	Answers      bool   `json:"answers"` // writes back by themselves
	Pair         int    `json:"pair"`    // 0 but for those of --pairs
}

// Group is a multi-user chat.
type Group struct {
	Name    string   `json:"name"`
	JID     string   `json:"jid"`
	Members []string `json:"members"` // JIDs
}

// Sandbox is a running organisation.
type Sandbox struct {
	Server    string   `json:"server"` // which message server: ejabberd or prosody
	Config    string   `json:"config"` // path of discussions.toml
	Issuer    string   `json:"issuer"`
	WebSocket string   `json:"websocket"`
	CAFile    string   `json:"ca_file"`
	Control   string   `json:"control"`
	Client    string   `json:"client"` // host and port for other programs: XMPP with STARTTLS
	Domain    string   `json:"domain"`
	People    []Person `json:"people"`
	Groups    []Group  `json:"groups"`

	Behind map[string]string `json:"behind"` // with --proxied: host and port, as a proxy is asked for them → where they are

	process *exec.Cmd
	stdin   io.Closer
	stderr  *tail
}

// Start runs a sandbox of its own for one test. Its histories are short unless
// the flags say otherwise (sandbox --help).
func Start(t testing.TB, flags ...string) *Sandbox {
	t.Helper()
	Need(t, flags...)
	s, err := start(flags)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// shared are the sandboxes that the package's tests share.
var shared []sharing

type sharing struct {
	server  string
	lacking string // what this machine has not, so that there is none
	*Sandbox
}

// Main starts the sandbox that the package's tests share, runs them and ends
// it: os.Exit(sandboxtest.Main(m)) is the whole of a TestMain. Where the
// sandbox cannot run, the tests that call [Shared] are skipped.
func Main(m *testing.M, flags ...string) int {
	return MainOfEach(m, flags)
}

// MainOfEach is [Main] with a sandbox for each set of flags, which tests reach with [Each].
func MainOfEach(m *testing.M, sets ...[]string) int {
	code := 0
	shared = make([]sharing, len(sets))
	var starting errgroup.Group
	for i, flags := range sets {
		s := &shared[i]
		s.server, s.lacking = server(flags), lacking(flags)
		if s.lacking == "" {
			starting.Go(func() (err error) {
				s.Sandbox, err = start(flags)
				return err
			})
		}
	}
	if err := starting.Wait(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	} else {
		code = m.Run()
	}
	for _, s := range shared {
		if s.Sandbox == nil {
			continue
		}
		if err := s.stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}

// Shared is the sandbox that [Main] started, the first of [MainOfEach].
func Shared(t testing.TB) *Sandbox {
	t.Helper()
	return need(t, all(t)[0])
}

// Each runs a test with each sandbox of [MainOfEach] at the same time, named after its message server.
func Each(t *testing.T, test func(t *testing.T, s *Sandbox)) {
	for _, s := range all(t) {
		t.Run(s.server, func(t *testing.T) {
			t.Parallel() // they wait for their servers
			test(t, need(t, s))
		})
	}
}

func all(t testing.TB) []sharing {
	t.Helper()
	if shared == nil {
		t.Fatal("sandboxtest.Main was not called by TestMain")
	}
	return shared
}

func need(t testing.TB, s sharing) *Sandbox {
	t.Helper()
	if s.lacking != "" {
		needs.Missing(t, s.lacking)
	}
	return s.Sandbox
}

// server is the message server that the flags of a sandbox ask for.
func server(flags []string) string {
	for i, flag := range flags {
		if flag == "--engine" && i+1 < len(flags) {
			return flags[i+1]
		}
	}
	return "ejabberd"
}

// environment is the one that the test binary came with: a test may change
// HOME, which the build must not follow.
var environment = os.Environ()

// build compiles cmd/sandbox once per test binary; go build does nothing when
// another package's tests have just done it. One waits for the other, as a
// program that is being written cannot be started.
var build = sync.OnceValues(func() (string, error) {
	here, err := exec.Command("go", "env", "GOMOD").Output() // two copies of this repository must not run each other's
	if err != nil {
		return "", err
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("discussions-sandbox-%d-%x", os.Getuid(), crc32.ChecksumIEEE(here)))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	program := filepath.Join(dir, "sandbox")
	c := exec.Command("go", "build", "-o", program, "discussions/cmd/sandbox")
	c.Env = environment
	err = locked(program+".lock", func() error {
		if output, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("build the sandbox: %w\n%s", err, output)
		}
		return nil
	})
	return program, err
})

// Need skips a test where the sandbox cannot run with these flags.
func Need(t testing.TB, flags ...string) {
	t.Helper()
	if part := lacking(flags); part != "" {
		needs.Missing(t, part)
	}
}

// lacking names what a sandbox with these flags needs and this machine has not; "": nothing.
func lacking(flags []string) string {
	if _, err := exec.LookPath("go"); err != nil {
		return "the program go"
	}
	if server(flags) == "prosody" {
		if _, err := exec.LookPath("prosody"); err != nil {
			return "the program prosody"
		}
		return ""
	}
	if _, err := exec.LookPath("erl"); err != nil {
		return "the program erl"
	}
	if slices.Contains(flags, "--nodes") && !installed("/usr/lib/postgresql/*/bin/initdb") {
		return "PostgreSQL"
	}
	if slices.Contains(flags, "--ldap") && !installed("/usr/sbin/slapd") {
		return "the program slapd"
	}
	if !installed("/usr/lib/*/ejabberd-*/ebin") && !installed("/usr/lib/ejabberd-*/ebin") { // where the sandbox looks
		return "ejabberd"
	}
	return ""
}

func installed(pattern string) bool {
	found, _ := filepath.Glob(pattern)
	return len(found) > 0
}

func start(flags []string) (*Sandbox, error) {
	program, err := build()
	if err != nil {
		return nil, err
	}
	s := &Sandbox{stderr: &tail{}}
	s.process = exec.Command(program, append([]string{"--parent", "--history", "40"}, flags...)...)
	s.process.Env = environment
	s.process.Stderr = s.stderr
	if s.stdin, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, s)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the sandbox did not start: %w\n%s", err, s.stderr), s.stop())
	}
	return s, nil
}

// stop ends the sandbox in order and waits until it has gone.
func (s *Sandbox) stop() error {
	_ = s.stdin.Close()
	late := time.AfterFunc(15*time.Second, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("the sandbox ended badly: %w\n%s", err, s.stderr)
	}
	return nil
}

// Claire is the first account in most tests: the sandbox does not play her.
func (s *Sandbox) Claire() Person { return s.Person("Dr Claire Martin") }

// Paul is the second account: the sandbox does not play him either.
func (s *Sandbox) Paul() Person { return s.Person("Paul Durand") }

// Sophie answers by herself.
func (s *Sandbox) Sophie() Person { return s.Person("Sophie Bernard") }

// Julien answers by himself.
func (s *Sandbox) Julien() Person { return s.Person("Dr Julien Roux") }

// Person finds a person by name; it panics if there is none.
func (s *Sandbox) Person(name string) Person {
	for _, p := range s.People {
		if p.Name == name {
			return p
		}
	}
	panic("sandboxtest: there is no " + name)
}

// Group finds a group by name; it panics if there is none.
func (s *Sandbox) Group(name string) Group {
	for _, g := range s.Groups {
		if g.Name == name {
			return g
		}
	}
	panic("sandboxtest: there is no group " + name)
}

// tail keeps the end of what the sandbox complains about.
type tail struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text.Len() < 64<<10 {
		t.text.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

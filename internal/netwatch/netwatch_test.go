package netwatch

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab is a computer whose network and clock the test decides.
type lab struct {
	told   chan struct{}
	closed atomic.Bool
	calls  atomic.Int32

	mu    sync.Mutex
	state string
	ahead time.Duration // of the wall clock
}

func (l *lab) changes() <-chan struct{} { return l.told }
func (l *lab) close()                   { l.closed.Store(true) }

func (l *lab) ways() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

func (l *lab) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Add(l.ahead)
}

// set changes the network, and tells of it as the system does: once for each of the parts.
func (l *lab) set(state string, parts int) {
	l.mu.Lock()
	l.state = state
	l.mu.Unlock()
	for range parts {
		l.told <- struct{}{}
	}
}

func (l *lab) clock(ahead time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ahead += ahead
}

func TestAChangeIsToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(l *lab)
		after time.Duration
		want  int32
	}{
		"nothing":                               {func(*lab) {}, time.Hour, 0},
		"an address comes":                      {func(l *lab) { l.set("192.0.2.7", 5) }, settle, 1},
		"the network is lost":                   {func(l *lab) { l.set("", 3) }, settle, 1},
		"nothing that matters":                  {func(l *lab) { l.set("10.0.0.1", 5) }, time.Hour, 0},
		"lost and back at once":                 {func(l *lab) { l.set("", 3); l.set("10.0.0.1", 3) }, time.Hour, 0},
		"one, then another":                     {func(l *lab) { l.set("192.0.2.7", 1); time.Sleep(2 * settle); l.set("192.0.2.8", 1) }, settle, 2},
		"changes without end":                   {func(l *lab) { l.set("192.0.2.7", 1); l.flood(settle) }, 0, 1},
		"not told by the system":                {func(l *lab) { l.set("192.0.2.7", 0) }, anyway, 1},
		"a sleep of a minute":                   {func(l *lab) { l.clock(time.Minute) }, look, 1},
		"the clock is set back":                 {func(l *lab) { l.clock(-time.Hour) }, time.Hour, 0},
		"the clock is set right by two seconds": {func(l *lab) { l.clock(2 * time.Second) }, time.Hour, 0},
		"a sleep, and another network after it": {func(l *lab) { l.clock(time.Minute); l.set("192.0.2.7", 4) }, look, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lab{told: make(chan struct{}), state: "10.0.0.1"}
				var log bytes.Buffer
				w := watch(slog.New(slog.NewTextHandler(&log, nil)), l, l.ways, l.now, func() { l.calls.Add(1) })
				synctest.Wait()
				c.do(l)
				time.Sleep(c.after)
				synctest.Wait()
				if got := l.calls.Load(); got != c.want {
					t.Errorf("told %d times, want %d", got, c.want)
				}
				w.Close()
				if !l.closed.Load() || strings.Contains(log.String(), "192.0.2") {
					t.Errorf("closed: %v, log: %s", l.closed.Load(), log.String())
				}
				time.Sleep(time.Hour)
				if got := l.calls.Load(); got != c.want {
					t.Error("told after Close")
				}
			})
		})
	}
}

func TestWithoutASourceTheNetworkIsLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lab{state: "10.0.0.1"}
		w := watch(slog.New(slog.DiscardHandler), silent{}, l.ways, l.now, func() { l.calls.Add(1) })
		l.set("192.0.2.7", 0)
		time.Sleep(look)
		synctest.Wait()
		if got := l.calls.Load(); got != 1 {
			t.Errorf("told %d times", got)
		}
		w.Close()
	})
}

// flood tells of changes all the time.
func (l *lab) flood(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l.told <- struct{}{}
	}
}

func TestASourceOpensAndCloses(t *testing.T) {
	w := Watch(slog.New(slog.DiscardHandler), func() {})
	if _, ok := w.source.(silent); ok {
		t.Error("the system tells of nothing")
	}
	w.Close()
}

//go:build linux

package storm

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/proxy"
	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging/xmpp"
)

var (
	oneSeed  = flag.Uint64("seed", 0, "only this `seed`")
	seeds    = flag.Int("seeds", 30, "`number` of seeds of one server, from 1 on")
	ofNodes  = flag.Int("nodeseeds", 2, "`number` of seeds of a cluster, from 1 on")
	soakFor  = flag.Duration("for", 0, "how long: further seeds until this `time` has passed")
	stepsOf  = flag.Int("steps", 40, "`number` of steps of each person")
	parallel = flag.Int("pairs", 8, "`number` of pairs of people, so of seeds at a time")
	engine   = flag.String("engine", "ejabberd", "message `server` of the storms that have one")
	verbose  = flag.Bool("plan", false, "print the plan of each seed, and what the programs log")
)

var sideNames = [2]string{"A", "B"}

// patience is how long everything may take to be in order after the last fault.
const patience = 60 * time.Second

// late is how long a message may take to be in its archive after that: ejabberd 23.01 holds up all that comes for a session whose connection
// hangs by 15 s for each stanza.
const late = 3 * time.Minute

func TestStorm(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	// Without the race detector, also where this test has it: there are hundreds of programs, and other tests look for races.
	if out, err := exec.Command("go", "build", "-o", program, "./program").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	for _, on := range []struct {
		name  string
		nodes int
		seeds int
	}{{"one server", 1, *seeds}, {"two nodes", 2, *ofNodes}} {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel() // they wait for their servers
			storms(t, program, on.nodes, on.seeds)
		})
	}
}

// storms runs seeds on a server, or on a cluster.
func storms(t *testing.T, program string, nodes, seeds int) {
	flags := []string{"--pairs", fmt.Sprint(*parallel + 1)}
	if nodes > 1 {
		flags = append(flags, "--nodes", fmt.Sprint(nodes))
	} else {
		flags = append(flags, "--engine", *engine)
	}
	s := sandboxtest.Start(t, flags...)
	w := &weather{sandbox: s, program: program, nodes: nodes, transport: s.Transport(t), tokens: map[string]string{}, ended: map[string]string{}}
	for _, p := range s.People {
		if p.Pair > 0 {
			w.tokens[p.JID], w.ended[p.JID] = s.TokenFor(t, p.JID, 24*time.Hour), s.TokenFor(t, p.JID, time.Second)
		}
	}
	var beside sync.WaitGroup
	defer beside.Wait()
	if nodes == 1 {
		beside.Go(func() { t.Run("the system tells of the network", func(t *testing.T) { theSystemTells(t, w) }) })
	}
	if *oneSeed != 0 {
		w.run(t, []uint64{*oneSeed})
		return
	}
	begun := time.Now()
	for first := uint64(1); ; first += uint64(seeds) {
		var beside, alone []uint64
		for seed := first; seed < first+uint64(seeds); seed++ {
			if w.alone(seed) {
				alone = append(alone, seed)
			} else {
				beside = append(beside, seed)
			}
		}
		w.run(t, beside)
		for _, seed := range alone {
			w.run(t, []uint64{seed})
			if w.down != nil {
				t.Fatalf("the message server did not start again, so no seed follows: %v", w.down)
			}
		}
		if time.Since(begun) >= *soakFor {
			break
		}
		t.Logf("up to seed %d: %d messages", first+uint64(seeds)-1, w.messages)
	}
	for _, l := range w.losses {
		t.Log("lost by the server, ", l)
	}
	t.Logf("%d messages, of which the server has lost %d", w.messages, w.lost)
}

// weather runs storms on one server, or on the nodes of one cluster.
type weather struct {
	sandbox       *sandboxtest.Sandbox
	nodes         int
	transport     *http.Transport
	program       string
	tokens, ended map[string]string

	mu             sync.Mutex
	down           error // the server did not start again
	messages, lost int
	losses         []string
}

// alone reports whether a seed has the service for itself, as it breaks it.
func (w *weather) alone(seed uint64) bool { return w.nodes > 1 || withServer(seed) }

// run runs seeds beside each other, each with a pair of people of its own.
func (w *weather) run(t *testing.T, list []uint64) {
	pairs := make(chan int, *parallel)
	for i := range *parallel {
		pairs <- i + 1
	}
	var all sync.WaitGroup
	for _, seed := range list {
		pair := <-pairs
		all.Go(func() {
			defer func() { pairs <- pair }()
			st := w.newStorm(t, seed, pair)
			if err := st.run(t); err != nil {
				t.Errorf("seed %d: %v\n\tagain: internal/dev/session.sh go test ./internal/storm -run '%s' -count=1 -seed=%d -steps=%d", seed, err, t.Name(), seed, *stepsOf)
				st.show(t)
			} else if *verbose {
				st.show(t)
			}
		})
		if w.alone(seed) {
			all.Wait() // its server's faults are done on this goroutine
		}
	}
	all.Wait()
}

// storm is the run of one seed.
type storm struct {
	weather *weather
	seed    uint64
	plan    plan
	sides   [2]*side
	group   string
	begun   time.Time
}

func (w *weather) newStorm(t *testing.T, seed uint64, pair int) *storm {
	s := w.sandbox
	st := &storm{weather: w, seed: seed, plan: newPlan(seed, *stepsOf, w.nodes), begun: time.Now()}
	for _, g := range s.Groups {
		if strings.HasPrefix(g.JID, fmt.Sprintf("paire-%d@", pair)) {
			st.group = g.JID
		}
	}
	n := 0
	for _, p := range s.People {
		if p.Pair != pair {
			continue
		}
		st.sides[n] = &side{
			Profile: Profile{
				JID: p.JID, Name: p.Name, Dir: t.TempDir(), Domain: s.Domain, WebSocket: s.WebSocket, Token: w.tokens[p.JID], Ended: w.ended[p.JID],
			},
			program: w.program, letter: sideNames[n], group: st.group, prefix: fmt.Sprintf("%d-%d ", seed, time.Now().UnixNano()),
			kept: map[string][]string{}, unsure: map[string]bool{}, refused: map[string]bool{},
		}
		n++
	}
	st.sides[1].prefix = st.sides[0].prefix
	st.sides[0].peer, st.sides[1].peer = st.sides[1].JID, st.sides[0].JID
	return st
}

// run injects faults, then ends them all and checks the result.
func (st *storm) run(t *testing.T) (err error) {
	for _, s := range st.sides {
		s.relay = newRelay(s.WebSocket, st.weather.transport)
		defer s.relay.close()
		s.WebSocket, s.CA = s.relay.webSocket(), s.relay.certificate()
		s.proxy, err = proxy.Listen(dialer(s.relay.host()))
		if err != nil {
			return err
		}
		defer s.proxy.Close()
		s.Proxy = s.proxy.Address()
		if err := s.begin(); err != nil {
			return err
		}
		defer s.kill()
		if err := s.must(Order{Do: "ready", Conv: st.group}); err != nil {
			return err
		}
	}
	errs := make([]error, len(st.sides))
	var both sync.WaitGroup
	for i, s := range st.sides {
		both.Go(func() { errs[i] = s.run(st.plan.sides[i]) })
	}
	var broken error
	for _, step := range st.plan.server {
		time.Sleep(step.pause)
		state := map[kind]string{serverKilled: "kill", serverStopped: "stop", nodeKilled: "kill", nodeStopped: "stop"}[step.kind]
		err := st.weather.sandbox.SetNode(state, step.n)
		time.Sleep(step.d)
		if broken = errors.Join(err, st.weather.sandbox.SetNode("start", step.n)); broken != nil {
			st.weather.mu.Lock()
			st.weather.down = broken
			st.weather.mu.Unlock()
			break
		}
	}
	both.Wait()
	if err := errors.Join(append(errs, broken)...); err != nil {
		return err
	}
	healing := time.Now()
	for i, s := range st.sides {
		both.Go(func() { errs[i] = s.heal(patience) })
	}
	both.Wait()
	calm := time.Now()
	defer func() {
		t.Logf("seed %d: storm %.1f s, %d ms to settle, %d ms in all to be in order", st.seed, healing.Sub(st.begun).Seconds(), calm.Sub(healing).Milliseconds(), time.Since(healing).Milliseconds())
	}()
	limit := late
	if errors.Join(errs...) != nil {
		limit = 0
	}
	if err := errors.Join(errors.Join(errs...), st.check(limit)); err != nil {
		return err
	}
	for i, s := range st.sides {
		both.Go(func() { errs[i] = s.end() })
	}
	both.Wait()
	return errors.Join(errs...)
}

// dialer leads to an address.
func dialer(address string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "tcp", address) }
}

// check waits until all is in order, and nothing is missing where the server did not fail.
func (st *storm) check(limit time.Duration) error {
	var archives [2]*xmpp.Client
	for i, s := range st.sides {
		c, end, err := st.weather.bare(s)
		if err != nil {
			return err
		}
		defer end()
		archives[i] = c
	}
	end := time.Now().Add(limit)
	for {
		var wrong, lost []string
		messages := 0
		for _, conv := range []func(s *side) string{func(s *side) string { return s.peer }, func(*side) string { return st.group }} {
			o := outcome{refused: map[string]bool{}}
			for i, s := range st.sides {
				for body := range s.refused {
					o.refused[body] = true
				}
				var err error
				if o.held[i], err = s.dump(conv(s)); err != nil {
					return err
				}
				if o.archived[i], err = st.archived(archives[i], s, conv(s)); err != nil {
					return err
				}
				o.kept[i], o.taken[i] = s.kept[conv(s)], s.relay.acknowledged()
				messages += len(o.kept[i])
			}
			w, l := o.check()
			wrong, lost = append(wrong, w...), append(lost, l...)
		}
		if len(wrong) == 0 && (len(lost) == 0 || st.weather.alone(st.seed) || time.Now().After(end)) {
			st.weather.mu.Lock()
			defer st.weather.mu.Unlock()
			st.weather.messages += messages
			st.weather.lost += len(lost)
			if len(lost) > 0 {
				st.weather.losses = append(st.weather.losses, fmt.Sprintf("seed %d: %v", st.seed, lost))
			}
			return nil
		}
		if time.Now().After(end) {
			return errors.New(strings.Join(wrong, "\n"))
		}
		for _, s := range st.sides {
			if _, err := s.exchange(Order{Do: "wait", Offset: time.Second / 2}); err != nil {
				return err
			}
		}
	}
}

// archived gives the bodies in an archive, oldest first.
func (st *storm) archived(c *xmpp.Client, s *side, conv string) (list []string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	q := xmpp.ArchiveQuery{Start: st.begun.Add(-time.Minute), Max: 250}
	if conv == st.group {
		q.Archive = jid.MustParse(conv)
	} else {
		q.With = jid.MustParse(conv)
	}
	for {
		page, err := c.Archive(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("ask the archive of %s: %w", s.letter, err)
		}
		for _, m := range page.Messages {
			if m.HasBody && strings.HasPrefix(m.Body, s.prefix) {
				list = append(list, m.Body)
			}
		}
		if page.Complete || page.Last == "" {
			return list, nil
		}
		q.After = page.Last
	}
}

// bare is a client of a person that only reads archives, without faults.
func (w *weather) bare(s *side) (c *xmpp.Client, end func(), err error) {
	return sandboxtest.Connect(xmpp.Config{
		JID: jid.MustParse(s.JID), WebSocket: w.sandbox.WebSocket, Transport: w.transport,
		Token: func(context.Context) (secret.Text, error) { return secret.New(s.Token), nil },
	})
}

// show logs what happened.
func (st *storm) show(t *testing.T) {
	for i, s := range st.sides {
		t.Logf("plan of %s:", s.letter)
		for _, step := range st.plan.sides[i] {
			t.Log("\t", step)
		}
		t.Logf("log of %s:\n%s", s.letter, &s.log)
	}
	for _, step := range st.plan.server {
		t.Log("server:", step)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

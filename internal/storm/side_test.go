//go:build linux

package storm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"discussions/internal/netwatch/netwatchtest"
	"discussions/internal/proxy"
)

// side is one of the two people, with what their program has taken.
type side struct {
	Profile
	program     string // the file
	letter      string
	peer, group string
	proxy       *proxy.Proxy
	relay       *relay
	prefix      string // of all bodies of this seed

	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	log     tail
	locked  bool
	full    bool
	number  int
	alone   bool // in a network of its own

	kept    map[string][]string // by conversation: what the program has taken, in order
	unsure  map[string]bool     // it was killed before it could say
	refused map[string]bool     // it has said that it did not take it
}

// begin starts the program.
func (s *side) begin() error {
	s.process = exec.Command(s.program)
	s.process.Stderr = &s.log
	if s.alone {
		s.process.SysProcAttr = netwatchtest.Namespace()
	}
	var err error
	if s.in, err = s.process.StdinPipe(); err != nil {
		return err
	}
	out, err := s.process.StdoutPipe()
	if err != nil {
		return err
	}
	s.out = bufio.NewReader(out)
	if err := s.process.Start(); err != nil {
		return err
	}
	s.locked, s.full = false, false
	a, err := s.exchange(s.Profile)
	return errors.Join(err, failure(a))
}

func failure(a Answer) error {
	if a.Err != "" {
		return errors.New(a.Err)
	}
	return nil
}

func (s *side) exchange(v any) (a Answer, err error) {
	if err := s.write(v); err != nil {
		return a, err
	}
	return s.read()
}

func (s *side) write(v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = s.in.Write(append(b, '\n'))
	}
	return err
}

func (s *side) read() (a Answer, err error) {
	line, err := s.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &a)
	}
	if err != nil {
		err = fmt.Errorf("%s's program ended: %w\n%s", s.letter, err, &s.log)
	}
	return a, err
}

// kill ends the program as kill -9 does. What it had said is read before.
func (s *side) kill() (last Answer, said bool) {
	_ = s.process.Process.Kill()
	last, err := s.read()
	_ = s.in.Close()
	_, _ = io.Copy(io.Discard, s.out)
	_ = s.process.Wait()
	return last, err == nil
}

// must gives an order that cannot fail.
func (s *side) must(o Order) error {
	a, err := s.exchange(o)
	if err = errors.Join(err, failure(a)); err != nil {
		return fmt.Errorf("%s: %s: %w", s.letter, o.Do, err)
	}
	return nil
}

// run takes all steps.
func (s *side) run(steps []step) error {
	for _, step := range steps {
		time.Sleep(step.pause)
		if err := s.take(step); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) take(step step) error {
	switch step.kind {
	case say:
		return s.say(s.peer)
	case sayGroup:
		return s.say(s.group)
	case sayKilled:
		return s.sayKilled(step)
	case killed:
		s.kill()
		return s.begin()
	case cut:
		return errors.Join(s.proxy.Set(proxy.Cut, 0, step.d/4), s.must(Order{Do: "retry"}))
	case cutInside:
		s.proxy.CutAfter(step.n, step.up)
	case vanish:
		s.proxy.Vanish()
	case blackHole:
		return s.proxy.Set(proxy.Blackhole, 0, step.d)
	case slow:
		return s.proxy.Set(proxy.Slow, step.d/4, step.d)
	case diskFull:
		s.full = true
		return s.must(Order{Do: "disk", N: int64(step.n)})
	case diskFree:
		s.full = false
		return s.must(Order{Do: "disk", N: -1})
	case refused:
		s.relay.refuseResume()
		return errors.Join(s.proxy.Set(proxy.Cut, 0, step.d/4), s.must(Order{Do: "retry"}))
	case sentTwice:
		s.relay.sendTwice(twice{up: step.up, message: step.n%3 > 0, late: max(0, step.n%8-3), told: step.n%4 > 0})
	case tokenEnded, tokenFresh:
		return s.must(Order{Do: "token", On: step.kind == tokenFresh})
	case tokenOnce:
		return s.must(Order{Do: "token", N: 1})
	case clockJumps:
		return s.must(Order{Do: "clock", Offset: step.d})
	case locks:
		s.locked = true
		a, err := s.exchange(Order{Do: "lock"})
		if a.Err != "" && !s.full {
			err = errors.Join(err, failure(a))
		}
		return err
	case unlocks:
		return s.unlock()
	}
	return nil
}

func (s *side) unlock() error {
	if !s.locked {
		return nil
	}
	a, err := s.exchange(Order{Do: "unlock"})
	if a.Err == "" {
		s.locked = false
	} else if !s.full {
		err = errors.Join(err, failure(a))
	}
	return err
}

// next makes a body that nobody else writes.
func (s *side) next() string {
	s.number++
	return fmt.Sprintf("%s%s%03d", s.prefix, s.letter, s.number)
}

// say makes the program send a message.
func (s *side) say(conv string) error {
	if err := s.unlock(); err != nil || s.locked {
		return err
	}
	body := s.next()
	a, err := s.exchange(Order{Do: "send", Conv: conv, Body: body})
	switch {
	case err != nil:
		return err
	case a.Err == "":
		s.kept[conv] = append(s.kept[conv], body)
	case s.full:
		s.refused[body] = true
	default:
		return fmt.Errorf("%s says %s: %w", s.letter, body, failure(a))
	}
	return nil
}

// sayKilled makes the program send a message, and kills it meanwhile.
func (s *side) sayKilled(step step) error {
	if err := s.unlock(); err != nil || s.locked {
		return err
	}
	body := s.next()
	if err := s.write(Order{Do: "send", Conv: s.peer, Body: body}); err != nil {
		return err
	}
	time.Sleep(step.d / 100)
	switch a, said := s.kill(); {
	case said && a.Err == "":
		s.kept[s.peer] = append(s.kept[s.peer], body)
	case said && s.full:
		s.refused[body] = true
	case said:
		return fmt.Errorf("%s says %s: %w", s.letter, body, failure(a))
	default:
		s.unsure[body] = true
	}
	return s.begin()
}

// heal ends all faults and waits until nothing waits in the program.
func (s *side) heal(limit time.Duration) error {
	s.relay.calm()
	s.proxy.CutAfter(1<<40, true)
	s.proxy.CutAfter(1<<40, false)
	if err := s.proxy.Set(proxy.Up, 0, 0); err != nil {
		return err
	}
	s.full = false
	for _, o := range []Order{{Do: "disk", N: -1}, {Do: "token", On: true}, {Do: "clock"}} {
		if err := s.must(o); err != nil {
			return err
		}
	}
	if err := s.unlock(); err != nil {
		return err
	}
	if err := s.must(Order{Do: "retry"}); err != nil {
		return err
	}
	a, err := s.exchange(Order{Do: "settle", Offset: limit})
	if err == nil && !a.OK {
		err = fmt.Errorf("%s is not settled: %s", s.letter, a.State)
	}
	return err
}

func (s *side) dump(conv string) ([]string, error) {
	a, err := s.exchange(Order{Do: "dump", Conv: conv, Body: s.prefix})
	return a.Bodies, errors.Join(err, failure(a))
}

// end ends the program in order.
func (s *side) end() error {
	_ = s.in.Close()
	_, _ = io.Copy(io.Discard, s.out)
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("%s's program ended: %w\n%s", s.letter, err, &s.log)
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 256 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if extra := len(t.text) - tailSize; extra > tailSize {
		t.text = bytes.Clone(t.text[extra:])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text[max(0, len(t.text)-tailSize):])
}

package ui

import "sync"

// saves tracks the drafts of closed windows that are being written to disk. Locking, logging out or removing an account and
// reopening a conversation wait for them. The methods may be called from any goroutine.
type saves struct {
	mu      sync.Mutex
	changed sync.Cond
	running map[string]int // account → saves
}

func newSaves() *saves {
	s := &saves{running: map[string]int{}}
	s.changed.L = &s.mu
	return s
}

// Begin marks a save of an account as running until end is called.
func (s *saves) Begin(account string) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[account]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.running[account]--; s.running[account] == 0 {
			delete(s.running, account)
		}
		s.changed.Broadcast()
	}
}

// Running reports whether Wait would wait.
func (s *saves) Running(account string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[account] > 0
}

// Wait blocks until all saves of the account have ended.
func (s *saves) Wait(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.running[account] > 0 {
		s.changed.Wait()
	}
}

// WaitAll blocks until all saves have ended.
func (s *saves) WaitAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.running) > 0 {
		s.changed.Wait()
	}
}

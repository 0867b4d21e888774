package ui

import "sync"

// saves knows which accounts have drafts of closed windows on their way to the disk. An account is locked, logged out or removed,
// and a conversation is opened again, after them. Its methods may be called from any goroutine.
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

// Begin counts a save of an account until end is called.
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

// Wait returns when everything that was written in the account's closed windows is on the disk.
func (s *saves) Wait(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.running[account] > 0 {
		s.changed.Wait()
	}
}

// WaitAll is [saves.Wait] for every account.
func (s *saves) WaitAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.running) > 0 {
		s.changed.Wait()
	}
}

package xmpp

import (
	"context"
	"fmt"
	"time"
)

// question is something that the server should answer soon. Any element counts as the answer, and so does a large part of one.
type question struct {
	at       time.Time
	progress uint64 // of the connection, just before
	patience time.Duration
}

// slowestBytes is how many bytes a second a network carries at least, before it counts as dead.
const slowestBytes = 8 << 10

// keepAlive ends the session when the server is silent. It pings from time to time when idle, and at once when probed; a message of the
// user also counts as a ping.
func (s *session) keepAlive(live context.Context, fail context.CancelCauseFunc) {
	rest := s.client.cfg.PingEvery
	timer := time.NewTimer(rest)
	defer timer.Stop()
	var open question // the unanswered one; zero: none
	ask := func(q question) {
		if !open.at.IsZero() && s.conn.progress() == open.progress && open.deadline().Before(q.deadline()) {
			return // still unanswered, and ends earlier
		}
		open = q
		timer.Reset(time.Until(q.deadline()))
	}
	ping := func(patience time.Duration) {
		ask(question{time.Now(), s.conn.progress(), patience})
		s.ping()
	}
	for {
		select {
		case <-timer.C:
		case q := <-s.asked:
			q.patience += s.urgency()
			ask(q)
			continue
		case <-s.probe:
			if s.conn.uprooted() {
				fail(fmt.Errorf("%w: the address of this computer has gone", ErrUnreachable))
				return
			}
			ping(s.urgency())
			continue
		case <-live.Done():
			return
		}
		switch {
		case open.at.IsZero():
			ping(s.client.cfg.PingTimeout)
			continue
		case !s.paused.Load() && s.conn.progress() == open.progress: // in this order: see read
			fail(fmt.Errorf("%w: no answer in %s", ErrUnreachable, open.patience))
			return
		}
		open = question{}
		timer.Reset(rest)
	}
}

func (q question) deadline() time.Time { return q.at.Add(q.patience) }

// urgency is how long the server may be silent while the user waits. A slow network, which was slow already when the session began, is
// given more.
func (s *session) urgency() time.Duration {
	c := s.client.cfg
	return max(c.SendTimeout, min(4*s.conn.slowest, c.PingTimeout))
}

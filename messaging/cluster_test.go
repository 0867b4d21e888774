//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// TestACluster is about two nodes of ejabberd on PostgreSQL, clients on both, and the end of each node in turn.
func TestACluster(t *testing.T) {
	s := sandboxtest.Start(t, "--nodes", "2", "--history", "40")
	var all []*member
	for _, name := range []string{"Dr Claire Martin", "Paul Durand", "Nadia Benali", "Dr Hélène Lefèvre"} { // on both nodes, in turn
		m := &member{Person: s.Person(name), dir: t.TempDir()}
		m.begin(t, s)
		all = append(all, m)
	}
	for i, m := range all {
		m.other = all[i^1].JID // a pair is on both nodes
	}
	nodesAreKilled(t, s, all)
	aGroupIsKilled(t, s, all)
}

// member is a device of somebody who writes to one other and in groups.
type member struct {
	*device
	sandboxtest.Person
	other string
	dir   string
}

func (m *member) begin(t *testing.T, s *sandboxtest.Sandbox) {
	m.device = newDevice(t, s, m.Person, m.dir)
	m.Start()
	m.synced(t)
}

func (m *member) online() bool { return m.Connection().State == messaging.Online }

// nodesAreKilled restarts the program at the end: until an archive was read, the own messages of a group are in the order of writing.
func nodesAreKilled(t *testing.T, s *sandboxtest.Sandbox, all []*member) {
	g := s.Group("Équipe de nuit")
	text := func(from *member, kind string, i int) string {
		return fmt.Sprintf("%s %s %s %d", t.Name(), from.JID, kind, i)
	}
	const (
		n      = 40
		unsent = 8 // of one person, who then waits: so people write at the pace of the service
	)
	trouble := map[int]func(){
		8:  func() { kill(t, s, all, 1) },
		16: func() { s.EngineNode(t, "start", 1) },
		24: func() { kill(t, s, all, 2) },
		32: func() { s.EngineNode(t, "start", 2) },
	}
	for i := range n {
		if f := trouble[i]; f != nil {
			f()
		}
		for _, m := range all {
			m.until(t, "room in the outbox", func() bool { return m.Unsent() < unsent })
			_, err := m.Send(m.other, text(m, "à l’autre", i))
			check(t, err)
			_, err = m.Send(g.JID, text(m, "au groupe", i))
			check(t, err)
		}
	}
	for _, m := range all {
		m.until(t, "outbox empty", func() bool { return m.Unsent() == 0 })
		check(t, m.Close())
	}

	inGroup := archived(t, s, all[0].JID, xmpp.ArchiveQuery{Archive: jid.MustParse(g.JID)})
	lost := 0
	for _, m := range all {
		own := archived(t, s, m.JID, xmpp.ArchiveQuery{With: jid.MustParse(m.other)})
		for i := range n {
			for _, at := range []struct {
				archive []string
				text    string
			}{{own, text(m, "à l’autre", i)}, {inGroup, text(m, "au groupe", i)}} {
				if count := howOften(at.archive, at.text); count != 1 {
					t.Errorf("%q is %d times in the archive", at.text, count)
				}
			}
		}
		m.begin(t, s)
		m.holds(t, m.other, n, own)
		m.holds(t, g.JID, 2*n, inGroup)
		// A node may acknowledge a message and archive it for one side, and be killed before it archives it for the other. No
		// client can notice that.
		theirs := archived(t, s, m.other, xmpp.ArchiveQuery{With: jid.MustParse(m.JID)})
		for i := range n {
			if howOften(theirs, text(m, "à l’autre", i)) == 0 {
				lost++
			}
		}
	}
	if lost > len(all)*2*unsent {
		t.Errorf("the engine lost more than was on its way when its nodes were killed")
	}
	t.Logf("lost by the engine itself: %d of %d", lost, len(all)*n)
}

// kill ends a node, and says how long those who were on it take to be back while the others go on.
func kill(t *testing.T, s *sandboxtest.Sandbox, all []*member, node int) {
	losses := func(m *member) (n int) {
		m.got(func(e messaging.Event) bool {
			if c, ok := e.(messaging.ConnectionChanged); ok && c.Connection.State != messaging.Online {
				n++
			}
			return false
		})
		return n
	}
	before := make([]int, len(all))
	for i, m := range all {
		m.until(t, "online", m.online)
		before[i] = losses(m)
	}
	began := time.Now()
	s.EngineNode(t, "kill", node)
	gone := time.Since(began)
	cut := func(i int) bool { return losses(all[i]) > before[i] || !all[i].online() }
	for limit := time.Now().Add(patience); ; { // those who were on it notice in their own time
		if slices.ContainsFunc([]int{0, 1, 2, 3}, cut) {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("nobody was on node %d", node)
		}
		select {
		case <-all[0].told:
		case <-all[1].told:
		case <-all[2].told:
		case <-all[3].told:
		case <-time.After(patience):
		}
	}
	for i, m := range all {
		if !cut(i) {
			continue
		}
		m.until(t, "online again", m.online)
		t.Logf("node %d was gone after %v, %s is back after %v", node, gone.Round(time.Millisecond), m.Name, time.Since(began).Round(time.Millisecond))
	}
}

// archived are the texts of a test in an archive, in its order.
func archived(t testing.TB, s *sandboxtest.Sandbox, account string, q xmpp.ArchiveQuery) (list []string) {
	t.Helper()
	c := s.Wire(t, account, nil)
	for q.Max = 250; ; {
		page, err := c.Archive(t.Context(), q)
		check(t, err)
		for _, m := range page.Messages {
			if strings.HasPrefix(m.Body, t.Name()) {
				list = append(list, m.Body)
			}
		}
		if page.Complete {
			return list
		}
		q.After = page.Last
	}
}

func howOften(list []string, text string) (n int) {
	for _, v := range list {
		if v == text {
			n++
		}
	}
	return n
}

// aGroupIsKilled is about a group that has lost its occupants without notifying them. A device that writes is refused, and enters
// again at once; one that only listens finds out by a self-ping, after some time without a message.
func aGroupIsKilled(t *testing.T, s *sandboxtest.Sandbox, all []*member) {
	g := s.Group("Équipe de nuit")
	for _, m := range all {
		_, err := m.Send(g.JID, "avant "+m.JID) // so all are in the group
		check(t, err)
		m.until(t, "sent", func() bool { return m.Unsent() == 0 })
	}
	s.KillRoom(t, g.JID)
	began := time.Now()
	const asked = "encore là ?"
	_, err := all[0].Send(g.JID, asked)
	check(t, err)
	all[0].until(t, "sent", func() bool { return all[0].Unsent() == 0 })
	t.Logf("who wrote was back after %v", time.Since(began).Round(time.Millisecond))
	for _, m := range all[1:] {
		if slices.Contains(m.bodies(t, g.JID, 1), asked) {
			t.Errorf("%s was told by a group that had forgotten them", m.Name)
		}
		m.ahead.Add(int64(time.Minute)) // the while passes
	}
	for _, m := range all {
		m.until(t, "what was missed", func() bool { return slices.Contains(m.bodies(t, g.JID, 2*len(all)), asked) })
		t.Logf("%s has what was missed after %v", m.Name, time.Since(began).Round(time.Millisecond))
		_, err := m.Send(g.JID, "après "+m.JID)
		check(t, err)
		m.until(t, "sent", func() bool { return m.Unsent() == 0 })
	}
	for _, m := range all {
		// Two processes may have served the group for some moments. Devices in the wrong one find out by a self-ping as well.
		m.ahead.Add(int64(time.Minute))
		m.until(t, "everybody", func() bool {
			bodies := m.bodies(t, g.JID, len(all))
			return !slices.ContainsFunc(all, func(from *member) bool { return !slices.Contains(bodies, "après "+from.JID) })
		})
	}
}

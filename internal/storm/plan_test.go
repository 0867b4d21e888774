//go:build linux

package storm

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// kind is what a step does.
type kind string

// The kinds of steps of one person.
const (
	say        kind = "say"                  // a message to the other person
	sayGroup   kind = "say in the group"     //
	sayKilled  kind = "killed while it says" // kill -9 in the middle of sending
	killed     kind = "killed"               // kill -9, and a new start
	cut        kind = "cut"                  // the connection is reset
	cutInside  kind = "cut inside"           // the connection is reset after some bytes
	vanish     kind = "vanish"               // the connection is reset and the server is not told
	refused    kind = "resume refused"       // the connection is reset, and the server does not know the stream any more
	sentTwice  kind = "sent twice"           // an element, at once or later
	blackHole  kind = "black hole"           // nothing passes for a while
	slow       kind = "slow"                 // everything is late for a while
	diskFull   kind = "disk full"            // files may not become longer than they are, but for some bytes
	diskFree   kind = "disk free"            //
	tokenEnded kind = "token ended"          // the next login is refused
	tokenFresh kind = "token fresh"          //
	tokenOnce  kind = "token refused once"   // and then replaced
	clockJumps kind = "clock jumps"          //
	locks      kind = "locks"                //
	unlocks    kind = "unlocks"              //
)

// The kinds of steps of the server.
const (
	serverKilled  kind = "server killed"
	serverStopped kind = "server stopped"
	nodeKilled    kind = "node killed" // of a cluster
	nodeStopped   kind = "node stopped"
)

// step is one thing that happens.
type step struct {
	pause time.Duration // before it
	kind  kind
	n     int           // bytes, elements, or which node
	up    bool          // from the client to the server
	d     time.Duration // how long, how late, or by how much
}

func (s step) String() string {
	return fmt.Sprint(s.pause.Milliseconds(), " ms: ", s.kind, " ", s.n, " ", s.up, " ", s.d)
}

// plan is all that happens under one seed.
type plan struct {
	sides  [2][]step
	server []step
}

// faults are the kinds of faults of a person, and how often each comes among a hundred steps.
var faults = []struct {
	kind  kind
	often int
}{
	{cut, 3}, {cutInside, 6}, {vanish, 3}, {blackHole, 2}, {slow, 2}, {killed, 3}, {sayKilled, 3},
	{diskFull, 4}, {diskFree, 4}, {tokenEnded, 1}, {tokenFresh, 2}, {clockJumps, 2}, {locks, 3}, {unlocks, 5},
	{refused, 3}, {sentTwice, 6}, {tokenOnce, 1},
}

// everyServer is how often a seed has the server break as well.
const everyServer = 6

// withServer reports whether the server breaks under a seed: such a one has it for itself.
func withServer(seed uint64) bool { return seed%everyServer == 0 }

// newPlan makes the plan of a seed, with so many steps for each person. Of several nodes one breaks at a time.
func newPlan(seed uint64, steps, nodes int) plan {
	r := rand.New(rand.NewPCG(seed, 0x53746f726d))
	var p plan
	for i := range p.sides {
		for range steps {
			s := newStep(r)
			if nodes > 1 { // a node takes seconds to come back, and people write meanwhile
				s.pause *= 12
			}
			p.sides[i] = append(p.sides[i], s)
		}
	}
	switch {
	case nodes > 1:
		first := r.IntN(nodes)
		for i := range nodes {
			k := nodeKilled
			if r.IntN(4) == 0 {
				k = nodeStopped
			}
			p.server = append(p.server, step{
				pause: time.Duration(300+r.IntN(700)) * time.Millisecond, kind: k, n: 1 + (first+i)%nodes, d: time.Duration(r.IntN(1000)) * time.Millisecond,
			})
		}
	case withServer(seed):
		for range 1 + r.IntN(2) {
			k := serverKilled
			if r.IntN(3) == 0 {
				k = serverStopped
			}
			p.server = append(p.server, step{pause: time.Duration(200+r.IntN(600)) * time.Millisecond, kind: k, d: time.Duration(r.IntN(300)) * time.Millisecond})
		}
	}
	return p
}

func newStep(r *rand.Rand) step {
	s := step{kind: say, n: r.IntN(6000), up: r.IntN(2) == 0, d: time.Duration(20+r.IntN(400)) * time.Millisecond}
	if r.IntN(3) > 0 { // messages come in bursts
		s.pause = time.Duration(r.IntN(40)) * time.Millisecond
	}
	left := r.IntN(100)
	for _, f := range faults {
		if left < f.often {
			s.kind = f.kind
			break
		}
		left -= f.often
	}
	switch {
	case s.kind == say && r.IntN(3) == 0:
		s.kind = sayGroup
	case s.kind == clockJumps:
		s.d = time.Duration(r.IntN(240)-120) * time.Minute
	case s.kind == diskFull && r.IntN(3) == 0:
		s.n = 0
	}
	return s
}

package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"

	"discussions/cmd/sandbox/internal/people"

	"golang.org/x/sync/errgroup"
)

// Engines is the message service: one engine, or the nodes of a cluster that share a database. Clients are sent to the nodes in turn, as
// a load balancer would.
type Engines struct {
	nodes    []*Engine
	database *PostgreSQL // of a cluster
	ldap     *LDAP
	turns    [2]atomic.Uint32
}

// NewEngines writes the configuration of so many nodes in o.Dir; nothing but the database of a cluster runs before [Engines.Start].
func NewEngines(ctx context.Context, o Options, nodes int) (*Engines, error) {
	network := loopback()
	if o.LDAP != nil {
		o.LDAP.Address = network(1)
	}
	if nodes == 1 {
		e, err := New(o)
		if err != nil {
			return nil, err
		}
		return &Engines{nodes: []*Engine{e}, ldap: o.LDAP}, nil
	}
	if nodes < 1 || o.Kind != Ejabberd || o.LDAP != nil {
		return nil, fmt.Errorf("a cluster of %d nodes of %s: only %s has clusters, here without LDAP", nodes, o.Kind, Ejabberd)
	}
	all := &Engines{}
	dir := filepath.Join(o.Dir, "postgresql")
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		all.database, err = startPostgreSQL(ctx, dir, network(1))
	}
	if err != nil {
		return nil, err
	}
	cookie := rand.Text()
	for i := range nodes {
		of := o
		of.Dir = filepath.Join(o.Dir, fmt.Sprint("node", i+1))
		of.Node = &Node{Address: network(2 + i), Control: network(254), Port: 4370, Cookie: cookie, Database: all.database}
		if i > 0 {
			of.Node.Join = network(2)
		}
		err := os.Mkdir(of.Dir, 0o700)
		var e *Engine
		if err == nil {
			e, err = New(of)
		}
		if err != nil {
			all.Kill()
			return nil, err
		}
		all.nodes = append(all.nodes, e)
	}
	return all, nil
}

// loopback is a network of this computer's own that hardly anybody else can use at the same time: all of 127.0.0.0/8 is loopback.
func loopback() func(host int) string {
	var part [2]byte
	_, _ = rand.Read(part[:]) // never fails
	return func(host int) string { return fmt.Sprintf("127.%d.%d.%d", 1+part[0]%254, part[1], host) }
}

// erlangAddress is an IPv4 address as an Erlang term.
func erlangAddress(address string) string { return "{" + strings.ReplaceAll(address, ".", ",") + "}" }

// Seed is [Engine.Seed]. It starts the LDAP server, where there is one.
func (s *Engines) Seed(ctx context.Context, everyone []people.Person, history []people.Message) error {
	if s.ldap != nil {
		if err := s.ldap.start(ctx, everyone); err != nil {
			return err
		}
	}
	return s.nodes[0].Seed(ctx, everyone, history)
}

// some are the nodes with a number from 1 on; 0: all.
func (s *Engines) some(node int) ([]*Engine, error) {
	switch {
	case node == 0:
		return s.nodes, nil
	case node < 0 || node > len(s.nodes):
		return nil, fmt.Errorf("there is no node %d of %d", node, len(s.nodes))
	}
	return s.nodes[node-1 : node], nil
}

// Start is [Engine.Start] of a node; 0: of all, one after the other.
func (s *Engines) Start(ctx context.Context, node int) error {
	nodes, err := s.some(node)
	if err != nil {
		return err
	}
	for _, e := range nodes {
		if err := e.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Stop is [Engine.Stop] of a node; 0: of all.
func (s *Engines) Stop(ctx context.Context, node int) error {
	nodes, err := s.some(node)
	if err != nil {
		return err
	}
	var all errgroup.Group
	for _, e := range nodes {
		all.Go(func() error { return e.Stop(ctx) })
	}
	return all.Wait()
}

// KillNode is [Engine.Kill] of a node; 0: of all.
func (s *Engines) KillNode(node int) error {
	nodes, err := s.some(node)
	if err != nil {
		return err
	}
	for _, e := range nodes {
		e.Kill()
	}
	return nil
}

// KillRoom ends the process of a group on whatever node of a cluster has it, and forgets it, as the loss of a node does: nobody who is in
// the group is told.
func (s *Engines) KillRoom(ctx context.Context, room string) error {
	n := s.nodes[0].o.Node
	if n == nil {
		return errors.New("only the groups of a cluster can be killed")
	}
	local, host, _ := strings.Cut(room, "@")
	script := fmt.Sprintf(`Room = <<"%s">>, Host = <<"%s">>, Node = '%s',
		case rpc:call(Node, mod_muc, find_online_room, [Room, Host]) of
			{ok, Process} ->
				exit(Process, kill),
				rpc:call(Node, mod_muc_mnesia, unregister_online_room, [<<"%s">>, Room, Host, Process]),
				halt(0);
			Other -> io:format("~p", [Other]), halt(1)
		end.`, local, host, n.name(), s.nodes[0].o.Domain)
	asking := *n
	asking.Address = n.Control
	c := exec.CommandContext(ctx, "erl", append([]string{"-noinput", "-hidden", "-eval", script}, asking.arguments()...)...)
	c.Dir = s.nodes[0].o.Dir
	c.Env = append(os.Environ(), "HOME="+c.Dir)
	if output, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("kill the group %s: %w: %s", room, err, output)
	}
	return nil
}

// Kill ends everything, the database as well.
func (s *Engines) Kill() {
	for _, e := range s.nodes {
		e.Kill()
	}
	if s.database != nil {
		s.database.kill()
	}
	s.ldap.kill()
}

// Dial connects to the next node that listens, for the program.
func (s *Engines) Dial(ctx context.Context) (net.Conn, error) {
	return s.dial(ctx, &s.turns[0], (*Engine).Dial)
}

// DialClient connects to the next node that listens, for the sandbox's own people.
func (s *Engines) DialClient(ctx context.Context) (net.Conn, error) {
	return s.dial(ctx, &s.turns[1], (*Engine).DialClient)
}

func (s *Engines) dial(ctx context.Context, turn *atomic.Uint32, dial func(*Engine, context.Context) (net.Conn, error)) (net.Conn, error) {
	first := int(turn.Add(1) - 1)
	var errs []error
	for i := range s.nodes {
		conn, err := dial(s.nodes[(first+i)%len(s.nodes)], ctx)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

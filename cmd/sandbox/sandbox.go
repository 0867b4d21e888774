package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"discussions/cmd/sandbox/internal/authority"
	"discussions/cmd/sandbox/internal/control"
	"discussions/cmd/sandbox/internal/engine"
	"discussions/cmd/sandbox/internal/people"
	"discussions/cmd/sandbox/internal/players"
	"discussions/cmd/sandbox/internal/provider"
	"discussions/internal/proxy"
)

// options are the command line's.
type options struct {
	engine    string
	nodes     int // of the engine
	people    int
	pairs     int // of people whom nobody plays
	contacts  int // of Claire alone, whom nobody plays
	history   int
	unacked   int  // stanzas, at most
	proxied   bool // names that only a proxy finds
	ldap      bool
	tokenLife time.Duration
	answer    time.Duration // from a message to its answer
	play      bool          // play everybody, Claire and Paul as well
	greet     bool          // say who can log in
}

// sandbox is the organisation while it runs.
type sandbox struct {
	options
	dir       string
	everyone  []people.Person
	groups    []people.Group
	authority *authority.Authority // signs the certificate of the servers
	caFile    string               // the authority's certificate
	signer    *provider.Signer
	engines   *engine.Engines
	chat      *proxy.Proxy // before the engine's websocket
	identity  *proxy.Proxy // before the provider
	provider  *provider.Provider
	troupe    *players.Troupe
	issuer    string
	close     []func() // in order of starting
}

// newSandbox prepares the organisation and its people.
func newSandbox(o options, dir string) *sandbox {
	everyone, pairs := people.Everyone(o.people), people.Pairs(o.pairs)
	groups := people.Groups(everyone)
	everyone = slices.Concat(everyone, pairs, people.Contacts(o.contacts))
	return &sandbox{options: o, dir: dir, everyone: everyone, groups: append(groups, people.PairGroups(everyone[0], pairs)...)}
}

// start brings the organisation up in dir, which exists and is empty. What it
// returns is to be stopped, also when there is an error.
func start(ctx context.Context, o options, dir string) (*sandbox, announcement, error) {
	s := newSandbox(o, dir)
	for _, step := range []func(context.Context) error{s.createAuthority, s.startProvider, s.startEngine, s.startPlayers} {
		if err := step(ctx); err != nil {
			return s, announcement{}, err
		}
	}
	a, err := s.startControl()
	return s, a, err
}

// createAuthority makes the keys that sign certificates and tokens.
func (s *sandbox) createAuthority(context.Context) (err error) {
	if s.authority, err = authority.New("Autorité du bac à sable"); err != nil {
		return err
	}
	s.caFile = filepath.Join(s.dir, "ca.pem")
	if err := os.WriteFile(s.caFile, s.authority.PEM, 0o600); err != nil {
		return err
	}
	s.signer, err = provider.NewSigner()
	return err
}

// startEngine starts the message server behind its proxy, with the history of the conversations in its archive.
func (s *sandbox) startEngine(ctx context.Context) error {
	certificate, err := s.authority.Issue("localhost", people.Domain, people.Rooms)
	if err != nil {
		return err
	}
	key, err := s.signer.Public()
	if err != nil {
		return err
	}
	// The proxy comes before the engine: its port is in the engine's configuration.
	s.chat, err = proxy.Listen(func(ctx context.Context) (net.Conn, error) { return s.engines.Dial(ctx) })
	if err != nil {
		return err
	}
	s.onClose(func() { _ = s.chat.Close() })
	engineDir, err := s.mkdir("engine")
	if err != nil {
		return err
	}
	var ldap *engine.LDAP
	if s.ldap {
		ldapDir, err := s.mkdir("ldap")
		if err != nil {
			return err
		}
		ldap = &engine.LDAP{Dir: ldapDir}
	}
	s.engines, err = engine.NewEngines(ctx, engine.Options{
		Kind:        s.engine,
		Dir:         engineDir,
		Domain:      people.Domain,
		Rooms:       people.Rooms,
		Certificate: certificate,
		TokenKey:    key,
		WebSocket:   s.webSocket(),
		Public:      s.public(),
		Unacked:     s.unacked,
		LDAP:        ldap,
	}, s.nodes)
	if err != nil {
		return err
	}
	s.onClose(s.engines.Kill)
	if err := s.engines.Seed(ctx, s.everyone, people.History(s.everyone, people.Groups(s.everyone), s.history, time.Now())); err != nil {
		return err
	}
	return s.engines.Start(ctx, 0)
}

// mkdir makes a folder for a part of the sandbox.
func (s *sandbox) mkdir(name string) (string, error) {
	dir := filepath.Join(s.dir, name)
	return dir, os.Mkdir(dir, 0o700)
}

// public is the address at which the program reaches the engine.
func (s *sandbox) public() string {
	if s.proxied {
		return "https://" + people.Domain
	}
	return "https://" + s.chat.Address()
}

func (s *sandbox) webSocket() string { return "wss" + strings.TrimPrefix(s.public(), "https") + "/ws" }

// behind is where a proxy has to lead, by host and port.
func (s *sandbox) behind() map[string]string {
	if !s.proxied {
		return nil
	}
	return map[string]string{people.Domain + ":443": s.chat.Address(), people.Provider + ":443": s.identity.Address()}
}

// startPlayers connects the colleagues who answer.
func (s *sandbox) startPlayers(ctx context.Context) error {
	s.troupe = players.New(players.Options{
		Dial:     s.engines.DialClient,
		Roots:    s.authority.Pool(),
		Token:    func(jid string) (string, error) { return s.Token(jid, time.Hour) },
		Everyone: s.everyone,
		Groups:   s.groups,
		Absent:   s.absent(),
		Answer:   s.answer,
	})
	s.onClose(s.troupe.Close)
	return s.troupe.Start(ctx)
}

// startControl serves what drives the sandbox from outside, and announces where everything is.
func (s *sandbox) startControl() (a announcement, err error) {
	others, err := proxy.Listen(func(ctx context.Context) (net.Conn, error) { return s.engines.DialClient(ctx) })
	if err != nil {
		return a, err
	}
	s.onClose(func() { _ = others.Close() })
	config := filepath.Join(s.dir, "discussions.toml")
	if err := s.writeDeployment(config); err != nil {
		return a, err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return a, err
	}
	s.serve(listener, control.Handler(s))
	return announcement{
		Server:    s.engine,
		Config:    config,
		Issuer:    s.issuer,
		WebSocket: s.webSocket(),
		CAFile:    s.caFile,
		Control:   "http://" + listener.Addr().String(),
		Client:    others.Address(),
		Domain:    people.Domain,
		People:    s.everyone,
		Groups:    announceGroups(s.groups),
		Behind:    s.behind(),
	}, nil
}

// startProvider serves the OpenID provider behind its proxy.
func (s *sandbox) startProvider(context.Context) error {
	socket := filepath.Join(s.dir, "provider.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	s.identity, err = proxy.Listen(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.onClose(func() { _ = s.identity.Close() })
	s.issuer = "http://" + s.identity.Address()
	if s.proxied {
		s.issuer = "https://" + people.Provider
		if listener, err = s.encrypted(listener); err != nil {
			return err
		}
	}
	s.provider, err = provider.New(provider.Options{
		Issuer:    s.issuer,
		Name:      organisation,
		People:    s.everyone,
		Signer:    s.signer,
		TokenLife: s.tokenLife,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.serve(listener, s.provider)
	return nil
}

// encrypted is a listener that speaks TLS under the provider's name.
func (s *sandbox) encrypted(listener net.Listener) (net.Listener, error) {
	both, err := s.authority.Issue(people.Provider)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	certificate, err := authority.Pair(both)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}}), nil
}

// absent lists the people that the sandbox does not play: the user does.
func (s *sandbox) absent() (list []string) {
	for i, p := range s.everyone {
		if p.Pair != 0 || i < 2 && !s.play {
			list = append(list, p.JID)
		}
	}
	return list
}

func (s *sandbox) onClose(f func()) {
	s.close = append(s.close, f)
}

// stop ends everything that start began, the latest first.
func (s *sandbox) stop() {
	for len(s.close) > 0 {
		last := len(s.close) - 1
		s.close[last]()
		s.close = s.close[:last]
	}
}

// serve answers HTTP until the sandbox stops.
func (s *sandbox) serve(listener net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // until it is closed
	}()
	s.onClose(func() {
		_ = server.Close()
		<-ended
	})
}

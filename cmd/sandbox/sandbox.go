package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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
	unacked   int // stanzas, at most
	ldap      bool
	tokenLife time.Duration
	answer    time.Duration // from a message to its answer
	play      bool          // play everybody, Claire and Paul as well
	greet     bool          // say who can log in
}

// sandbox is the organisation while it runs.
type sandbox struct {
	options
	dir      string
	everyone []people.Person
	signer   *provider.Signer
	engines  *engine.Engines
	chat     *proxy.Proxy // before the engine's websocket
	identity *proxy.Proxy // before the provider
	provider *provider.Provider
	troupe   *players.Troupe
	issuer   string
	close    []func() // in order of starting
}

// start brings the organisation up in dir, which exists and is empty. What it
// returns is to be stopped, also when there is an error.
func start(ctx context.Context, o options, dir string) (s *sandbox, a announcement, err error) {
	s = &sandbox{options: o, dir: dir, everyone: people.Everyone(o.people)}
	groups := people.Groups(s.everyone)
	pairs := people.Pairs(o.pairs)
	s.everyone, groups = slices.Concat(s.everyone, pairs, people.Contacts(o.contacts)), append(groups, people.PairGroups(s.everyone[0], pairs)...)
	ca, err := authority.New("Autorité du bac à sable")
	if err != nil {
		return s, a, err
	}
	caFile := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(caFile, ca.PEM, 0o600); err != nil {
		return s, a, err
	}
	certificate, err := ca.Issue("localhost", people.Domain, people.Rooms)
	if err != nil {
		return s, a, err
	}
	if s.signer, err = provider.NewSigner(); err != nil {
		return s, a, err
	}
	key, err := s.signer.Public()
	if err != nil {
		return s, a, err
	}

	if err := s.startProvider(); err != nil {
		return s, a, err
	}
	// The proxy comes before the engine: its port is in the engine's configuration.
	s.chat, err = proxy.Listen(func(ctx context.Context) (net.Conn, error) { return s.engines.Dial(ctx) })
	if err != nil {
		return s, a, err
	}
	s.onClose(func() { _ = s.chat.Close() })
	engineDir := filepath.Join(dir, "engine")
	if err := os.Mkdir(engineDir, 0o700); err != nil {
		return s, a, err
	}
	webSocket := "wss://" + s.chat.Address() + "/ws"
	var ldap *engine.LDAP
	if o.ldap {
		ldap = &engine.LDAP{Dir: filepath.Join(dir, "ldap")}
		if err := os.Mkdir(ldap.Dir, 0o700); err != nil {
			return s, a, err
		}
	}
	s.engines, err = engine.NewEngines(ctx, engine.Options{
		Kind:        o.engine,
		Dir:         engineDir,
		Domain:      people.Domain,
		Rooms:       people.Rooms,
		Certificate: certificate,
		TokenKey:    key,
		WebSocket:   webSocket,
		Public:      "https://" + s.chat.Address(),
		Unacked:     o.unacked,
		LDAP:        ldap,
	}, o.nodes)
	if err != nil {
		return s, a, err
	}
	s.onClose(s.engines.Kill)
	if err := s.engines.Seed(ctx, s.everyone, people.History(s.everyone, people.Groups(s.everyone), s.history, time.Now())); err != nil {
		return s, a, err
	}
	if err := s.engines.Start(ctx, 0); err != nil {
		return s, a, err
	}
	s.troupe = players.New(players.Options{
		Dial:     s.engines.DialClient,
		Roots:    ca.Pool(),
		Token:    func(jid string) (string, error) { return s.Token(jid, time.Hour) },
		Everyone: s.everyone,
		Groups:   groups,
		Absent:   s.absent(),
		Answer:   s.answer,
	})
	s.onClose(s.troupe.Close)
	if err := s.troupe.Start(ctx); err != nil {
		return s, a, err
	}
	others, err := proxy.Listen(func(ctx context.Context) (net.Conn, error) { return s.engines.DialClient(ctx) })
	if err != nil {
		return s, a, err
	}
	s.onClose(func() { _ = others.Close() })
	config := filepath.Join(dir, "discussions.toml")
	if err := writeDeployment(config, people.Domain, webSocket, s.issuer, provider.ClientID, caFile); err != nil {
		return s, a, err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return s, a, err
	}
	s.serve(listener, control.Handler(s))
	a = announcement{
		Server:    s.engine,
		Config:    config,
		Issuer:    s.issuer,
		WebSocket: webSocket,
		CAFile:    caFile,
		Control:   "http://" + listener.Addr().String(),
		Client:    others.Address(),
		Domain:    people.Domain,
		People:    s.everyone,
		Groups:    announceGroups(groups),
	}
	return s, a, nil
}

// startProvider serves the OpenID provider behind its proxy.
func (s *sandbox) startProvider() error {
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

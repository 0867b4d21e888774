package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"discussions/cmd/sandbox/internal/authority"
	"discussions/cmd/sandbox/internal/control"
	"discussions/cmd/sandbox/internal/engine"
	"discussions/cmd/sandbox/internal/people"
	"discussions/cmd/sandbox/internal/provider"
	"discussions/cmd/sandbox/internal/proxy"
)

// options are the command line's.
type options struct {
	people    int
	history   int
	tokenLife time.Duration
}

// sandbox is the organisation while it runs.
type sandbox struct {
	options
	dir      string
	everyone []people.Person
	signer   *provider.Signer
	engine   *engine.Engine
	chat     *proxy.Proxy // before the engine's websocket
	identity *proxy.Proxy // before the provider
	issuer   string
	close    []func() // in order of starting
}

// start brings the organisation up in dir, which exists and is empty. What it
// returns is to be stopped, also when there is an error.
func start(ctx context.Context, o options, dir string) (s *sandbox, a announcement, err error) {
	s = &sandbox{options: o, dir: dir, everyone: people.Everyone(o.people)}
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

	// The proxies come first: their ports are part of the engine's configuration.
	s.chat, err = proxy.Listen(func(ctx context.Context) (net.Conn, error) { return s.engine.Dial(ctx) })
	if err != nil {
		return s, a, err
	}
	s.onClose(func() { _ = s.chat.Close() })
	engineDir := filepath.Join(dir, "engine")
	if err := os.Mkdir(engineDir, 0o700); err != nil {
		return s, a, err
	}
	webSocket := "wss://" + s.chat.Address() + "/ws"
	s.engine, err = engine.New(engine.Options{
		Dir:         engineDir,
		Domain:      people.Domain,
		Rooms:       people.Rooms,
		Certificate: certificate,
		TokenKey:    key,
		WebSocket:   webSocket,
		Upload:      "https://" + s.chat.Address() + "/upload",
	})
	if err != nil {
		return s, a, err
	}
	if err := s.engine.Seed(ctx, s.everyone, nil); err != nil {
		return s, a, err
	}
	s.onClose(s.engine.Kill)
	if err := s.engine.Start(ctx); err != nil {
		return s, a, err
	}
	config := filepath.Join(dir, "discussions.toml")
	if err := writeDeployment(config, people.Domain, webSocket, s.issuer, provider.ClientID, caFile); err != nil {
		return s, a, err
	}
	address, err := s.serve(control.Handler(s))
	if err != nil {
		return s, a, err
	}
	a = announcement{
		Config:    config,
		Issuer:    s.issuer,
		WebSocket: webSocket,
		CAFile:    caFile,
		Control:   "http://" + address,
		Domain:    people.Domain,
		People:    s.everyone,
		Groups:    announceGroups(people.Groups(s.everyone)),
	}
	return s, a, nil
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

// serve answers HTTP on a free loopback port.
func (s *sandbox) serve(h http.Handler) (address string, err error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	s.onClose(func() { _ = server.Close() })
	return listener.Addr().String(), nil
}

// Token implements [control.Sandbox].
func (s *sandbox) Token(jid string, life time.Duration) (string, error) {
	p, ok := people.ByJID(s.everyone, jid)
	if !ok {
		return "", fmt.Errorf("nobody has the address %q", jid)
	}
	if life <= 0 {
		life = s.tokenLife
	}
	return s.signer.AccessToken(s.issuer, p, life)
}

// Network implements [control.Sandbox].
func (s *sandbox) Network(what, state string, delay, d time.Duration) error {
	switch what {
	case "websocket":
		return s.chat.Set(proxy.State(state), delay, d)
	case "provider":
		return s.identity.Set(proxy.State(state), delay, d)
	}
	return fmt.Errorf("unknown network %q: websocket or provider", what)
}

// Engine implements [control.Sandbox].
func (s *sandbox) Engine(ctx context.Context, state string) error {
	switch state {
	case "stop":
		return s.engine.Stop(ctx)
	case "start":
		return s.engine.Start(ctx)
	case "kill":
		s.engine.Kill()
		return nil
	}
	return errors.New("unknown state of the engine " + state + ": stop, start or kill")
}

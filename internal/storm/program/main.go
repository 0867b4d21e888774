//go:build linux

// Program is a person's program in a storm: what storm.Profile and storm.Order say comes in, a line each, and storm.Answer goes out.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"discussions/internal/netwatch"
	"discussions/internal/netwatch/netwatchtest"
	"discussions/internal/secret"
	"discussions/internal/storm"
	"discussions/messaging"
	"discussions/messaging/model"
)

var storeKey = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))

// program is a person's program without screens.
type program struct {
	storm.Profile
	*messaging.Client
	ended  atomic.Bool  // the token
	once   atomic.Bool  // until it is refused
	offset atomic.Int64 // of the clock
	told   chan struct{}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "program:", err)
		os.Exit(1)
	}
}

func run() error {
	signal.Ignore(syscall.SIGXFSZ)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	p := &program{told: make(chan struct{}, 1)}
	if !in.Scan() {
		return errors.New("no profile")
	}
	if err := json.Unmarshal(in.Bytes(), &p.Profile); err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(p.CA))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		if p.alone() {
			way, err := new(net.Dialer).DialContext(ctx, "udp", "192.0.2.1:9") // sends nothing: is there a way to the world?
			if err != nil {
				return nil, err
			}
			_ = way.Close()
			network = "unix"
		}
		return new(net.Dialer).DialContext(ctx, network, p.Proxy)
	}}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.Client = messaging.New(messaging.Config{
		JID: p.JID, Name: p.Name, Dir: p.Dir, Domain: p.Domain, WebSocket: p.WebSocket, Transport: transport,
		Log: log,
		Token: func(context.Context) (secret.Text, error) {
			if p.ended.Load() {
				return secret.New(p.Ended), nil
			}
			return secret.New(p.Token), nil
		},
		Refused: func(secret.Text) {
			if p.once.Load() {
				p.ended.Store(false)
			}
		},
		Now: func() time.Time { return time.Now().Add(time.Duration(p.offset.Load())) },
	})
	p.Subscribe(func(messaging.Event) {
		select {
		case p.told <- struct{}{}:
		default:
		}
	})
	if err := p.Unlock(storeKey); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	if damaged, _ := filepath.Glob(filepath.Join(p.Dir, "*.damaged-*")); len(damaged) > 0 {
		return fmt.Errorf("set aside: %v", damaged)
	}
	if p.alone() {
		defer netwatch.Watch(log, p.Retry).Close()
	}
	p.Start()
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(storm.Answer{OK: true})
	for in.Scan() {
		var o storm.Order
		if err := json.Unmarshal(in.Bytes(), &o); err != nil {
			return err
		}
		if err := out.Encode(p.do(o)); err != nil {
			return err
		}
	}
	return p.Close()
}

func (p *program) do(o storm.Order) (a storm.Answer) {
	var err error
	switch o.Do {
	case "send":
		_, err = p.Send(messaging.ConversationID(o.Conv), messaging.Text{Body: o.Body})
	case "disk":
		err = p.limit(o.N)
	case "token":
		p.once.Store(o.N > 0)
		p.ended.Store(!o.On)
	case "clock":
		p.offset.Store(int64(o.Offset))
	case "retry":
		p.Retry()
	case "lock":
		err = p.Lock()
	case "unlock":
		err = p.Unlock(storeKey)
	case "settle":
		a.OK, a.State = p.settle(o.Offset)
	case "wait":
		select {
		case <-p.told:
		case <-time.After(o.Offset):
		}
	case "network":
		if o.On {
			a.OK = p.networkComes()
		} else {
			err = netwatchtest.SetAddress([4]byte{})
		}
	case "ready":
		err = p.ready(o.Conv)
	case "dump":
		a.Bodies, err = p.dump(o.Conv, o.Body)
	default:
		err = fmt.Errorf("unknown order %q", o.Do)
	}
	if err != nil {
		a.Err = err.Error()
	}
	return a
}

// alone reports whether the program has a network of its own.
func (p *program) alone() bool { return strings.HasPrefix(p.Proxy, "/") }

// networkComes waits until the next attempt is far away, has the network come, and reports whether the program tries before that.
func (p *program) networkComes() bool {
	const far = 3 * time.Second
	conn := p.until(func(c messaging.Connection) bool { return c.State == messaging.Offline && time.Until(c.Next) > far })
	if netwatchtest.SetAddress([4]byte{192, 0, 2, 1}) != nil {
		return false
	}
	p.until(func(c messaging.Connection) bool { return c.State != messaging.Offline })
	early := time.Now().Before(conn.Next)
	p.until(func(c messaging.Connection) bool { return c.State == messaging.Online })
	return early
}

func (p *program) until(holds func(messaging.Connection) bool) messaging.Connection {
	for {
		if conn := p.Connection(); holds(conn) {
			return conn
		}
		<-p.told
	}
}

// limit lets no file become longer than the log of the cache is, but for so many bytes; -1 lifts the limit, 0 lets nothing be written.
func (p *program) limit(slack int64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	switch {
	case slack < 0:
		limit.Cur = limit.Max
	case slack == 0:
		limit.Cur = 0
	default:
		limit.Cur = uint64(slack)
		if info, err := os.Stat(filepath.Join(p.Dir, "cache.db-wal")); err == nil {
			limit.Cur += uint64(info.Size())
		}
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// ready waits until the program knows its group, as somebody does who chooses it in the list.
func (p *program) ready(group string) error {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		v, err := p.Conversation(messaging.ConversationID(group))
		if err == nil && v.Group && v.Refused == messaging.NotRefused {
			return nil
		}
		select {
		case <-p.told:
		case <-timer.C:
			return fmt.Errorf("the group is not known: %+v, %w", v, err)
		}
	}
}

// settle waits until the program is online and nothing waits in it.
func (p *program) settle(limit time.Duration) (ok bool, state string) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		conn := p.Connection()
		if conn.State == messaging.Online && !conn.DiskFull && p.Unsent() == 0 {
			return true, ""
		}
		select {
		case <-p.told:
		case <-timer.C:
			return false, fmt.Sprintf("%v, %v, disk full %v, %d unsent: %s", conn.State, conn.Problem, conn.DiskFull, p.Unsent(), p.waiting())
		}
	}
}

// waiting says which messages are not sent.
func (p *program) waiting() (text string) {
	list, err := p.Conversations()
	if err != nil {
		return err.Error()
	}
	for _, v := range list {
		page, err := p.History(context.Background(), v.ID, messaging.Cursor{}, 500, 0)
		if err != nil {
			return err.Error()
		}
		for _, m := range page.Messages {
			if m.Own && (m.State == messaging.Queued || m.State == messaging.Failed) {
				text += fmt.Sprintf("\n\t%s %s %s", model.PlainText(m.Content), m.State, m.Failure)
			}
		}
		if v.Group {
			text += fmt.Sprintf("\n\tthe group: %q", v.Refused)
		}
	}
	return text
}

// dump gives the bodies of a conversation that begin with a prefix, oldest first.
func (p *program) dump(conv, prefix string) (list []string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	page, err := p.History(ctx, messaging.ConversationID(conv), messaging.Cursor{}, 400, 0)
	for _, m := range page.Messages {
		body := model.PlainText(m.Content)
		if strings.HasPrefix(body, prefix) {
			list = append(list, body)
		}
	}
	return slices.Clip(list), err
}

//go:build linux

package storm

import (
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"discussions/internal/needs"
	"discussions/internal/proxy"
)

// theSystemTells is about a program whose computer has no network, gets one, loses it and gets it back. The kernel tells it, and it tries at
// once, while its next attempt was far away.
func theSystemTells(t *testing.T, w *weather) {
	st := w.newStorm(t, 0, *parallel+1)
	s := st.sides[0]
	address, err := url.Parse(w.sandbox.WebSocket)
	check(t, err)
	s.proxy, err = proxy.Listen(dialer(address.Host))
	check(t, err)
	t.Cleanup(func() { check(t, s.proxy.Close()) })
	pem, err := os.ReadFile(w.sandbox.CAFile)
	check(t, err)
	s.WebSocket, s.CA, s.Proxy, s.alone = w.sandbox.WebSocket, string(pem), through(t, s.proxy.Address()), true
	err = s.begin()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
		needs.Missing(t, "a kernel that gives a program a network of its own")
	}
	check(t, err)
	for _, what := range []string{"a network", "it back"} {
		a, err := s.exchange(Order{Do: "network", On: true})
		check(t, errors.Join(err, failure(a)))
		if !a.OK {
			t.Errorf("the program was not told when its computer got %s:\n%s", what, &s.log)
		}
		check(t, s.must(Order{Do: "network"}))
		check(t, s.proxy.Set(proxy.Cut, 0, 0))
		check(t, s.proxy.Set(proxy.Up, 0, 0))
	}
	check(t, s.end())
}

// through is the path of a socket that leads to an address: a network of one's own has no other way out.
func through(t *testing.T, address string) string {
	path := filepath.Join(t.TempDir(), "network")
	listener, err := net.Listen("unix", path)
	check(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			inside, err := listener.Accept()
			if err != nil {
				return
			}
			outside, err := net.Dial("tcp", address)
			if err != nil {
				_ = inside.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{inside, outside}, {outside, inside}} {
				go func() {
					_, _ = io.Copy(way[1], way[0])
					_ = way[1].Close() // one end is the end of both
				}()
			}
		}
	}()
	return path
}

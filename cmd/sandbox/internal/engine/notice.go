package engine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// listenNotice opens the datagram socket that ejabberd tells its readiness to,
// as it would tell systemd (sd_notify(3)).
func listenNotice(path string) (*net.UnixConn, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("open the notification socket: %w", err)
	}
	return conn, nil
}

// waitReady returns when READY=1 came, or with an error when the socket closes.
func waitReady(conn *net.UnixConn) error {
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return fmt.Errorf("wait for ejabberd: %w", err)
		}
		for line := range strings.Lines(string(buffer[:n])) {
			if strings.TrimSpace(line) == "READY=1" {
				return nil
			}
		}
	}
}

package netwatch

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// open listens to the routing socket, route(4). It tells of more than is needed.
func open() (source, error) {
	fd, err := unix.Socket(unix.AF_ROUTE, unix.SOCK_RAW, unix.AF_UNSPEC)
	if err != nil {
		return nil, fmt.Errorf("open the routing socket: %w", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("open the routing socket: %w", err)
	}
	return newSocket(fd), nil
}

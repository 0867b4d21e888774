//go:build linux || darwin

package netwatch

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// socket is a socket that the kernel tells of changes. What it tells is not read.
type socket struct {
	file *os.File
	told chan struct{}
	done chan struct{}
}

// newSocket takes over a socket that does not block.
func newSocket(fd int) *socket {
	s := &socket{os.NewFile(uintptr(fd), "network"), make(chan struct{}, 1), make(chan struct{})}
	go s.read()
	return s
}

func (s *socket) read() {
	defer close(s.done)
	buffer := make([]byte, 8<<10)
	for {
		_, err := s.file.Read(buffer)
		if err != nil && !errors.Is(err, unix.ENOBUFS) { // there was more than the buffer holds: something changed
			return
		}
		select {
		case s.told <- struct{}{}:
		default:
		}
	}
}

func (s *socket) changes() <-chan struct{} { return s.told }

func (s *socket) close() {
	_ = s.file.Close()
	<-s.done
}

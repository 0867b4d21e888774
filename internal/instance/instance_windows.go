package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

var errLocked = errors.New("the lock is held")

// lock takes the lock file at path without waiting; Windows gives it back when the file is closed, by the end of the
// program if by nothing else.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return nil, errLocked
	}
	return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
}

// listen makes the pipe of dir. Its security descriptor admits this user alone, and not over the network: remote clients
// are refused by go-winio.
func listen(dir string) (net.Listener, error) {
	user, err := userSID()
	if err != nil {
		return nil, err
	}
	return winio.ListenPipe(pipeName(dir, user), &winio.PipeConfig{
		SecurityDescriptor: "D:P(A;;GA;;;" + user + ")",
		InputBufferSize:    int32(maxLine),
		OutputBufferSize:   int32(len(answer)),
	})
}

// dial does not let the other end act as this user: go-winio asks for anonymous impersonation.
func dial(dir string, deadline time.Time) (net.Conn, error) {
	user, err := userSID()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	return winio.DialPipeContext(ctx, pipeName(dir, user))
}

// pipeName is made from the user and the folder, whose path Windows compares without case.
func pipeName(dir, user string) string {
	sum := sha256.Sum256([]byte(user + "\x00" + strings.ToLower(dir)))
	return `\\.\pipe\discussions-` + hex.EncodeToString(sum[:16])
}

func userSID() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String(), nil
}

// samePerson has nothing to ask: the pipe's security descriptor did.
func samePerson(net.Conn) error { return nil }

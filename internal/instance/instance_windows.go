package instance

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"

	"discussions/internal/atomicfile"
)

const (
	pipePrefix = `\\.\pipe\discussions-`
	pipeFile   = "instance.pipe" // in the profile folder: what follows the prefix
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

// listen makes a pipe of a random name, and leaves that name in dir, where only this user reads it: a name that could be foreseen
// could be taken by anybody on this computer, before or after a run. The pipe admits this user alone, and not over the network: remote
// clients are refused by go-winio. Only who holds the lock calls it.
func listen(dir string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	me, id := user.User.Sid.String(), rand.Text()
	l, err := winio.ListenPipe(pipePrefix+id, &winio.PipeConfig{
		SecurityDescriptor: "O:" + me + "D:P(A;;GA;;;" + me + ")", // the owner is said, as it is not the user who runs as administrator
		InputBufferSize:    int32(maxLine),
		OutputBufferSize:   int32(len(answer)),
	})
	if err != nil {
		return nil, err
	}
	if err := atomicfile.Write(filepath.Join(dir, pipeFile), []byte(id)); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// dial does not let the other end act as this user: go-winio asks for anonymous impersonation.
func dial(dir string, deadline time.Time) (net.Conn, error) {
	id, err := os.ReadFile(filepath.Join(dir, pipeFile))
	if err != nil {
		return nil, err
	}
	if len(id) != len(rand.Text()) || len(bytes.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")) > 0 {
		return nil, errors.New("this is not the name of a pipe")
	}
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	return winio.DialPipeContext(ctx, pipePrefix+string(id))
}

// samePerson refuses a pipe that another user made, such as one who took the name of a run that is over. Who the client is, the
// access list of our own pipe has asked.
func samePerson(c net.Conn) error {
	pipe, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return errors.New("not a pipe")
	}
	sd, err := windows.GetSecurityInfo(windows.Handle(pipe.Fd()), windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("ask whose pipe it is: %w", err)
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return fmt.Errorf("ask whose pipe it is: %w", err)
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	if !owner.Equals(user.User.Sid) {
		return errors.New("the pipe is another user's")
	}
	return nil
}

// letForward gives the run at the other end the right to come to the front, which Windows gives only to what the user has just
// started: this program. Without it that run could but blink in the taskbar.
func letForward(c net.Conn) {
	pipe, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return
	}
	var other uint32
	if windows.GetNamedPipeServerProcessId(windows.Handle(pipe.Fd()), &other) == nil {
		_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(uintptr(other))
	}
}

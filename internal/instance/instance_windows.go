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

// lock takes the lock file at path without waiting. Windows releases it when the file is closed, at the latest at the end of the
// program.
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

// listen makes a pipe with a random name, and writes that name to dir, where only this user can read it: anybody on this computer
// could take a name that can be guessed. Only this user may open the pipe, and not over the network (go-winio refuses remote
// clients). The caller holds the lock.
func listen(dir string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	me, id := user.User.Sid.String(), rand.Text()
	l, err := winio.ListenPipe(pipePrefix+id, &winio.PipeConfig{
		SecurityDescriptor: "O:" + me + "D:P(A;;GA;;;" + me + ")", // with an owner: for an administrator the default is another one
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

// samePerson returns an error if another user made the pipe, for example under the name of a run that has ended. On our own pipe,
// the access list has checked the client already.
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

// letForward passes the right to come to the front to the run at the other end. Windows gives it only to the program that the
// user has just started; without it the other run would only blink in the taskbar.
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

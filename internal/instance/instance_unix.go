//go:build !windows

package instance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxSocketPath is what every Unix takes: sun_path has 104 bytes on macOS (108 on Linux), one of them for the end.
const maxSocketPath = 103

var errLocked = errors.New("the lock is held")

// lock takes the lock file at path without waiting. The file is never removed: otherwise two runs could lock two files of the
// same name.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, errLocked
	}
	return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
}

// listen opens the socket of dir. The caller holds the lock, so a socket that is there was left by a run that has ended.
func listen(dir string) (net.Listener, error) {
	path, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	if err := ownFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

func dial(dir string, deadline time.Time) (net.Conn, error) {
	path, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	return (&net.Dialer{Deadline: deadline}).Dial("unix", path)
}

// socketPath is in a folder of its own inside the profile; where that makes a path too long for a socket, in the runtime
// folder of the user or in /tmp, under a name made from the profile's path.
func socketPath(dir string) (string, error) {
	sum := sha256.Sum256([]byte(dir))
	short := fmt.Sprintf("discussions-%d-%s", os.Geteuid(), hex.EncodeToString(sum[:8]))
	for _, folder := range []string{filepath.Join(dir, "run"), runtimeFolder(short), filepath.Join("/tmp", short)} {
		if path := filepath.Join(folder, "socket"); filepath.IsAbs(folder) && len(path) <= maxSocketPath {
			return path, nil
		}
	}
	return "", errors.New("no folder has a path short enough for a socket")
}

func runtimeFolder(name string) string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, name)
	}
	return ""
}

// ownFolder makes dir, or checks that it is a folder that only this user can enter.
func ownFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Geteuid() {
		return &fs.PathError{Op: "use", Path: dir, Err: errors.New("it belongs to someone else")}
	}
	if info.Mode().Perm() != 0o700 {
		return os.Chmod(dir, 0o700)
	}
	return nil
}

// letForward does nothing: a desktop lets either every program raise its own windows or none.
func letForward(net.Conn) {}

// samePerson returns an error if the other end belongs to another user.
func samePerson(c net.Conn) error {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return errors.New("not a unix socket")
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return err
	}
	var uid uint32
	var asked error
	if err := raw.Control(func(fd uintptr) { uid, asked = peerUID(int(fd)) }); err != nil {
		return err
	}
	if asked != nil {
		return fmt.Errorf("ask who is on the socket: %w", asked)
	}
	if int(uid) != os.Geteuid() {
		return errors.New("another user is on the socket")
	}
	return nil
}

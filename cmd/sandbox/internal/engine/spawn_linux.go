package engine

import (
	"os/exec"
	"runtime"
	"syscall"
)

// spawn starts the command so that the kernel kills it when this program dies,
// however it dies. The kernel ties this to the thread that started the process,
// so the goroutine keeps its thread until the process has ended. If as is not
// nil the process runs as that user.
func spawn(build func() *exec.Cmd, as *owner) (command *exec.Cmd, ended chan struct{}, err error) {
	ended = make(chan struct{})
	started := make(chan error)
	command = build()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true, Credential: as.credential()}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait()
			// What it started (Erlang's helpers, PostgreSQL's) ends with it; make sure.
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		}
		close(ended)
	}()
	return command, ended, <-started
}

// killTree kills the process with all that it started.
func killTree(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}

// owner is a user of this computer.
type owner struct{ uid, gid uint32 }

func (o *owner) credential() *syscall.Credential {
	if o == nil {
		return nil
	}
	return &syscall.Credential{Uid: o.uid, Gid: o.gid}
}

// runAs makes the command run as that user, unless as is nil.
func runAs(command *exec.Cmd, as *owner) {
	command.SysProcAttr = &syscall.SysProcAttr{Credential: as.credential()}
}

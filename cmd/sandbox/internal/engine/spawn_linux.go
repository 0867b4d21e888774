package engine

import (
	"os/exec"
	"runtime"
	"syscall"
)

// spawn starts the command so that the kernel kills it when this program dies,
// however it dies. The kernel ties that wish to the thread that started the
// process: the goroutine therefore keeps its thread until the process is gone.
func spawn(build func() *exec.Cmd) (command *exec.Cmd, ended chan struct{}, err error) {
	ended = make(chan struct{})
	started := make(chan error)
	command = build()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait()
			// Erlang's helpers (erl_child_setup, inet_gethost) end with it; make sure.
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

//go:build !linux

package engine

import "os/exec"

// spawn starts the command; where the kernel cannot tie its life to ours, only
// an orderly end of this program ends it.
func spawn(build func() *exec.Cmd, _ *owner) (command *exec.Cmd, ended chan struct{}, err error) {
	command, ended = build(), make(chan struct{})
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	return command, ended, nil
}

// killTree kills the process; Erlang's helpers end with it.
func killTree(command *exec.Cmd) {
	_ = command.Process.Kill()
}

// owner is a user of this computer.
type owner struct{ uid, gid uint32 }

// runAs does nothing: nobody runs the sandbox as root there.
func runAs(*exec.Cmd, *owner) {}

package auth

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// browserTimeout is how long to wait for a command to fail. A command that still runs then is the browser itself.
const browserTimeout = 3 * time.Second

// OpenBrowser opens an https or loopback address in the user's browser. It tries the commands of the environment variable
// BROWSER in turn (separated as in PATH, %s stands for the address); without BROWSER it asks the operating system. It waits
// at most 3 s for each command and returns [ErrBrowser] when all failed.
func OpenBrowser(ctx context.Context, address string) error {
	return openBrowser(ctx, os.Getenv("BROWSER"), address, browserTimeout)
}

func openBrowser(ctx context.Context, chosen, address string, timeout time.Duration) error {
	if !isSecureURL(address, true) {
		return fmt.Errorf("%w: not a web address", ErrBrowser)
	}
	commands := browserCommands(chosen, address)
	if len(commands) == 0 {
		commands = [][]string{systemBrowser(address)}
	}
	for _, command := range commands {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ErrBrowser, ErrCancelled)
		}
		if launch(ctx, command, timeout) {
			return nil
		}
	}
	return fmt.Errorf("%w: tried %s", ErrBrowser, programNames(commands))
}

// launch starts a command and reports whether it is still running, or has succeeded, after timeout. It never stops the
// command, which may be the browser itself; a goroutine waits for its end so that no zombie process stays.
func launch(ctx context.Context, command []string, timeout time.Duration) bool {
	c := exec.Command(command[0], command[1:]...)
	detach(c)
	if c.Start() != nil {
		return false
	}
	failed := make(chan bool, 1)
	go func() { failed <- c.Wait() != nil }()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case f := <-failed:
		return !f
	case <-timer.C:
	case <-ctx.Done():
	}
	return true
}

// browserCommands parses the value of BROWSER.
func browserCommands(chosen, address string) [][]string {
	var commands [][]string
	for _, entry := range filepath.SplitList(chosen) {
		command, placed := strings.Fields(entry), false
		for i, word := range command {
			if i > 0 && strings.Contains(word, "%s") {
				command[i], placed = strings.ReplaceAll(word, "%s", address), true
			}
		}
		if len(command) == 0 {
			continue
		}
		if !placed {
			command = append(command, address)
		}
		commands = append(commands, command)
	}
	return commands
}

func programNames(commands [][]string) string {
	var list []string
	for _, c := range commands {
		list = append(list, filepath.Base(c[0]))
	}
	return strings.Join(list, ", ")
}

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

// browserTimeout is how long a command that opens the browser may take to fail. One that runs on is the browser itself.
const browserTimeout = 3 * time.Second

// OpenBrowser opens a page, https or on a loopback address, in the person's browser: with the commands of the environment
// variable BROWSER when it is set (separated as in PATH, tried in turn, %s standing for the address), otherwise as the operating
// system does it. It returns when the page is on its way, at the latest after 3 s a command; [ErrBrowser] when nothing worked.
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

// launch starts a command and says whether it did not fail within timeout. The command is never stopped: it may be the
// browser. Its end is waited for on a goroutine that lives as long, so that no zombie stays.
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

// browserCommands reads BROWSER.
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

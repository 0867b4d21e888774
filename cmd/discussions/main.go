// Command discussions is the desktop messenger of health professionals. See discussions --help.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"discussions/cmd/discussions/internal/commandline"
	"discussions/cmd/discussions/internal/nativewindow"
	"discussions/internal/i18n"
	"discussions/internal/instance"
	"discussions/internal/logtail"
	"discussions/internal/process"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

// keptLines is how many lines of the log a diagnosis gets.
const keptLines = 500

// version is set by the build (-ldflags -X).
var version = "dev"

// built is the day of the commit it was built from, as in 2026-11-27, set like version; "" for a developer's build.
var built string

// updateKey is the public minisign key of notices of updates, set by the build like version; "": the program looks for none.
var updateKey string

func main() { os.Exit(run(os.Args[1:])) }

func run(arguments []string) int {
	options, err := commandline.Parse(arguments, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case options.Version:
		fmt.Println(strings.TrimSpace("discussions " + version + " " + built))
		return 0
	}
	if done, err := options.Administrate(os.Stdout); done {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			tellAdministrator(err)
			return 1
		}
		return 0
	}
	if !options.Hidden { // it may never draw
		nativewindow.Preload()
	}
	log.SetOutput(logtail.Standard(os.Stderr))
	tail := logtail.New(options.LogHandler(), slog.LevelInfo, keptLines)
	log := slog.New(tail)
	if err := process.Harden(); err != nil {
		log.Warn("process not hardened", "error", err)
	}
	if err := joinTaskbar(); err != nil {
		log.Warn("windows may not be grouped", "error", err)
	}
	if !hasScreen() {
		fmt.Fprintln(os.Stderr, i18n.T("command.noScreen"))
		return 1
	}
	keepComposedLetters()
	// "fyneDo" tells Fyne that widgets are only used on its goroutine. Otherwise it checks by a stack trace at each refresh, which
	// takes half of the program's CPU time.
	app.SetMetadata(fyne.AppMetadata{ID: notify.AppID, Name: "Discussions", Version: version, Migrations: map[string]bool{"fyneDo": true}})
	application := app.NewWithID(notify.AppID)
	p, err := open(application, options, tail)
	switch {
	case err == nil:
		p.run()
		return 0
	case errors.Is(err, instance.ErrRunning): // the running program comes to the front
		fmt.Fprintln(os.Stderr, i18n.T("command.alreadyRunning"))
		return 0
	}
	log.Error("start", "error", err)
	again := false
	wait := ui.Failure(application, err, func(path string) error {
		_, err := settings.Install(path, settings.ThisUser)
		again = err == nil
		return err
	})
	application.Run()
	wait()
	if again {
		if err := startAgain(arguments); err != nil {
			log.Error("start again", "error", err)
			return 1
		}
		return 0
	}
	return 1
}

// startAgain starts the program with the same arguments, for this one to end.
func startAgain(arguments []string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	again := exec.Command(program, arguments...)
	again.Stderr = os.Stderr
	return again.Start()
}

// hasScreen reports whether there is a screen; without one, the graphics library would print a stack trace.
func hasScreen() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

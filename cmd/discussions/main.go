// Command discussions is the desktop messenger of health professionals. See discussions --help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"

	"discussions/account"
	"discussions/internal/instance"
	"discussions/internal/process"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(run(os.Args[1:])) }

func run(arguments []string) int {
	chosen, err := parse(arguments, os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case chosen.version:
		fmt.Println("discussions", version)
		return 0
	}
	log := chosen.logger()
	if err := process.Harden(); err != nil {
		log.Warn("process not hardened", "error", err)
	}
	if !hasScreen() {
		fmt.Fprintln(os.Stderr, look.T("command.noScreen"))
		return 1
	}
	application := app.NewWithID(notify.AppID)
	err = open(application, chosen, log)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, instance.ErrRunning): // it is in front now, and says so itself
		fmt.Fprintln(os.Stderr, look.T("command.alreadyRunning"))
		return 0
	}
	log.Error("start", "error", err)
	ui.Failure(application, err)
	application.Run()
	return 1
}

// hasScreen spares the user a stack trace of the graphics library.
func hasScreen() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// open ties everything together, and returns when the program has ended; an error is one that kept it from starting.
func open(application fyne.App, chosen choices, log *slog.Logger) error {
	deployment, err := chosen.deployment()
	if err != nil {
		return err
	}
	profile, err := chosen.profile()
	if err != nil {
		return err
	}

	// Later starts and clicks may come before there is anything to show.
	var screens *ui.UI
	ready := make(chan struct{})
	show := func(f func(*ui.UI)) {
		go func() {
			<-ready
			fyne.Do(func() { f(screens) })
		}()
	}
	one, err := instance.AcquireOrAsk(profile, chosen.ask, func(m instance.Message) {
		show(func(u *ui.UI) { u.AskedAgain(m.Open) })
	})
	if err != nil {
		return err
	}
	defer one.Close()
	user, err := settings.OpenUser(profile)
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	accounts, err := account.OpenProfile(ctx, account.Options{
		Dir: profile, Deployment: deployment, Log: log,
		Language: func() string { return string(look.CurrentLanguage()) },
	})
	if err != nil {
		return err
	}
	defer accounts.Close()
	notifier := notify.New(look.T("app.name"), log, func(id string) { show(func(u *ui.UI) { u.Clicked(id) }) })
	defer notifier.Close()

	// Nothing may reach a window after the last turn of Fyne's loop: so all that sends events ends before the loop does.
	end := sync.OnceFunc(func() {
		one.Leave() // a start from now on waits for the end of this run
		for _, window := range application.Driver().AllWindows() {
			window.Hide()
		}
		screens.Close()
		go func() {
			accounts.Close()
			notifier.Close()
			fyne.Do(application.Quit)
		}()
	})
	screens = ui.New(application, ui.Options{
		Manager: accounts, User: user, Deployment: deployment, Notifier: notifier,
		Log: log, Version: version, Language: chosen.language, Exec: chosen.again(), End: end,
	})
	application.Lifecycle().SetOnStarted(func() { close(ready) })
	context.AfterFunc(ctx, func() { show(func(*ui.UI) { end() }) })
	screens.Start()
	if chosen.ask.Open != "" {
		screens.Clicked(chosen.ask.Open)
	}
	application.Run()
	return nil
}

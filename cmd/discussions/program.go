package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"discussions/account"
	"discussions/cmd/discussions/internal/commandline"
	"discussions/cmd/discussions/internal/diagnosis"
	"discussions/cmd/discussions/internal/nativewindow"
	"discussions/internal/i18n"
	"discussions/internal/instance"
	"discussions/internal/logtail"
	"discussions/internal/netwatch"
	profiles "discussions/internal/profile"
	"discussions/internal/tray"
	"discussions/internal/updates"
	"discussions/messaging/store"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui"

	"fyne.io/fyne/v2"
)

// shutdownTimeout is how long an orderly exit may take; after it the process exits anyway, so that the next start can open
// the accounts. It is a little longer than the longest expected wait, for the answer of a token refresh.
const shutdownTimeout = 45 * time.Second

// A program holds the parts of the running program.
type program struct {
	application fyne.App
	instance    *instance.Instance
	accounts    *account.Manager
	notifier    *notify.Notifier
	tray        *tray.Tray
	updates     *updates.Watcher // nil: the organisation wants none
	ui          *ui.UI
	clicked     string   // the notification whose click started the program
	relaunch    []string // the command that starts the program at login
	log         *slog.Logger

	started       chan struct{}           // closed when Fyne's loop runs
	closeUI       func() (emptied func()) // closes ui, once
	closeServices func()                  // closes everything that sends events, once

	sessionEnding atomic.Bool // the operating system's session is ending
}

// open builds the program. On an error it cannot start.
func open(application fyne.App, options commandline.Options, tail *logtail.Tail) (_ *program, err error) {
	log, begun := slog.New(tail), time.Now()
	p := &program{application: application, clicked: options.Ask.Open, relaunch: options.Relaunch(), log: log, started: make(chan struct{})}
	deployment, err := options.Deployment()
	if err != nil {
		return nil, err
	}
	for _, ignored := range deployment.Ignored {
		log.Warn("a deployment file is not used", "error", ignored)
	}
	profile, err := options.Profile()
	if err != nil {
		return nil, err
	}
	if err := p.acquire(profile, options.Ask); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.instance.Close()
		}
	}()
	user, err := settings.OpenUser(profile)
	if err != nil {
		return nil, err
	}
	if err := p.openAccounts(profile, deployment, user); err != nil {
		return nil, err
	}
	p.notifier = notify.New(notify.Options{
		AppName: i18n.T("app.name"), Log: log, State: filepath.Join(profile, "notifications.json"),
		Clicked: func(id string) { p.whenStarted(func() { p.ui.Clicked(id) }) },
		Replied: func(id, text string) { p.whenStarted(func() { p.ui.Replied(id, text) }) },
	})
	p.tray = tray.New(tray.Options{
		AppID:   notify.AppID,
		Title:   i18n.T("app.name"),
		Clicked: func() { p.whenStarted(func() { p.ui.Raise() }) },
		Host:    func(bool) { p.whenStarted(func() { p.ui.TrayHostChanged() }) },
	}, log)
	p.updates = p.watchUpdates(deployment, profile)
	p.ui = ui.New(application, ui.Options{
		Manager: p.accounts, User: user, Deployment: deployment, Notifier: p.notifier, Tray: p.tray, Windows: nativewindow.Windows{},
		Log: log, Version: version, Built: builtOn(), Language: options.Language, Exec: p.relaunch, Folder: profile, Hidden: options.Hidden, End: p.end,
		Updates: p.update,
		Diagnose: func() (string, error) {
			return diagnosis.Save(diagnosis.Facts{
				Version: version, Started: begun, Now: time.Now(), Deployment: deployment, User: user.Get(), Accounts: p.accounts.Diagnoses(), Log: tail.Lines(),
			}, diagnosis.Folders()...)
		},
	})
	p.closeUI = sync.OnceValue(p.ui.Close)
	stopFollowing := p.followWorkstation(log)
	network := netwatch.Watch(log, p.accounts.Retry)
	p.closeServices = sync.OnceFunc(func() {
		network.Close()
		if p.updates != nil {
			p.updates.Close()
		}
		stopFollowing()
		if p.sessionEnding.Load() && p.accounts.Policy().SessionEnd == settings.SessionEndLogout {
			if err := p.accounts.LogOutAll(); err != nil { // unless ui has done it already
				log.Warn("log everybody out", "error", err)
			}
		}
		p.tray.Close()
		p.accounts.Close()
		p.notifier.Close()
	})
	return p, nil
}

// acquire makes this process the only one that uses the profile. If another one does, it is sent what the user asks for.
func (p *program) acquire(profile string, ask instance.Message) (err error) {
	p.instance, err = instance.AcquireOrAsk(profile, ask, func(m instance.Message) {
		p.whenStarted(func() { p.ui.SecondStart(m.Open, m.Hidden) })
	})
	switch {
	case errors.Is(err, instance.ErrRunning):
		return err
	case errors.Is(err, instance.ErrBusy):
		return fmt.Errorf("%w: %w", account.ErrProfileBusy, err)
	case err != nil:
		return fmt.Errorf("%w: %w", account.ErrProfile, err)
	}
	formats := profiles.Formats{"messages": store.Format(), "accounts": account.Format, "settings": settings.UserFormat}
	if err := profiles.Claim(profile, version, formats); err != nil {
		p.instance.Close()
		if errors.Is(err, profiles.ErrNewer) {
			return err
		}
		return fmt.Errorf("%w: %w", account.ErrProfile, err)
	}
	return nil
}

// openAccounts opens the accounts of the profile. What older settings files hold of an account moves to the account.
func (p *program) openAccounts(profile string, deployment settings.Deployment, user *settings.UserFile) (err error) {
	p.accounts, err = account.OpenProfile(context.Background(), account.Options{
		Dir: profile, Deployment: deployment, Former: user.Former(), Log: p.log,
		Language: func() string { return string(i18n.Current().Language) },
	})
	if err != nil {
		return err
	}
	if user.Former() != nil { // the accounts have it now
		if _, err := user.Update(func(*settings.User) {}); err != nil {
			p.log.Warn("write the settings anew", "error", err)
		}
	}
	return nil
}

// builtOn is the day of the build; the zero time where it is not known.
func builtOn() time.Time {
	day, _ := time.Parse(time.DateOnly, built)
	return day
}

// watchUpdates looks for newer versions where the organisation says so; nil if it does not.
func (p *program) watchUpdates(d settings.Deployment, profile string) *updates.Watcher {
	if d.Updates.URL == "" {
		return nil
	}
	w, err := updates.Watch(updates.Options{
		Address: d.Updates.URL, Key: updateKey, Running: version, File: filepath.Join(profile, "updates.json"), Log: p.log,
		Transport: d.Network.Transport,
		Changed:   func() { p.whenStarted(func() { p.ui.UpdateChanged() }) },
	})
	if err != nil {
		p.log.Warn("this program cannot look for newer versions", "error", err)
		return nil
	}
	return w
}

// update is what is known of a newer version.
func (p *program) update() updates.State {
	if p.updates == nil {
		return updates.State{}
	}
	return p.updates.State()
}

// run shows the program and returns when it has ended.
func (p *program) run() {
	signals := make(chan os.Signal, 1)
	signal.Ignore(os.Interrupt) // until Fyne subscribes, see takeSignals
	p.application.Lifecycle().SetOnStarted(func() {
		takeSignals(signals)
		close(p.started)
	})
	go func() {
		if <-signals == syscall.SIGTERM { // sent by session managers at the end of a session
			p.sessionEnding.Store(true)
		}
		fyne.Do(p.end)
	}()
	var beside sync.WaitGroup
	if err := comeBack(p.relaunch); err != nil {
		p.log.Warn("this program may not come back after an update", "error", err)
	}
	beside.Go(p.repairOpensAtLogin)
	beside.Go(p.notifier.WithdrawLeft)
	p.ui.Start()
	if p.clicked != "" {
		p.ui.Clicked(p.clicked)
	}
	p.application.Run()
	p.closeUI() // if end did not do it
	p.closeServices()
	beside.Wait()
	p.instance.Close()
}

// repairOpensAtLogin corrects the entry for opening at login if the program was moved or reinstalled elsewhere.
func (p *program) repairOpensAtLogin() {
	repaired, err := settings.RepairOpensAtLogin(p.relaunch)
	switch {
	case err != nil:
		p.log.Warn("repair opening at login", "error", err)
	case repaired:
		p.log.Info("the computer opens this program at login, no longer one that has moved")
	}
}

// whenStarted runs do on Fyne's goroutine once Fyne's loop runs: second starts and clicks may arrive earlier.
func (p *program) whenStarted(do func()) {
	go func() {
		<-p.started
		fyne.Do(do)
	}()
}

// end is the orderly exit. It stops everything that sends events before it stops Fyne's loop: after the loop, Fyne would run
// events on the sender's goroutine.
func (p *program) end() {
	p.instance.Leave() // from now on a second start waits until this process ends
	for _, window := range p.application.Driver().AllWindows() {
		window.Hide()
	}
	time.AfterFunc(shutdownTimeout, func() { os.Exit(3) })
	emptied := p.closeUI()
	go func() {
		emptied()
		p.closeServices()
		fyne.Do(p.application.Driver().Quit) // unlike App.Quit, safe to call when the loop is ending
	}()
}

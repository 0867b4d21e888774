// Package commandline reads the command line of Discussions and writes its
// help. It does not import Fyne, so that a robot or a service can ask for the
// help or the version of the program without a screen.
package commandline

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"discussions/internal/i18n"
	"discussions/internal/instance"
	"discussions/notify"
	"discussions/settings"
)

// Options are what the command line chooses.
type Options struct {
	Config   string // path of the deployment file; "": the first of the documented places
	Data     string // folder of the profile; "": the default one
	Language string // code of a known language; "": the user's choice, or the system's
	Level    slog.Level
	Version  bool             // print the version and exit
	Hidden   bool             // start without a window in view
	Check    string           // check this deployment file and exit
	Install  string           // put this deployment file in its place for all users and exit
	Own      string           // put it in its place for this user and exit
	Ask      instance.Message // what a clicked notification asks to be shown
}

// ErrUsage is returned for a command line that makes no sense; the message is
// already printed.
var ErrUsage = errors.New("usage")

// Parse reads the arguments and makes their language the current one. It
// returns [flag.ErrHelp] after printing the help to out, and [ErrUsage] after
// printing what is wrong to wrong.
func Parse(arguments []string, out, wrong io.Writer) (Options, error) {
	var o Options
	flags := flag.NewFlagSet("discussions", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	level := ""
	flags.StringVar(&o.Config, "config", "", "")
	flags.StringVar(&o.Data, "data", "", "")
	flags.StringVar(&o.Language, "lang", "", "")
	flags.StringVar(&level, "log-level", "warn", "")
	flags.StringVar(&o.Check, "check-config", "", "")
	flags.StringVar(&o.Install, "install-config", "", "")
	flags.StringVar(&o.Own, "install-own-config", "", "")
	flags.BoolVar(&o.Version, "version", false, "")
	flags.BoolVar(&o.Hidden, "hidden", false, "")
	flags.BoolVar(&o.Hidden, "Embedding", false, "") // Windows starts it to take an answer in a notification: the code is asked for then
	err := flags.Parse(arguments)
	if err := i18n.Speak(i18n.Resolve(o.Language)); err != nil {
		return o, err
	}
	refuse := func(problem string) (Options, error) {
		fmt.Fprintf(wrong, "discussions: %s\n%s\n", problem, i18n.T("command.seeHelp"))
		return o, ErrUsage
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, help())
		return o, flag.ErrHelp
	case err != nil:
		return refuse(i18n.T("command.badOption", "Problem", err))
	case flags.NArg() == 1 && o.activated(flags.Arg(0)):
	case flags.NArg() > 0:
		return refuse(i18n.T("command.unknownArgument", "Argument", flags.Arg(0)))
	case o.Language != "" && !i18n.Known(i18n.Language(o.Language)):
		return refuse(i18n.T("command.badLanguage", "Value", o.Language, "Languages", languages()))
	}
	o.Ask.Hidden = o.Hidden
	if o.Level.UnmarshalText([]byte(level)) != nil {
		return refuse(i18n.T("command.badLevel", "Value", level))
	}
	return o, nil
}

// activated takes the address with which Windows starts the program when a
// notification is clicked.
func (o *Options) activated(argument string) bool {
	id, ok := notify.ParseActivation(argument)
	o.Ask.Open = id
	return ok
}

func help() string {
	data, err := settings.DefaultProfileDir()
	if err != nil {
		data = "?"
	}
	return i18n.T("command.help", "Data", data, "Languages", languages(),
		"Places", "  "+strings.Join(settings.DeploymentPlaces(), "\n  "))
}

func languages() string {
	var codes []string
	for _, c := range i18n.All() {
		codes = append(codes, string(c.Language))
	}
	return strings.Join(codes, ", ")
}

// Deployment loads the organisation's file: the given one, or the first of the
// documented places that has one.
func (o Options) Deployment() (settings.Deployment, error) { return settings.Deploy(o.Config) }

// Administrate does what an administrator or an installer asks for, and reports whether that was all. err is a sentence for people.
func (o Options) Administrate(out io.Writer) (done bool, err error) {
	switch {
	case o.Check != "":
		_, err = settings.LoadDeployment(o.Check)
	case o.Install != "":
		_, err = settings.Install(o.Install, settings.Everybody)
	case o.Own != "":
		_, err = settings.Install(o.Own, settings.ThisUser)
	default:
		return false, nil
	}
	if err == nil {
		fmt.Fprintln(out, i18n.T("command.goodConfig"))
	}
	return true, err
}

// Profile is the folder of this user's accounts.
func (o Options) Profile() (string, error) {
	if o.Data != "" {
		return o.Data, nil
	}
	return settings.DefaultProfileDir()
}

// Relaunch is the command that starts the program with the same options and
// hidden, for the next login to the computer; nil when the program's own path
// is unknown.
func (o Options) Relaunch() []string {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	command := []string{program}
	for _, flag := range []struct{ name, path string }{{"--config", o.Config}, {"--data", o.Data}} {
		if path, err := filepath.Abs(flag.path); flag.path != "" && err == nil {
			command = append(command, flag.name, path)
		}
	}
	if o.Language != "" {
		command = append(command, "--lang", o.Language)
	}
	return append(command, "--hidden")
}

// LogHandler writes JSON lines to standard error, for files, robots and people.
func (o Options) LogHandler() slog.Handler {
	return slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: o.Level})
}

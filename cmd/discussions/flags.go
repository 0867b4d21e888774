package main

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

// choices are what the command line says.
type choices struct {
	config, data, language string
	level                  slog.Level
	version                bool
	ask                    instance.Message // what a clicked notification wants to be shown
}

// errUsage: what was wrong is printed already.
var errUsage = errors.New("usage")

// parse reads the command line. It prints the help to out, or what is wrong to wrong, and answers with flag.ErrHelp or errUsage.
func parse(arguments []string, out, wrong io.Writer) (choices, error) {
	var c choices
	if err := i18n.Speak(i18n.ResolveLanguage("")); err != nil {
		return c, err
	}
	flags := flag.NewFlagSet("discussions", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	level := ""
	flags.StringVar(&c.config, "config", "", "")
	flags.StringVar(&c.data, "data", "", "")
	flags.StringVar(&c.language, "lang", "", "")
	flags.StringVar(&level, "log-level", "warn", "")
	flags.BoolVar(&c.version, "version", false, "")
	err := flags.Parse(arguments)
	if c.language == "fr" || c.language == "en" {
		if err := i18n.Speak(i18n.Language(c.language)); err != nil {
			return c, err
		}
	}
	refuse := func(problem string) (choices, error) {
		fmt.Fprintf(wrong, "discussions: %s\n%s\n", problem, i18n.T("command.seeHelp"))
		return c, errUsage
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, help())
		return c, flag.ErrHelp
	case err != nil:
		return refuse(i18n.T("command.badOption", "Problem", err))
	case flags.NArg() == 1 && c.clicked(flags.Arg(0)):
	case flags.NArg() > 0:
		return refuse(i18n.T("command.unknownArgument", "Argument", flags.Arg(0)))
	case c.language != "" && c.language != "fr" && c.language != "en":
		return refuse(i18n.T("command.badLanguage", "Value", c.language))
	}
	if c.level.UnmarshalText([]byte(level)) != nil {
		return refuse(i18n.T("command.badLevel", "Value", level))
	}
	return c, nil
}

// clicked takes the address that Windows starts the program with when a notification is clicked.
func (c *choices) clicked(argument string) bool {
	id, ok := notify.ParseActivation(argument)
	c.ask.Open = id
	return ok
}

func help() string {
	data, err := settings.DefaultProfileDir()
	if err != nil {
		data = "?"
	}
	return i18n.T("command.help", "Data", data, "Places", "  "+strings.Join(settings.DeploymentPlaces(), "\n  "))
}

// deployment is the organisation's file: the one that was given, or the first of the documented places that has one.
func (c choices) deployment() (settings.Deployment, error) {
	path := c.config
	if path == "" {
		found, err := settings.FindDeployment()
		if err != nil {
			return settings.Deployment{}, err
		}
		path = found
	}
	return settings.LoadDeployment(path)
}

// profile is the folder of this user's accounts.
func (c choices) profile() (string, error) {
	if c.data != "" {
		return c.data, nil
	}
	return settings.DefaultProfileDir()
}

// again is the command that opens the program as it was opened now, at the next login to the computer.
func (c choices) again() []string {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	command := []string{program}
	for _, flag := range []struct{ name, path string }{{"--config", c.config}, {"--data", c.data}} {
		if path, err := filepath.Abs(flag.path); flag.path != "" && err == nil {
			command = append(command, flag.name, path)
		}
	}
	if c.language != "" {
		command = append(command, "--lang", c.language)
	}
	return command
}

// logger writes JSON lines to standard error: a file, a robot and a person can all read them.
func (c choices) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: c.level}))
}

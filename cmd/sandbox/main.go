// Command sandbox runs a whole organisation on this computer: a message server,
// an OpenID provider and colleagues who answer. See sandbox --help.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"discussions/cmd/sandbox/internal/control"
	"discussions/cmd/sandbox/internal/engine"
	"discussions/cmd/sandbox/internal/people"
)

const usage = `sandbox runs a whole organisation on loopback, for trying and testing Discussions:
a message server, an OpenID provider with a login page, and professionals who answer.

When it is ready it writes one line of JSON to standard output:
  {"server", "config": path of a ready discussions.toml, "issuer", "websocket", "ca_file",
   "control", "domain", "people": [{"name","mail","password","card","card_code",
   "jid","job_title","organization","answers"}…], "groups": [{"name","jid","members"}…],
   "behind": {"name:port": "address:port"}}
Sophie and Julien answer; asked for "une photo" or for something "en PDF" they send a file.
It ends at SIGINT or SIGTERM and leaves nothing behind.

It needs the Debian packages ejabberd and erlang-p1-sqlite3; for a cluster
erlang-p1-pgsql and postgresql; for Prosody prosody, lua-dbi-sqlite3 and lua-luaossl.
Their own services need not run.

Flags
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program; it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, parent, err := parse(args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	// op reports every refused request at warning, which is what tests do all day.
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelError})))

	signal.Ignore(syscall.SIGPIPE) // the reader of the output may have ended
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	if parent {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			cancel()
		}()
	}
	if err := serve(ctx, o, stdout, stderr); err != nil && ctx.Err() == nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	return 0
}

func parse(args []string, stdout, stderr io.Writer) (o options, parent bool, err error) {
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		flags.SetOutput(stdout)
		fmt.Fprint(stdout, usage)
		flags.PrintDefaults()
		fmt.Fprint(stdout, "\n", control.Help)
	}
	flags.IntVar(&o.people, "people", people.Firsts, "`number` of professionals, 9 at least")
	flags.IntVar(&o.pairs, "pairs", 0, "`number` of pairs of people whom nobody plays: contacts of each other alone, with a group of their own")
	flags.IntVar(&o.contacts, "contacts", 0, "`number` of people whom nobody plays, contacts of Claire alone")
	flags.IntVar(&o.history, "history", 5000, "`number` of messages in each of the two long conversations")
	flags.StringVar(&o.engine, "engine", engine.Ejabberd, "message `server`: "+engine.Ejabberd+" or "+engine.Prosody)
	flags.IntVar(&o.nodes, "nodes", 1, "`number` of nodes of ejabberd: more than one are a cluster on PostgreSQL")
	flags.BoolVar(&o.ldap, "ldap", false, "have ejabberd take cards and directory from an LDAP server (slapd)")
	flags.IntVar(&o.unacked, "unacknowledged", 50_000, "`number` of stanzas that the message server keeps for a session until they are acknowledged: ejabberd ends one with more")
	flags.BoolVar(&o.proxied, "proxied", false, "give the servers names that only a proxy finds: behind tells it where they are")
	flags.DurationVar(&o.tokenLife, "token-life", 5*time.Minute, "`life` of an access token")
	flags.DurationVar(&o.answer, "answer", 1500*time.Millisecond, "`time` that Sophie and Julien take to answer")
	flags.BoolVar(&o.play, "play", false, "play Claire and Paul as well")
	flags.BoolVar(&o.greet, "greet", false, "say on standard error, for people, who can log in and with what")
	flags.BoolVar(&parent, "parent", false, "end when standard input ends, so when the parent does")
	if err := flags.Parse(args); err != nil {
		return o, parent, err
	}
	if flags.NArg() > 0 {
		err = fmt.Errorf("unknown argument %q", flags.Arg(0))
		fmt.Fprintln(stderr, "sandbox:", err)
	}
	return o, parent, err
}

// mostStarting is how long the servers may take to start. A server that ends is noticed at once; two nodes on a busy computer need a minute.
const mostStarting = 3 * time.Minute

// serve runs the organisation until ctx ends.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	dir, release, err := newFolder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	starting, done := context.WithTimeout(ctx, mostStarting)
	defer done()
	s, announcement, err := start(starting, o, dir)
	defer s.stop()
	if err != nil {
		return err
	}
	if o.greet {
		if err := greet(stderr, announcement); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(stdout).Encode(announcement); err != nil {
		return fmt.Errorf("write the line on standard output: %w", err)
	}
	<-ctx.Done()
	return nil
}

// Command sandbox runs a whole organisation on this computer: a message server,
// an OpenID provider and colleagues who answer. See sandbox --help.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.people, "people", 9, "number of professionals, 9 at least")
	flags.IntVar(&o.history, "history", 5000, "messages in each of the two long conversations")
	flags.DurationVar(&o.tokenLife, "token-life", 5*time.Minute, "life of an access token")
	flags.DurationVar(&o.answer, "answer", 1500*time.Millisecond, "time after which Sophie and Julien answer")
	flags.BoolVar(&o.play, "play", false, "play Claire and Paul as well")
	parent := flags.Bool("parent", false, "end when standard input ends")
	if err := flags.Parse(args); err != nil {
		return 2
	}

	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	if *parent {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			cancel()
		}()
	}
	dir, err := os.MkdirTemp("", "sandbox-")
	if err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	defer os.RemoveAll(dir)

	starting, done := context.WithTimeout(ctx, time.Minute)
	s, announcement, err := start(starting, o, dir)
	done()
	defer s.stop()
	if err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	if err := json.NewEncoder(stdout).Encode(announcement); err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	<-ctx.Done()
	return 0
}

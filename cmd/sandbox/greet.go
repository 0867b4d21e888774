package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// greet prints for a terminal who can log in, and with what.
func greet(w io.Writer, a announcement) error {
	fmt.Fprint(w, "\nWho can log in, by mail or by card:\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  NAME\tMAIL\tPASSWORD\tCARD\tCARD CODE")
	var answer []string
	for _, p := range a.People {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", p.Name, p.Mail, p.Password, p.Card, p.CardCode)
		if p.Answers {
			answer = append(answer, p.Name)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("say who can log in: %w", err)
	}
	_, err := fmt.Fprintf(w, "\nThe code that follows mail and password arrives at %s/messages\n%s answer by themselves.\nDeployment file: %s\n\n",
		a.Issuer, strings.Join(answer, " and "), a.Config)
	return err
}

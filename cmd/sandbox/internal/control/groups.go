package control

import (
	"net/http"

	"discussions/cmd/sandbox/internal/players"
)

// grouping is the body of the calls about groups.
type grouping struct {
	From        string `json:"from"`
	Group       string `json:"group"`
	Name        string `json:"name"`
	Who         string `json:"who"`
	Affiliation string `json:"affiliation"`
	Body        string `json:"body"`
}

func (h handler) group(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		done(w, h.s.Found(r.Context(), in.From, in.Group, in.Name))
	}
}

func (h handler) rename(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		done(w, h.s.Rename(r.Context(), in.From, in.Group, in.Name))
	}
}

func (h handler) member(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		done(w, h.s.Affiliate(r.Context(), in.From, in.Group, in.Who, in.Affiliation))
	}
}

func (h handler) kick(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		done(w, h.s.Affiliate(r.Context(), in.From, in.Group, in.Who, "none"))
	}
}

func (h handler) invite(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		done(w, h.s.Invite(r.Context(), in.From, in.Who, in.Group, in.Body))
	}
}

func (h handler) mention(w http.ResponseWriter, r *http.Request) {
	var in grouping
	if read(w, r, &in) {
		said(w, func() (string, error) {
			return h.s.Mention(r.Context(), in.From, in.Group, players.Mention{Who: in.Who, Name: in.Name, Body: in.Body})
		})
	}
}

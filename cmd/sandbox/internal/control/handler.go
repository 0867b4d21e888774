package control

import (
	"context"
	"net/http"
	"time"
)

// Sandbox is what the service acts on.
type Sandbox interface {
	// Token makes an access token of the person for the given life.
	Token(jid string, life time.Duration) (string, error)
	// Network changes the network before "websocket" or "provider".
	Network(what, state string, delay, d time.Duration) error
	// Engine stops, starts or kills the message server.
	Engine(ctx context.Context, state string) error
}

// Handler serves the control service of s; [Help] documents it.
func Handler(s Sandbox) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			JID     string  `json:"jid"`
			Seconds float64 `json:"seconds"`
		}
		if !read(w, r, &in) {
			return
		}
		token, err := s.Token(in.JID, seconds(in.Seconds))
		if fail(w, err) {
			return
		}
		answer(w, map[string]string{"access_token": token})
	})
	mux.HandleFunc("POST /network", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			State   string  `json:"state"`
			Seconds float64 `json:"seconds"`
			What    string  `json:"what"`
			Delay   float64 `json:"delay_ms"`
		}
		if !read(w, r, &in) {
			return
		}
		if in.What == "" {
			in.What = "websocket"
		}
		if !fail(w, s.Network(in.What, in.State, seconds(in.Delay/1000), seconds(in.Seconds))) {
			answer(w, struct{}{})
		}
	})
	mux.HandleFunc("POST /engine", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			State string `json:"state"`
		}
		if !read(w, r, &in) {
			return
		}
		if !fail(w, s.Engine(r.Context(), in.State)) {
			answer(w, struct{}{})
		}
	})
	return mux
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second))
}

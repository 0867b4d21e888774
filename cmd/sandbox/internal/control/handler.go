package control

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"discussions/cmd/sandbox/internal/players"
)

// Sandbox is what the service acts on.
type Sandbox interface {
	// Token makes an access token of the person for the given life.
	Token(jid string, life time.Duration) (string, error)
	// Network changes the network before "websocket" or "provider".
	Network(what, state string, delay, d time.Duration) error
	// Engine stops, starts or kills a node of the message server; 0: all.
	Engine(ctx context.Context, state string, node int) error
	// KillRoom ends the process of a group of a cluster without notifying anybody.
	KillRoom(ctx context.Context, jid string) error
	// Code waits for an unused one-time code until the context ends.
	Code(ctx context.Context, mail string) (code string, ok bool)
	// Say makes a person write to a person or a group.
	Say(ctx context.Context, from, to, body string) (id string, err error)
	// Correct, Retract, React and Reply make a person say something about a message, which its id names.
	Correct(ctx context.Context, from, to, message, body string) (id string, err error)
	Retract(ctx context.Context, from, to, message string) error
	React(ctx context.Context, from, to, message string, emoji []string) error
	Reply(ctx context.Context, from, to string, r players.Reply) (id string, err error)
	// Read makes a person tell that they have read a message, and all before it.
	Read(ctx context.Context, from, to, message string) error
	// Found makes a private group, Rename names it anew, Affiliate changes what somebody is in it, Invite invites somebody to it.
	Found(ctx context.Context, from, group, name string) error
	Rename(ctx context.Context, from, group, name string) error
	Affiliate(ctx context.Context, from, group, who, affiliation string) error
	Invite(ctx context.Context, from, to, group, words string) error
	// Mention makes a person write a text that mentions somebody by a name in it.
	Mention(ctx context.Context, from, to string, m players.Mention) (id string, err error)
	// Type shows or ends a typing notice.
	Type(ctx context.Context, from, to string, on bool) error
	// Presence makes a person that the sandbox plays away, dnd or, with "", available, and say why.
	Presence(ctx context.Context, jid, show, status string) error
	// Block makes a person block somebody, or no longer.
	Block(ctx context.Context, from, who string, on bool) error
	// Online waits for one person to be available and another not to be, either
	// may be empty, and lists those who are available.
	Online(ctx context.Context, jid, not string) (list []string, ok bool)
	// Received waits for a message with the body, or any, from an index on.
	Received(ctx context.Context, jid, body string, after int) (list []players.Received, ok bool)
	// Tokens sets how refreshing is answered: accept, refuse, down.
	Tokens(state string) error
	// Consent sets whether refresh tokens need it: always, never.
	Consent(state string) error
	// Clock puts the provider's clock ahead of the real one.
	Clock(offset time.Duration)
	// Certificate makes the websocket's certificate trusted or untrusted.
	Certificate(state string) error
}

// Handler serves the control service of s; [Help] documents it.
func Handler(s Sandbox) http.Handler {
	h := handler{s}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", h.token)
	mux.HandleFunc("POST /network", h.network)
	mux.HandleFunc("POST /engine", h.engine)
	mux.HandleFunc("POST /room", h.room)
	mux.HandleFunc("POST /tokens", h.tokens)
	mux.HandleFunc("POST /consent", h.consent)
	mux.HandleFunc("POST /clock", h.clock)
	mux.HandleFunc("POST /certificate", h.certificate)
	mux.HandleFunc("POST /say", h.say)
	mux.HandleFunc("POST /correct", h.correct)
	mux.HandleFunc("POST /retract", h.retract)
	mux.HandleFunc("POST /react", h.react)
	mux.HandleFunc("POST /read", h.read)
	mux.HandleFunc("POST /reply", h.reply)
	mux.HandleFunc("POST /group", h.group)
	mux.HandleFunc("POST /rename", h.rename)
	mux.HandleFunc("POST /member", h.member)
	mux.HandleFunc("POST /kick", h.kick)
	mux.HandleFunc("POST /invite", h.invite)
	mux.HandleFunc("POST /mention", h.mention)
	mux.HandleFunc("POST /typing", h.typing)
	mux.HandleFunc("POST /presence", h.presence)
	mux.HandleFunc("POST /block", h.block)
	mux.HandleFunc("GET /code", h.code)
	mux.HandleFunc("GET /online", h.online)
	mux.HandleFunc("GET /received", h.received)
	return mux
}

type handler struct{ s Sandbox }

// state is the body of the calls that only set one.
type state struct {
	State string `json:"state"`
}

func (h handler) token(w http.ResponseWriter, r *http.Request) {
	var in struct {
		JID     string  `json:"jid"`
		Seconds float64 `json:"seconds"`
	}
	if !read(w, r, &in) {
		return
	}
	token, err := h.s.Token(in.JID, seconds(in.Seconds))
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, map[string]string{"access_token": token})
}

func (h handler) network(w http.ResponseWriter, r *http.Request) {
	in := struct {
		State   string  `json:"state"`
		Seconds float64 `json:"seconds"`
		What    string  `json:"what"`
		Delay   float64 `json:"delay_ms"`
	}{What: "websocket", Delay: 400}
	if read(w, r, &in) {
		done(w, h.s.Network(in.What, in.State, seconds(in.Delay/1000), seconds(in.Seconds)))
	}
}

func (h handler) engine(w http.ResponseWriter, r *http.Request) {
	var in struct {
		state
		Node int `json:"node"`
	}
	if read(w, r, &in) {
		ctx, cancel := context.WithTimeout(r.Context(), longest)
		defer cancel()
		done(w, h.s.Engine(ctx, in.State, in.Node))
	}
}

func (h handler) room(w http.ResponseWriter, r *http.Request) {
	var in struct {
		JID string `json:"jid"`
	}
	if read(w, r, &in) {
		ctx, cancel := context.WithTimeout(r.Context(), longest)
		defer cancel()
		done(w, h.s.KillRoom(ctx, in.JID))
	}
}

func (h handler) tokens(w http.ResponseWriter, r *http.Request) {
	var in state
	if read(w, r, &in) {
		done(w, h.s.Tokens(in.State))
	}
}

func (h handler) consent(w http.ResponseWriter, r *http.Request) {
	var in state
	if read(w, r, &in) {
		done(w, h.s.Consent(in.State))
	}
}

func (h handler) clock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Offset string `json:"offset"`
	}
	if !read(w, r, &in) {
		return
	}
	offset, err := time.ParseDuration(in.Offset)
	if err == nil {
		h.s.Clock(offset)
	}
	done(w, err)
}

func (h handler) certificate(w http.ResponseWriter, r *http.Request) {
	var in state
	if read(w, r, &in) {
		done(w, h.s.Certificate(in.State))
	}
}

func (h handler) code(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := wait(r)
	defer cancel()
	code, ok := h.s.Code(ctx, r.FormValue("mail"))
	if !ok {
		http.Error(w, "no unused code for this mail address", http.StatusNotFound)
		return
	}
	answer(w, map[string]string{"code": code})
}

func (h handler) say(w http.ResponseWriter, r *http.Request) {
	var in struct {
		From string `json:"from"`
		To   string `json:"to"`
		Body string `json:"body"`
	}
	if !read(w, r, &in) {
		return
	}
	said := time.Now()
	id, err := h.s.Say(r.Context(), in.From, in.To, in.Body)
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, map[string]any{"id": id, "time": said})
}

// saying is the body of the calls that say something about a message.
type saying struct {
	From   string   `json:"from"`
	To     string   `json:"to"`
	ID     string   `json:"id"`
	Body   string   `json:"body"`
	Emoji  []string `json:"emoji"`
	Author string   `json:"author"`
	Quoted string   `json:"quoted"`
}

func (h handler) correct(w http.ResponseWriter, r *http.Request) {
	var in saying
	if read(w, r, &in) {
		said(w, func() (string, error) { return h.s.Correct(r.Context(), in.From, in.To, in.ID, in.Body) })
	}
}

func (h handler) retract(w http.ResponseWriter, r *http.Request) {
	var in saying
	if read(w, r, &in) {
		done(w, h.s.Retract(r.Context(), in.From, in.To, in.ID))
	}
}

func (h handler) react(w http.ResponseWriter, r *http.Request) {
	var in saying
	if read(w, r, &in) {
		done(w, h.s.React(r.Context(), in.From, in.To, in.ID, in.Emoji))
	}
}

func (h handler) read(w http.ResponseWriter, r *http.Request) {
	var in saying
	if read(w, r, &in) {
		done(w, h.s.Read(r.Context(), in.From, in.To, in.ID))
	}
}

func (h handler) reply(w http.ResponseWriter, r *http.Request) {
	var in saying
	if read(w, r, &in) {
		said(w, func() (string, error) {
			return h.s.Reply(r.Context(), in.From, in.To, players.Reply{Message: in.ID, Author: in.Author, Quoted: in.Quoted, Body: in.Body})
		})
	}
}

// said answers with the id of what was written.
func said(w http.ResponseWriter, write func() (string, error)) {
	id, err := write()
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, map[string]string{"id": id})
}

func (h handler) typing(w http.ResponseWriter, r *http.Request) {
	var in struct {
		From string `json:"from"`
		To   string `json:"to"`
		On   bool   `json:"on"`
	}
	if read(w, r, &in) {
		done(w, h.s.Type(r.Context(), in.From, in.To, in.On))
	}
}

func (h handler) presence(w http.ResponseWriter, r *http.Request) {
	var in struct {
		JID    string `json:"jid"`
		Show   string `json:"show"`
		Status string `json:"status"`
	}
	if read(w, r, &in) {
		done(w, h.s.Presence(r.Context(), in.JID, in.Show, in.Status))
	}
}

func (h handler) block(w http.ResponseWriter, r *http.Request) {
	var in struct {
		From string `json:"from"`
		Who  string `json:"who"`
		On   bool   `json:"on"`
	}
	if read(w, r, &in) {
		done(w, h.s.Block(r.Context(), in.From, in.Who, in.On))
	}
}

func (h handler) online(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := wait(r)
	defer cancel()
	list, ok := h.s.Online(ctx, r.FormValue("jid"), r.FormValue("not"))
	if !ok {
		http.Error(w, "not so: "+strings.Join(list, " "), http.StatusNotFound)
		return
	}
	answer(w, list)
}

// received answers 404 only when a body was waited for.
func (h handler) received(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := wait(r)
	defer cancel()
	after, err := strconv.Atoi(cmp.Or(r.FormValue("after"), "0"))
	if err != nil {
		http.Error(w, "after: "+err.Error(), http.StatusBadRequest)
		return
	}
	body := r.FormValue("body")
	list, ok := h.s.Received(ctx, r.FormValue("jid"), body, after)
	if !ok && body != "" {
		http.Error(w, "it has not come", http.StatusNotFound)
		return
	}
	answer(w, append([]players.Received{}, list...)) // [], never null
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second))
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/model"
)

// said is a message that the other program got.
type said struct {
	ID        string   `json:"id"`
	From      string   `json:"from"`
	Body      string   `json:"body"`
	Own       string   `json:"own"` // without the fallback
	Name      string   `json:"name"`
	Replaces  string   `json:"replaces"`
	Retracts  string   `json:"retracts"`
	Answers   string   `json:"answers"`
	ReactsTo  string   `json:"reacts_to"`
	Reactions []string `json:"reactions"`
	Mentions  []struct{ URI, Text string }
	Invited   string `json:"invited"`  // the room that it invites to
	Declined  string `json:"declined"` // who does not come into a room
	Entered   string `json:"entered"`  // the room that it is in

	Picture struct { // of a room
		Type string
		Data []byte
	}

	File saidFile `json:"file"`
	Link string   `json:"link"` // beside the file (XEP-0066)

	Type   string `json:"type"`
	Show   string `json:"show"`   // of a presence; "unavailable" for one who left
	Status string `json:"status"` // the same

	Ready bool   `json:"ready"`
	Error string `json:"error"`
}

// saidFile is the file of a message as the other program has fetched it.
type saidFile struct {
	Name, Type string
	Size       int
	Encrypted  bool // on the server
	Right      bool // size and hash are as announced
	Data       []byte
	Error      string
}

// otherProgram is a person with a program built on slixmpp.
type otherProgram struct {
	t    *testing.T
	in   io.Writer
	mu   sync.Mutex
	got  []said
	told chan struct{}
}

// python is Debian's: its package of slixmpp belongs to that one.
const python = "/usr/bin/python3"

func startOther(t *testing.T, s *sandboxtest.Sandbox, who sandboxtest.Person, room string) *otherProgram {
	t.Helper()
	if err := exec.Command(python, "-c", "import slixmpp, cryptography").Run(); err != nil {
		needs.Missing(t, "python3-slixmpp and python3-cryptography")
	}
	cmd := exec.CommandContext(t.Context(), python, "testdata/slixmpp_peer.py", who.JID, s.Client, s.CAFile, room, who.Name)
	in, err := cmd.StdinPipe()
	check(t, err)
	out, err := cmd.StdoutPipe()
	check(t, err)
	var trouble strings.Builder
	cmd.Stderr = &trouble
	check(t, cmd.Start())
	p := &otherProgram{t: t, in: in, told: make(chan struct{}, 1)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var m said
			if json.Unmarshal(lines.Bytes(), &m) != nil {
				continue
			}
			p.mu.Lock()
			p.got = append(p.got, m)
			p.mu.Unlock()
			select {
			case p.told <- struct{}{}:
			default:
			}
		}
	}()
	t.Cleanup(func() {
		_ = in.Close()
		<-ended
		_ = cmd.Wait()
		if t.Failed() {
			t.Log("the other program:", trouble.String())
		}
	})
	_, err = fmt.Fprintln(in, s.TokenFor(t, who.JID, time.Hour))
	check(t, err)
	p.until("ready", func(m said) bool { return m.Ready })
	return p
}

// until waits for a message, and gives it.
func (p *otherProgram) until(what string, is func(said) bool) said {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		p.mu.Lock()
		at := slices.IndexFunc(p.got, is)
		var m said
		if at >= 0 {
			m = p.got[at]
		}
		p.mu.Unlock()
		if at >= 0 {
			return m
		}
		select {
		case <-p.told:
		case <-deadline:
			p.t.Fatalf("the other program has not got %s in %+v", what, p.got)
		}
	}
}

func (p *otherProgram) do(do, to, kind string, more map[string]any) {
	p.t.Helper()
	line := map[string]any{"do": do, "to": to, "kind": kind}
	for k, v := range more {
		line[k] = v
	}
	b, err := json.Marshal(line)
	check(p.t, err)
	_, err = fmt.Fprintf(p.in, "%s\n", b)
	check(p.t, err)
}

// enter makes it enter a room.
func (p *otherProgram) enter(room string) {
	p.t.Helper()
	p.do("join", room, "", nil)
	p.until("that it is in the room", func(m said) bool { return m.Entered == room })
}

// anotherProgram corrects, withdraws, answers and reacts in both directions, between two people and in a group, with a program that has
// nothing in common with this one. Then a new device of the person shows the same from the archives.
func anotherProgram(t *testing.T, s *sandboxtest.Sandbox) {
	at := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	room := s.Groups[at].JID
	paul := startOther(t, s, s.Paul(), room)
	claire := start(t, s, s.Claire())
	for _, c := range []struct {
		name     string
		with, to string // from here; from there
		kind     string
	}{
		{"two people", s.Paul().JID, s.Claire().JID, "chat"},
		{"a group", room, room, "groupchat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &dialogue{T: t, device: claire, paul: paul, with: c.with, to: c.to, kind: c.kind, mark: fmt.Sprint(time.Now().UnixNano())}
			p.fromHere()
			p.fromThere()
			want := p.shows(claire)
			again := start(t, s, s.Claire())
			again.until(t, "the same from the archives", func() bool { return slices.Equal(p.shows(again), want) })
		})
	}
}

type dialogue struct {
	*testing.T
	*device
	paul *otherProgram
	with string
	to   string
	kind string
	mark string // of this test's messages
}

func (d *dialogue) id() messaging.ConversationID { return messaging.ConversationID(d.with) }

func (d *dialogue) say(text string) messaging.Message {
	d.Helper()
	m, err := d.device.Client.Send(d.id(), messaging.Text{Body: text + " " + d.mark})
	check(d, err)
	return m
}

// wire is by what a message is known: in a group by the name that the group gave it.
func (d *dialogue) wire(text string) (name string, m said) {
	d.Helper()
	m = d.paul.until(text, func(m said) bool { return strings.HasSuffix(m.Body, text+" "+d.mark) })
	if d.kind == "groupchat" {
		return m.Name, m
	}
	return m.ID, m
}

// shows is what this test's messages show.
func (d *dialogue) shows(v *device) (lines []string) {
	d.Helper()
	p, err := v.Client.History(d.Context(), d.id(), messaging.Cursor{}, 20, 0)
	check(d, err)
	for _, m := range p.Messages {
		text := strings.TrimSuffix(model.PlainText(m.Content), " "+d.mark)
		if _, gone := m.Content.(messaging.Retracted); gone {
			text = "(withdrawn)"
		} else if text == model.PlainText(m.Content) {
			continue
		}
		if !m.Edited.IsZero() {
			text += " (corrected)"
		}
		if m.ReplyTo != nil {
			text += " < " + strings.TrimSuffix(m.ReplyTo.Text, " "+d.mark)
		}
		for _, r := range m.Reactions {
			text += fmt.Sprint(" ", r.Emoji, r.By)
		}
		lines = append(lines, text)
	}
	return lines
}

func (d *dialogue) fromHere() {
	corrected, gone := d.say("dix"), d.say("secret")
	name, _ := d.wire("secret")
	check(d, d.Correct(d.id(), corrected.ID, messaging.Text{Body: "un " + d.mark}))
	check(d, d.Retract(d.id(), gone.ID))
	_, first := d.wire("dix")
	_, second := d.wire("un")
	same(d, "corrects", second.Replaces, first.ID)
	d.paul.until("the withdrawal", func(m said) bool { return m.Retracts == name })

	id := "paul-" + d.mark
	d.paul.do("say", d.to, d.kind, map[string]any{"id": id, "body": "question " + d.mark})
	d.until(d, "the question", func() bool { return d.has(d.with, "question "+d.mark) })
	question := d.message("question")
	check(d, d.React(d.id(), question.ID, "👍", true))
	_, err := d.Reply(d.id(), question.ID, messaging.Text{Body: "réponse " + d.mark})
	check(d, err)
	name = id
	if d.kind == "groupchat" {
		name = d.paul.until("its own", func(m said) bool { return m.ID == id }).Name
	}
	d.paul.until("the reaction", func(m said) bool { return m.ReactsTo == name && slices.Equal(m.Reactions, []string{"👍"}) })
	answer := d.paul.until("the answer", func(m said) bool { return m.Answers == name })
	same(d, "without its fallback", answer.Own, "réponse "+d.mark)
	d.until(d, "an empty outbox", func() bool { return d.Unsent() == 0 })
}

func (d *dialogue) message(text string) messaging.Message {
	d.Helper()
	p, err := d.Client.History(d.Context(), d.id(), messaging.Cursor{}, 20, 0)
	check(d, err)
	for _, m := range p.Messages {
		if model.PlainText(m.Content) == text+" "+d.mark {
			return m
		}
	}
	d.Fatal("no message", text)
	return messaging.Message{}
}

func (d *dialogue) fromThere() {
	own := d.say("bonjour")
	name, heard := d.wire("bonjour")
	named := func(n int) string { return fmt.Sprintf("paul-%s-%d", d.mark, n) }
	mine := func(n int) string {
		if d.kind != "groupchat" {
			return named(n)
		}
		return d.paul.until("its own", func(m said) bool { return m.ID == named(n) }).Name
	}
	say := func(do string, n int, text, about string) {
		d.paul.do(do, d.to, d.kind, map[string]any{"id": named(n), "body": text + " " + d.mark, "about": about, "author": heard.From})
	}
	say("say", 1, "vingt", "")
	say("correct", 2, "deux", named(1))
	say("say", 3, "à retirer", "")
	say("retract", 4, "retiré", mine(3))
	say("say", 5, "à retirer aussi", "")
	d.paul.do("retract0", d.to, d.kind, map[string]any{"about": mine(5)})
	d.paul.do("react", d.to, d.kind, map[string]any{"id": named(6), "about": name, "emoji": []string{"🙏"}})
	say("reply", 7, "merci", name)
	want := []string{
		"un (corrected)", "(withdrawn)", "question 👍[Dr Claire Martin]", "réponse < question",
		"bonjour 🙏[Paul Durand]", "deux (corrected)", "(withdrawn)", "(withdrawn)", "merci < bonjour",
	}
	d.until(d, "all of it", func() bool {
		got := d.shows(d.device)
		return len(got) == len(want) && slices.Equal(got, want)
	})
	same(d, "shown", d.shows(d.device), want)
	// Corrections and retractions by somebody else than the author change nothing.
	say("correct", 8, "usurpé", string(own.ID))
	say("retract", 9, "usurpé", name)
	d.until(d, "the forged correction", func() bool { return slices.Contains(d.shows(d.device), "usurpé") })
	same(d, "shown all the same", d.shows(d.device)[:len(want)], want)
}

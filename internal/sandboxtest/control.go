package sandboxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// patience is how long a Wait method waits before it fails the test.
const patience = 20 * time.Second

// Received is a message that a person's own client got.
type Received struct {
	ID   string `json:"id"`
	From string `json:"from"` // bare JID, or the occupant's in a group
	Body string `json:"body"`
	Type string `json:"type"` // chat or groupchat

	Replaces  string   `json:"replaces"`  // the message that it corrects
	Retracts  string   `json:"retracts"`  // that it withdraws
	Invites   string   `json:"invites"`   // the group that it invites to
	Answers   string   `json:"answers"`   // that it answers
	ReactsTo  string   `json:"reacts_to"` // that Reactions are about
	Reactions []string `json:"reactions"`
	Name      string   `json:"name"` // the id that the group gave it
}

// Token returns an access token of the person without a browser.
func (s *Sandbox) Token(t testing.TB, jid string) (access string) {
	t.Helper()
	return s.TokenFor(t, jid, 0)
}

// TokenFor returns an access token that ends after life; zero: the sandbox's
// --token-life.
func (s *Sandbox) TokenFor(t testing.TB, jid string, life time.Duration) (access string) {
	t.Helper()
	var out struct {
		Token string `json:"access_token"`
	}
	s.post(t, "/token", map[string]any{"jid": jid, "seconds": life.Seconds()}, &out)
	return out.Token
}

// Say makes a person write to somebody or to a group, and returns the message's
// id. A person that the sandbox does not play writes as from another device.
func (s *Sandbox) Say(t testing.TB, from, to, body string) (id string) {
	t.Helper()
	var out struct {
		ID string `json:"id"`
	}
	s.post(t, "/say", map[string]any{"from": from, "to": to, "body": body}, &out)
	return out.ID
}

// Correct makes a person replace the text of their message.
func (s *Sandbox) Correct(t testing.TB, from, to, id, body string) {
	t.Helper()
	s.post(t, "/correct", map[string]any{"from": from, "to": to, "id": id, "body": body}, nil)
}

// Retract makes a person withdraw their message.
func (s *Sandbox) Retract(t testing.TB, from, to, id string) {
	t.Helper()
	s.post(t, "/retract", map[string]any{"from": from, "to": to, "id": id}, nil)
}

// Presence makes a person that the sandbox plays be away or dnd ("": available), and say why.
func (s *Sandbox) Presence(t testing.TB, jid, show, status string) {
	t.Helper()
	s.post(t, "/presence", map[string]any{"jid": jid, "show": show, "status": status}, nil)
}

// React makes a person react to a message; without emoji reactions are taken back.
func (s *Sandbox) React(t testing.TB, from, to, id string, emoji ...string) {
	t.Helper()
	s.post(t, "/react", map[string]any{"from": from, "to": to, "id": id, "emoji": emoji}, nil)
}

// Read makes a person tell that they have read a message, and all before it.
func (s *Sandbox) Read(t testing.TB, from, to, id string) {
	t.Helper()
	s.post(t, "/read", map[string]any{"from": from, "to": to, "id": id}, nil)
}

// Reply makes a person answer a message of author.
func (s *Sandbox) Reply(t testing.TB, from, to, id, author, quoted, body string) {
	t.Helper()
	s.post(t, "/reply", map[string]any{"from": from, "to": to, "id": id, "author": author, "quoted": quoted, "body": body}, nil)
}

// MakeGroup makes a person make a private group, and be in it.
func (s *Sandbox) MakeGroup(t testing.TB, from, group, name string) {
	t.Helper()
	s.post(t, "/group", map[string]any{"from": from, "group": group, "name": name}, nil)
}

// RenameGroup makes a person give a group another name.
func (s *Sandbox) RenameGroup(t testing.TB, from, group, name string) {
	t.Helper()
	s.post(t, "/rename", map[string]any{"from": from, "group": group, "name": name}, nil)
}

// Invite makes a person make somebody a member of a group, and invite them.
func (s *Sandbox) Invite(t testing.TB, from, group, who, words string) {
	t.Helper()
	s.post(t, "/invite", map[string]any{"from": from, "group": group, "who": who, "body": words}, nil)
}

// Member makes a person make somebody an owner, admin, member, none or outcast of a group.
func (s *Sandbox) Member(t testing.TB, from, group, who, affiliation string) {
	t.Helper()
	s.post(t, "/member", map[string]any{"from": from, "group": group, "who": who, "affiliation": affiliation}, nil)
}

// Kick makes a person take somebody out of a private group.
func (s *Sandbox) Kick(t testing.TB, from, group, who string) {
	t.Helper()
	s.post(t, "/kick", map[string]any{"from": from, "group": group, "who": who}, nil)
}

// Mention makes a person write a text that mentions somebody by a name in it.
func (s *Sandbox) Mention(t testing.TB, from, group, who, name, body string) {
	t.Helper()
	s.post(t, "/mention", map[string]any{"from": from, "group": group, "who": who, "name": name, "body": body}, nil)
}

// Block makes a person block somebody, or no longer.
func (s *Sandbox) Block(t testing.TB, from, who string, on bool) {
	t.Helper()
	s.post(t, "/block", map[string]any{"from": from, "who": who, "on": on}, nil)
}

// Code waits for the one-time code that was sent to the mail address.
func (s *Sandbox) Code(t testing.TB, mail string) string {
	t.Helper()
	code, err := s.code(mail)
	if err != nil {
		t.Fatalf("wait for a code for %s: %v", mail, err)
	}
	return code
}

// Online lists the bare JIDs of those who are connected and available.
func (s *Sandbox) Online(t testing.TB) (jids []string) {
	t.Helper()
	s.get(t, "/online", nil, &jids)
	return jids
}

// WaitOnline waits until the person is connected and available.
func (s *Sandbox) WaitOnline(t testing.TB, jid string) {
	t.Helper()
	s.get(t, "/online", url.Values{"jid": {jid}, "wait": {waitParameter(patience)}}, nil)
}

// WaitOffline waits until the person is no longer available. Of a client that
// vanishes while ejabberd writes to it, ejabberd learns after 15 s only.
func (s *Sandbox) WaitOffline(t testing.TB, jid string) {
	t.Helper()
	s.get(t, "/online", url.Values{"not": {jid}, "wait": {waitParameter(3 * patience)}}, nil)
}

// Received lists what the person's own client got, in order.
func (s *Sandbox) Received(t testing.TB, jid string) (list []Received) {
	t.Helper()
	s.get(t, "/received", url.Values{"jid": {jid}}, &list)
	return list
}

// WaitReceived waits until the person's own client has got the body.
func (s *Sandbox) WaitReceived(t testing.TB, jid, body string) Received {
	t.Helper()
	var list []Received
	s.get(t, "/received", url.Values{"jid": {jid}, "body": {body}, "wait": {waitParameter(patience)}}, &list)
	return list[len(list)-1]
}

// WaitUntil waits for something that the person's own client gets, from index after on.
func (s *Sandbox) WaitUntil(t testing.TB, jid string, after int, is func(Received) bool) Received {
	t.Helper()
	for {
		var list []Received
		s.get(t, "/received", url.Values{"jid": {jid}, "after": {strconv.Itoa(after)}, "wait": {waitParameter(patience)}}, &list)
		if len(list) == 0 {
			t.Fatalf("%s has not got it", jid)
		}
		for _, r := range list {
			if is(r) {
				return r
			}
		}
		after += len(list)
	}
}

// Network changes the network between the application and the message server:
// "up", "cut", "blackhole", "slow". After the seconds it is up again; 0: it
// stays until the next call.
func (s *Sandbox) Network(t testing.TB, state string, seconds float64) {
	t.Helper()
	s.post(t, "/network", map[string]any{"state": state, "seconds": seconds}, nil)
}

// ProviderNetwork is Network for the OpenID provider.
func (s *Sandbox) ProviderNetwork(t testing.TB, state string, seconds float64) {
	t.Helper()
	s.post(t, "/network", map[string]any{"state": state, "seconds": seconds, "what": "provider"}, nil)
}

// Engine does "stop", "start" or "kill" to the message server, and returns when
// it is done.
func (s *Sandbox) Engine(t testing.TB, state string) {
	t.Helper()
	s.post(t, "/engine", map[string]any{"state": state}, nil)
}

// EngineNode is Engine for one node of a cluster, from 1 on.
func (s *Sandbox) EngineNode(t testing.TB, state string, node int) {
	t.Helper()
	if err := s.SetNode(state, node); err != nil {
		t.Fatal(err)
	}
}

// SetNode is EngineNode for another goroutine than the test's; node 0: all.
func (s *Sandbox) SetNode(state string, node int) error {
	body, err := json.Marshal(map[string]any{"state": state, "node": node})
	if err == nil {
		err = s.call(http.MethodPost, "/engine", bytes.NewReader(body), nil)
	}
	if err != nil {
		return fmt.Errorf("sandbox: %s node %d: %w", state, node, err)
	}
	return nil
}

// KillRoom ends the process of a group of a cluster, without a word to those who are in it.
func (s *Sandbox) KillRoom(t testing.TB, jid string) {
	t.Helper()
	s.post(t, "/room", map[string]any{"jid": jid}, nil)
}

// Tokens sets how the provider treats refresh tokens: "accept"; "refuse" with
// invalid_grant; "down" with 503.
func (s *Sandbox) Tokens(t testing.TB, state string) {
	t.Helper()
	s.post(t, "/tokens", map[string]any{"state": state}, nil)
}

// Consent makes the provider give refresh tokens only with the person's consent,
// "always", or without, "never".
func (s *Sandbox) Consent(t testing.TB, state string) {
	t.Helper()
	s.post(t, "/consent", map[string]any{"state": state}, nil)
}

// Clock puts the provider's clock ahead of the real one (behind, when negative).
func (s *Sandbox) Clock(t testing.TB, offset time.Duration) {
	t.Helper()
	s.post(t, "/clock", map[string]any{"offset": offset.String()}, nil)
}

// Certificate makes the websocket's certificate "untrusted" or "trusted".
func (s *Sandbox) Certificate(t testing.TB, state string) {
	t.Helper()
	s.post(t, "/certificate", map[string]any{"state": state}, nil)
}

// Typing shows or ends a person's typing notice to somebody or to a group.
func (s *Sandbox) Typing(t testing.TB, from, to string, on bool) {
	t.Helper()
	s.post(t, "/typing", map[string]any{"from": from, "to": to, "on": on}, nil)
}

func waitParameter(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

func (s *Sandbox) post(t testing.TB, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, http.MethodPost, path, bytes.NewReader(body), out)
}

func (s *Sandbox) get(t testing.TB, path string, query url.Values, out any) {
	t.Helper()
	s.do(t, http.MethodGet, path+"?"+query.Encode(), http.NoBody, out)
}

func (s *Sandbox) do(t testing.TB, method, path string, body io.Reader, out any) {
	t.Helper()
	if err := s.call(method, path, body, out); err != nil {
		t.Fatalf("sandbox: %s %s: %v", method, path, err)
	}
}

func (s *Sandbox) call(method, path string, body io.Reader, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience+10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, s.Control+path, body)
	if err != nil {
		return err
	}
	// Not the default client: a test may look for leaked goroutines.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(text))
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

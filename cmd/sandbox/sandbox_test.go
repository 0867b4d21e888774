package main

import (
	"bytes"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"

	"github.com/google/go-cmp/cmp"
)

// history is as long as in make run: the test of the archive is about it.
const history = 5000

func TestMain(m *testing.M) {
	os.Exit(sandboxtest.Main(m, "--history", strconv.Itoa(history), "--answer", "80ms"))
}

func TestPeopleWriteToEachOther(t *testing.T) {
	s := sandboxtest.Shared(t)
	nadia, moussa := s.Person("Nadia Benali"), s.Person("Moussa Keïta")
	before := len(s.Received(t, moussa.JID))
	var want []sandboxtest.Received
	for _, body := range []string{"Un", "Deux : <b> & ’é", "Trois"} {
		id := s.Say(t, nadia.JID, moussa.JID, body)
		want = append(want, sandboxtest.Received{ID: id, From: nadia.JID, Body: body, Type: "chat"})
	}
	s.WaitReceived(t, moussa.JID, "Trois")
	if diff := cmp.Diff(want, s.Received(t, moussa.JID)[before:]); diff != "" {
		t.Error(diff)
	}
}

func TestPeopleBlockEachOther(t *testing.T) {
	s := sandboxtest.Shared(t)
	nadia, moussa := s.Person("Nadia Benali").JID, s.Person("Moussa Keïta").JID
	before := len(s.Received(t, moussa))
	s.Block(t, moussa, nadia, true)
	s.Say(t, nadia, moussa, "Bloquée")
	s.Block(t, moussa, nadia, false)
	s.Say(t, nadia, moussa, "Débloquée")
	s.WaitReceived(t, moussa, "Débloquée")
	var got []string
	for _, r := range s.Received(t, moussa)[before:] {
		got = append(got, r.Body)
	}
	if diff := cmp.Diff([]string{"Débloquée"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSophieAnswers(t *testing.T) {
	s := sandboxtest.Shared(t)
	w := connect(t, s, s.Claire())
	w.say(s.Sophie().JID, "chat", "m1", "Bonjour Sophie, c’est possible ?")
	var came []string
	for answered := false; !answered; {
		m := w.next()
		if m.XMLName.Local != "message" || !strings.HasPrefix(m.From, s.Sophie().JID) {
			continue
		}
		for mark, name := range map[string]string{
			"<received xmlns='urn:xmpp:receipts' id='m1'":             "receipt",
			"<displayed xmlns='urn:xmpp:chat-markers:0' id='m1'":      "displayed",
			"<composing xmlns='http://jabber.org/protocol/chatstates": "composing",
		} {
			if strings.Contains(m.Inner, mark) {
				came = append(came, name)
			}
		}
		answered = m.Body != ""
	}
	if diff := cmp.Diff([]string{"receipt", "displayed", "composing"}, came); diff != "" {
		t.Errorf("before the answer: %s", diff)
	}
}

func TestPresence(t *testing.T) {
	s := sandboxtest.Shared(t)
	paul := s.Paul()
	if slices.Contains(s.Online(t), paul.JID) {
		t.Error("Paul is online before he connects")
	}
	w := connect(t, s, paul)
	s.WaitOnline(t, paul.JID)
	w.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>")
	s.WaitOffline(t, paul.JID)
	if !slices.Contains(s.Online(t), s.Sophie().JID) {
		t.Error("Sophie is not online")
	}
}

func TestRosterAndCards(t *testing.T) {
	s := sandboxtest.Shared(t)
	w := connect(t, s, s.Claire())
	roster, _ := w.ask("get", "", "<query xmlns='jabber:iq:roster'/>")
	if n := strings.Count(roster.Inner, "subscription='both'"); n != len(s.People)-1 {
		t.Errorf("%d contacts both ways, want %d", n, len(s.People)-1)
	}
	if !strings.Contains(roster.Inner, "name='Dr Hélène Lefèvre'") {
		t.Errorf("the roster has no names: %s", roster.Inner)
	}
	card, _ := w.ask("get", s.Sophie().JID, "<vCard xmlns='vcard-temp'/>")
	for _, want := range []string{"<FN>Sophie Bernard</FN>", "<TITLE>Infirmière coordinatrice</TITLE>", "<ORGNAME>CHU de Montpellier</ORGNAME>"} {
		if !strings.Contains(card.Inner, want) {
			t.Errorf("%s is not in the card %s", want, card.Inner)
		}
	}
}

func TestHostMetaNamesTheWebSocket(t *testing.T) {
	s := sandboxtest.Shared(t)
	client := http.Client{Transport: s.Transport(t), Timeout: patience}
	for path, want := range map[string]string{
		"/.well-known/host-meta.json": `"href":"` + s.WebSocket + `"`,
		"/.well-known/host-meta":      "href='" + s.WebSocket + "'",
	} {
		address := "https" + strings.TrimSuffix(strings.TrimPrefix(s.WebSocket, "wss"), "/ws") + path
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = s.Domain // discovery asks the domain
		r, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is %s", path, text)
		}
	}
}

// archived is a result of the archive (XEP-0313).
type archived struct {
	Result struct {
		ID      string `xml:"id,attr"`
		Forward struct {
			Delay struct {
				Stamp time.Time `xml:"stamp,attr"`
			} `xml:"urn:xmpp:delay delay"`
			Message struct {
				From string `xml:"from,attr"`
				Body string `xml:"body"`
			} `xml:"jabber:client message"`
		} `xml:"urn:xmpp:forward:0 forwarded"`
	} `xml:"urn:xmpp:mam:2 result"`
}

// page asks for the messages before an id, the newest when it is empty.
func (w *wire) page(archive, with, before string) (list []archived, first string, count int, complete bool) {
	w.t.Helper()
	if with != "" {
		with = "<field var='with'><value>" + with + "</value></field>"
	}
	answer, results := w.ask("set", archive, "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>"+
		"<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"+with+"</x>"+
		"<set xmlns='http://jabber.org/protocol/rsm'><max>250</max><before>"+before+"</before></set></query>")
	for _, r := range results {
		var a archived
		if err := xml.Unmarshal([]byte("<message xmlns='jabber:client'>"+r.Inner+"</message>"), &a); err != nil {
			w.t.Fatal(err)
		}
		if a.Result.ID != "" {
			list = append(list, a)
		}
	}
	var fin struct {
		Complete bool   `xml:"complete,attr"`
		First    string `xml:"set>first"`
		Count    int    `xml:"set>count"`
	}
	if err := xml.Unmarshal([]byte(answer.Inner), &fin); err != nil {
		w.t.Fatal(err)
	}
	return list, fin.First, fin.Count, fin.Complete
}

func TestLongHistoryIsPagedThroughTheArchive(t *testing.T) {
	s := sandboxtest.Shared(t)
	w := connect(t, s, s.Claire())
	for _, peer := range []sandboxtest.Person{s.Sophie(), s.Julien()} {
		seen := make(map[string]bool)
		bodies, before := 0, ""
		var oldest time.Time
		for complete := false; !complete; {
			var list []archived
			var count int
			list, before, count, complete = w.page("", peer.JID, before)
			if count < history {
				t.Fatalf("the archive counts %d messages with %s, want at least %d", count, peer.Name, history)
			}
			for i, a := range slices.Backward(list) {
				if seen[a.Result.ID] {
					t.Fatalf("message %s comes twice", a.Result.ID)
				}
				seen[a.Result.ID] = true
				at := a.Result.Forward.Delay.Stamp
				if !oldest.IsZero() && at.After(oldest) {
					t.Fatalf("message %d of a page is newer (%s) than the one after it (%s)", i, at, oldest)
				}
				oldest = at
				if a.Result.Forward.Message.Body != "" {
					bodies++
				}
			}
		}
		if bodies < history {
			t.Errorf("%d messages with %s, want at least %d", bodies, peer.Name, history)
		}
		if age := time.Since(oldest); age < 60*24*time.Hour {
			t.Errorf("the oldest message with %s is only %s old", peer.Name, age)
		}
	}
}

func TestGroups(t *testing.T) {
	s := sandboxtest.Shared(t)
	w := connect(t, s, s.Claire())
	bookmarks, _ := w.ask("get", "", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>")
	for _, g := range s.Groups {
		if !strings.Contains(bookmarks.Inner, "id='"+g.JID+"'") || !strings.Contains(bookmarks.Inner, "name='"+g.Name+"'") {
			t.Errorf("%s is not bookmarked: %s", g.Name, bookmarks.Inner)
		}
	}
	if n := strings.Count(bookmarks.Inner, "autojoin='true'"); n != len(s.Groups) {
		t.Errorf("%d groups are entered by themselves, want %d", n, len(s.Groups))
	}

	group := s.Group("Astreinte cardiologie")
	w.send("<presence xmlns='jabber:client' to='" + group.JID + "/Dr Claire Martin'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>")
	members, _ := w.ask("get", group.JID, "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query>")
	if n := strings.Count(members.Inner, "affiliation='member'"); n != len(group.Members)-1 {
		t.Errorf("%d members, want %d besides the owner", n, len(group.Members)-1)
	}
	list, _, count, _ := w.page(group.JID, "", "")
	if count < 20 || len(list) == 0 {
		t.Errorf("the group's archive has %d messages", count)
	}
	for _, a := range list {
		if from := a.Result.Forward.Message.From; !strings.HasPrefix(from, group.JID+"/") {
			t.Fatalf("a message of the group is from %q", from)
		}
	}

	w.say(group.JID, "groupchat", "g1", "Julien, tu confirmes ?")
	if m := w.body(); m.From != group.JID+"/Dr Claire Martin" {
		t.Errorf("the group reflects the message from %s", m.From)
	}
	if m := w.body(); m.From != group.JID+"/Dr Julien Roux" {
		t.Errorf("%s answers in the group, want Julien", m.From)
	}
	s.WaitReceived(t, s.Person("Nadia Benali").JID, "Julien, tu confirmes ?")
}

func TestSomebodyElsesTokenIsRefused(t *testing.T) {
	s := sandboxtest.Shared(t)
	if _, err := login(t, s, s.Claire(), s.Token(t, s.Paul().JID)); err == nil || !strings.Contains(err.Error(), "not-authorized") {
		t.Errorf("Claire with Paul's token: %v", err)
	}
	if _, err := login(t, s, s.Claire(), "nonsense"); err == nil {
		t.Error("Claire with nonsense is logged in")
	}
}

func TestNetworkIsCut(t *testing.T) {
	s := sandboxtest.Shared(t)
	defer s.Network(t, "up", 0)
	w := connect(t, s, s.Claire())
	s.WaitOnline(t, s.Claire().JID)
	w.contacts(len(s.People) - 2) // a loss in the middle of these is noticed late
	s.Network(t, "cut", 0)
	for {
		if _, err := w.read(); err != nil {
			break
		}
	}
	s.WaitOffline(t, s.Claire().JID)
	if _, err := dial(t, s); err == nil {
		t.Error("a new connection passes")
	}
	s.Network(t, "up", 0)
	connect(t, s, s.Claire())
	s.WaitOnline(t, s.Claire().JID)
}

func TestNetworkSwallowsThenDelivers(t *testing.T) {
	s := sandboxtest.Shared(t)
	defer s.Network(t, "up", 0)
	w := connect(t, s, s.Claire())
	s.WaitOnline(t, s.Claire().JID)
	const silence = 300 * time.Millisecond
	began := time.Now()
	s.Network(t, "blackhole", silence.Seconds()) // then up by itself
	s.Say(t, s.Sophie().JID, s.Claire().JID, "Pendant le silence")
	for w.body().Body != "Pendant le silence" {
	}
	if took := time.Since(began); took < silence {
		t.Errorf("the message came after %s, within the silence", took)
	}
}

func TestNetworkIsSlow(t *testing.T) {
	s := sandboxtest.Shared(t)
	defer s.Network(t, "up", 0)
	w := connect(t, s, s.Claire())
	s.Network(t, "slow", 0)
	began := time.Now()
	w.ask("get", "", "<ping xmlns='urn:xmpp:ping'/>")
	if took := time.Since(began); took < 800*time.Millisecond {
		t.Errorf("there and back took %s, want at least twice 400 ms", took)
	}
}

func TestCertificateBecomesUntrusted(t *testing.T) {
	s := sandboxtest.Shared(t)
	defer s.Certificate(t, "trusted")
	s.Certificate(t, "untrusted")
	var unknown x509.UnknownAuthorityError
	if _, err := dial(t, s); !errors.As(err, &unknown) {
		t.Errorf("the connection fails with %v, want an unknown authority", err)
	}
	s.Certificate(t, "trusted")
	if _, err := dial(t, s); err != nil {
		t.Error(err)
	}
}

func TestEngineIsKilledAndComesBack(t *testing.T) {
	s := sandboxtest.Shared(t)
	for _, end := range []string{"kill", "stop"} {
		t.Run(end, func(t *testing.T) {
			s.Engine(t, end)
			s.WaitOffline(t, s.Sophie().JID)
			if _, err := dial(t, s); err == nil {
				t.Error("the engine still answers")
			}
			s.Engine(t, "start")
			for _, p := range s.People[2:] {
				s.WaitOnline(t, p.JID)
			}
			w := connect(t, s, s.Claire())
			if _, _, count, _ := w.page("", s.Sophie().JID, ""); count < history {
				t.Errorf("after %s the archive has %d messages", end, count)
			}
			body := "Après " + end
			s.Say(t, s.Claire().JID, s.Group("Équipe de nuit").JID, body)
			s.WaitReceived(t, s.Sophie().JID, body)
		})
	}
}

func TestCommandLine(t *testing.T) {
	var out, complaint bytes.Buffer
	if code := run([]string{"--help"}, strings.NewReader(""), &out, &complaint); code != 0 || complaint.Len() > 0 {
		t.Errorf("--help ends with %d, %s", code, &complaint)
	}
	for _, call := range []string{"/say", "/code", "/online", "/network", "/engine", "/received", "/token", "/tokens", "/consent", "/clock", "/certificate", "--token-life", "-history"} {
		if !strings.Contains(out.String(), strings.TrimPrefix(call, "-")) {
			t.Errorf("--help does not explain %s", call)
		}
	}
	for _, wrong := range [][]string{{"--wrong"}, {"argument"}, {"--people", "x"}} {
		if code := run(wrong, strings.NewReader(""), &out, &complaint); code != 2 {
			t.Errorf("%v ends with %d, want 2", wrong, code)
		}
	}
}

//go:build linux

package tour

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/proxy"
	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"

	"github.com/coder/websocket"
)

var (
	missed   = flag.Int("missed", 10_000, "`number` of messages that are missed in an absence")
	answered = flag.Int("answered", 300, "`number` of messages whose receipt is waited for")
	outage   = flag.Duration("outage", 20*time.Second, "`time` that the network is cut, in which 200 messages come")
)

// BenchmarkWire is what the network and the server see of the program, on its screen, beside a reader that only counts frames or only
// answers: what the server itself allows.
func BenchmarkWire(b *testing.B) {
	w := &wired{}
	w.desk = newDesk(b, func(s *sandboxtest.Sandbox) { w.between(b, s) })
	w.p.stop()
	for _, part := range []struct {
		name string
		run  func(w *wired, b *testing.B)
	}{
		{"OnlyAnswers", (*wired).benchmarkOnlyAnswers},
		{"List", (*wired).benchmarkList},
		{"5Windows", (*wired).benchmarkFiveWindows},
		{"Cut", (*wired).benchmarkCut},
		{"Backlog", (*wired).benchmarkBacklog},
	} {
		if !b.Run(part.name, func(b *testing.B) {
			w.by(b)
			part.run(w, b)
			b.ReportMetric(0, "ns/op")
		}) {
			break
		}
	}
	w.by(b)
	figures.print(os.Stdout, "What the wire and the server see")
}

// wired is a desk with a network between the program and the server that counts, and can be cut for the program alone.
type wired struct {
	*desk
	network *proxy.Proxy
	bytes   atomic.Int64 // both ways
	last    int          // number of the last message
}

// between puts the network into the deployment file.
func (w *wired) between(b *testing.B, s *sandboxtest.Sandbox) {
	address, err := url.Parse(s.WebSocket)
	if err == nil {
		w.network, err = proxy.Listen(func(ctx context.Context) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, "tcp", address.Host)
			return proxy.Counted{Conn: c, In: &w.bytes, Out: &w.bytes}, err
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.network.Close() })
	text, err := os.ReadFile(s.Config)
	if err == nil {
		s.Config = filepath.Join(b.TempDir(), "discussions.toml")
		err = os.WriteFile(s.Config, bytes.ReplaceAll(text, []byte(address.Host), []byte(w.network.Address())), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// colleague is a device of a person who is there.
func (w *wired) colleague(b *testing.B, who sandboxtest.Person, handle func(xmpp.Event)) *xmpp.Client {
	c := w.org.Wire(b, who.JID, handle)
	must(b, c.SendPresence(xmpp.Presence{}))
	return c
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// message makes a message to Claire that nobody else makes.
func (w *wired) message() xmpp.Message {
	w.last++
	id := fmt.Sprint("wire-", w.last)
	return xmpp.Message{
		ID: id, OriginID: id, To: jid.MustParse(w.org.Claire().JID), Type: "chat", HasBody: true,
		Body: fmt.Sprintf("Le pansement de M. Garcia est refait, %d.", w.last), RequestReceipt: true, Markable: true,
	}
}

// receipts is the time from handing a message to the wire until its receipt is back, through the server twice; pace is what lies between
// two messages, so that each is drawn by itself.
func (w *wired) receipts(b *testing.B, name, unit string, pace time.Duration) {
	back := make(chan string, 1000)
	paul := w.colleague(b, w.org.Paul(), func(e xmpp.Event) {
		if e, ok := e.(xmpp.MessageReceived); ok && e.Message.Received != "" {
			back <- e.Message.Received
		}
	})
	took := series{name: "message → receipt on the wire, " + name, unit: unit}
	for i := range *answered {
		time.Sleep(pace + phase(i))
		m := w.message()
		began := time.Now()
		must(b, paul.Send(m))
		for id := ""; id != m.ID; {
			select {
			case id = <-back:
			case <-time.After(patience):
				b.Fatalf("no receipt for message %d", i)
			}
		}
		took.add(time.Since(began))
	}
	took.report(b)
}

const pace = 30 * time.Millisecond

// benchmarkOnlyAnswers is a reader that only answers.
func (w *wired) benchmarkOnlyAnswers(b *testing.B) {
	var reader *xmpp.Client
	reader = w.colleague(b, w.org.Claire(), func(e xmpp.Event) {
		if e, ok := e.(xmpp.MessageReceived); ok && e.Message.RequestReceipt {
			_ = reader.Send(xmpp.Message{ID: "r" + e.Message.ID, To: e.Message.From.Bare(), Type: "chat", Received: e.Message.ID, Store: true})
		}
	})
	w.receipts(b, "a reader that only answers", "receipt", pace)
}

// received is receipts, and what of the processor each message takes in the program.
func (w *wired) received(b *testing.B, name string) {
	used := w.p.cpu(b)
	w.receipts(b, name, "receipt", pace)
	w.settle() // what is drawn late
	report(b, "  CPU of each message, "+name, "cpu-ms/message", milliseconds(w.p.cpu(b)-used)/float64(*answered), "%.2f ms", "one every "+pace.String())
}

func (w *wired) benchmarkList(b *testing.B) {
	w.relaunch()
	w.received(b, "the program, list in view")
}

// benchmarkFiveWindows makes the messages come into one of five windows in view.
func (w *wired) benchmarkFiveWindows(b *testing.B) {
	w.ready(1)
	for i, name := range []string{"Sophie", "Julien", "Moussa", "Astreinte", "Paul"} {
		w.place(w.conversation(name), 440+100*i, 40)
	}
	w.settle()
	w.received(b, "the program, five windows")
}

// benchmarkCut is how long after a cut the last of 200 messages is drawn, which came meanwhile: from the new connection. Nothing tells the
// program that this network is back: it finds out by its next try.
func (w *wired) benchmarkCut(b *testing.B) {
	const many = 200
	paul := w.colleague(b, w.org.Paul(), nil)
	w.relaunch()
	w.place(w.conversation("Paul"), 440, 40) // the only window: the log numbers what is drawn in it
	w.settle()
	mark := w.p.mark()
	must(b, w.network.Set(proxy.Cut, 0, 0))
	w.p.next(mark, "disconnected")
	cut := time.Now()
	for range many {
		must(b, paul.Send(w.message()))
	}
	time.Sleep(time.Until(cut.Add(*outage)))
	mark = w.p.mark()
	must(b, w.network.Set(proxy.Up, 0, 0))
	back := time.Now()
	line, _ := w.p.next(mark, "connected")
	connected := line.at(b)
	line, _ = w.p.next(mark, "message drawn", "number", many)
	report(b, fmt.Sprintf("cut of %s, the network is back → connected by the next try", *outage), "reconnect-s", connected.Sub(back).Seconds(), "%.2f s", "")
	report(b, fmt.Sprintf("  connected → last of %d messages drawn", many), "last-s", line.at(b).Sub(connected).Seconds(), "%.3f s", "")
}

// benchmarkBacklog is what is missed in an absence: until the newest message of each conversation is drawn, and until all is stored, from the
// connection on, beside a reader of the same archive that counts the frames.
func (w *wired) benchmarkBacklog(b *testing.B) {
	w.relaunch()
	w.settle() // until its archive was asked again
	before := w.unread(b)
	w.p.stop()
	w.absence(b)

	server := cpuOf(b, w.engine(b))
	frames, size, took := w.countFrames(b)
	report(b, fmt.Sprintf("archive of %d missed messages: a reader that counts frames", *missed), "reader-s", took.Seconds(), "%.2f s", fmt.Sprint(frames, " frames"))
	report(b, "  on the wire, without the encryption", "reader-MB", float64(size)/1e6, "%.1f MB", "the server compresses nothing")
	read := cpuOf(b, w.engine(b))
	report(b, "  the server's CPU for that", "reader-server-s", (read - server).Seconds(), "%.2f s", "")

	w.bytes.Store(0)
	w.launch()
	mark := w.p.mark()
	w.unlock("")
	line, connected := w.p.next(mark, "connected")
	began, used := line.at(b), w.p.cpu(b)
	_, newest := w.p.next(connected, "the newest of what was missed is here")
	line, _ = w.p.next(newest, "list drawn")
	report(b, "connected → newest previews drawn", "previews-s", line.at(b).Sub(began).Seconds(), "%.2f s", "")
	all, _ := w.p.next(newest, "all that was missed is here")
	line, _ = w.p.next(connected, "list drawn", "unread", before+*missed)
	report(b, "  → all drawn and stored", "stored-s", max(line.at(b).Sub(began), all.at(b).Sub(began)).Seconds(), "%.2f s", "")
	w.settle()
	report(b, "  the program's CPU for it", "cpu-s", (w.p.cpu(b) - used).Seconds(), "%.2f s", "")
	report(b, "  the server's CPU for it", "server-s", (cpuOf(b, w.engine(b)) - read).Seconds(), "%.2f s", "")
	report(b, "  on the wire, both ways", "MB", float64(w.bytes.Load())/1e6, "%.1f MB", "encrypted")
}

// unread is what the list shows as unread.
func (w *wired) unread(b *testing.B) int {
	b.Helper()
	n := -1.0
	for mark := 0; mark < w.p.mark(); mark++ {
		line, ok := w.p.line(mark)
		if ok && line["msg"] == "list drawn" {
			n, _ = line["unread"].(float64)
		}
	}
	if n < 0 {
		b.Fatal("no list was drawn")
	}
	return int(n)
}

// absence has three people write while the program does not run.
func (w *wired) absence(b *testing.B) {
	var acked atomic.Int64
	var wires []*xmpp.Client
	for _, who := range []sandboxtest.Person{w.org.Paul(), w.org.Sophie(), w.org.Julien()} {
		wires = append(wires, w.colleague(b, who, func(e xmpp.Event) {
			if e, ok := e.(xmpp.Acked); ok {
				acked.Add(int64(len(e.IDs)))
			}
		}))
	}
	for i := range *missed {
		for int64(i)-acked.Load() > 500 { // not more than the server keeps up with
			time.Sleep(10 * time.Millisecond)
		}
		must(b, wires[i%len(wires)].Send(w.message()))
	}
	for acked.Load() < int64(*missed) {
		time.Sleep(50 * time.Millisecond)
	}
}

// countFrames reads as many messages as were missed from the end of the archive, in pages of 250.
func (w *wired) countFrames(b *testing.B) (frames, size int, took time.Duration) {
	ws := w.org.Raw(b, w.org.Claire().JID, "compteur")
	defer func() { _ = ws.CloseNow() }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	began, before := time.Now(), ""
	for frames < *missed {
		ask := `<iq xmlns="jabber:client" type="set" id="page"><query xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><max>250</max><before>` +
			before + `</before></set></query></iq>`
		must(b, ws.Write(ctx, websocket.MessageText, []byte(ask)))
		for before = ""; before == ""; frames++ {
			_, data, err := ws.Read(ctx)
			must(b, err)
			size += len(data)
			if bytes.HasPrefix(data, []byte("<iq")) {
				frames--
				_, after, _ := strings.Cut(string(data), "<first")
				_, after, _ = strings.Cut(after, ">")
				before, _, _ = strings.Cut(after, "<")
				if before == "" {
					b.Fatalf("the archive ends after %d", frames)
				}
			}
		}
	}
	return frames, size, time.Since(began)
}

// engine is the process of the message server.
func (w *wired) engine(b *testing.B) int {
	b.Helper()
	parents, engines := map[int]int{}, []int(nil)
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	must(b, err)
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …
		name := text[bytes.IndexByte(text, '(')+1 : bytes.LastIndexByte(text, ')')]
		pid, _ := strconv.Atoi(string(text[:bytes.IndexByte(text, ' ')]))
		parents[pid], _ = strconv.Atoi(strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))[1])
		if string(name) == "beam.smp" {
			engines = append(engines, pid)
		}
	}
	for _, pid := range engines {
		for p := pid; p > 1; p = parents[p] {
			if p == os.Getpid() {
				return pid
			}
		}
	}
	b.Fatal("the message server is not to be seen")
	return 0
}

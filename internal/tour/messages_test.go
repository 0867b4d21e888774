//go:build linux

package tour

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// messages is how many are sent, and received, one after the other.
const messages = 500

// phase varies the pause between messages: without it they would keep step with the frames of the screen.
func phase(i int) time.Duration { return time.Duration(i*7%17) * time.Millisecond }

// benchmarkSend is the time until the other person's own client has a message: from Enter, and from the moment that the
// program hands it to the wire, which is after it is in the outbox on disk.
func (d *desk) benchmarkSend(b *testing.B) {
	other := d.org.Person("Moussa Keïta")
	d.ready(1)
	d.focus(d.conversation("Moussa"))
	key := series{name: "Enter → the other person's client has it", unit: "key"}
	wire := series{name: "  of it: on the wire", unit: "wire"}
	n := len(d.org.Received(b, other.JID))
	for i := range messages {
		d.press(b, "o")
		d.press(b, "k")
		time.Sleep(60*time.Millisecond + phase(i)) // what was typed is painted
		mark := d.p.mark()
		pressed := d.press(b, "Return")
		came := d.received(b, other.JID, n+i)
		handed, _ := d.p.next(mark, "message handed to the wire")
		key.add(came.Sub(pressed))
		wire.add(came.Sub(handed.at(b)))
	}
	key.report(b)
	wire.report(b)
}

// benchmarkReceive is the time from the moment that the other person's own client sends a message until it is painted.
func (d *desk) benchmarkReceive(b *testing.B) {
	other := d.org.Person("Moussa Keïta")
	d.ready(1)
	d.focus(d.conversation("Moussa"))
	drawn := series{name: "the other person sends → drawn in the window", unit: "drawn"}
	for i := range messages {
		time.Sleep(10*time.Millisecond + phase(i))
		mark := d.p.mark()
		said := d.say(b, other.JID, d.org.Claire().JID, fmt.Sprintf("Message %d", i))
		line, _ := d.p.next(mark, "message drawn")
		drawn.add(line.at(b).Sub(said))
	}
	drawn.report(b)
}

// received waits for the nth message that a person's own client gets, from 0, and returns when it came.
func (d *desk) received(b *testing.B, jid string, n int) time.Time {
	b.Helper()
	query := url.Values{"jid": {jid}, "after": {strconv.Itoa(n)}, "wait": {strconv.Itoa(int(patience.Seconds()))}}
	var list []struct{ Time time.Time }
	decode(b, &list)(d.control.Get(d.org.Control + "/received?" + query.Encode()))
	if len(list) == 0 {
		b.Fatalf("%s got no message", jid)
	}
	return list[0].Time
}

// say makes a person write, and returns when their message left.
func (d *desk) say(b *testing.B, from, to, body string) time.Time {
	b.Helper()
	in, err := json.Marshal(map[string]string{"from": from, "to": to, "body": body})
	if err != nil {
		b.Fatal(err)
	}
	var out struct{ Time time.Time }
	decode(b, &out)(d.control.Post(d.org.Control+"/say", "application/json", bytes.NewReader(in)))
	return out.Time
}

func decode(b *testing.B, out any) func(*http.Response, error) {
	return func(r *http.Response, err error) {
		b.Helper()
		if err == nil {
			defer r.Body.Close()
			err = json.NewDecoder(r.Body).Decode(out)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

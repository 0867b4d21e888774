package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/model"
	"discussions/messaging/xmpp"
)

// from makes a message of Sophie's phone, ready to be completed.
func fromSophie(id string) xmpp.Message {
	return xmpp.Message{ID: id, From: phone(sophie), To: claire, Type: "chat"}
}

func TestWhatAStanzaHoldsIsShown(t *testing.T) {
	file := xmpp.SharedFile{Name: "ordonnance.pdf", MediaType: "application/pdf", Size: 1234, Sources: []string{"https://upload.example.org/a/f.bin"}}
	for name, tt := range map[string]struct {
		stanza func(*xmpp.Message)
		want   Content // nil: nothing is shown
	}{
		"a text": {func(m *xmpp.Message) { m.Body, m.HasBody = "bonjour", true }, Text{Body: "bonjour"}},
		"a subject and a text": {func(m *xmpp.Message) {
			m.Type, m.Subject, m.Body, m.HasBody = "normal", "URGENT: Mme B.", "Rappelez-moi", true
		}, Text{Subject: "URGENT: Mme B.", Body: "Rappelez-moi"}},
		"a subject alone":        {func(m *xmpp.Message) { m.Subject, m.HasSubject = "Relève", true }, Text{Subject: "Relève"}},
		"an encrypted message":   {func(m *xmpp.Message) { m.Encryption = &xmpp.Encryption{Name: "OMEMO"}; m.Store = true }, Unreadable{Reason: Encrypted, Scheme: "OMEMO"}},
		"keys without a message": {func(m *xmpp.Message) { m.Encryption = &xmpp.Encryption{Name: "OMEMO", Empty: true} }, nil},
		"something unknown":      {func(m *xmpp.Message) { m.Unknown = []string{"urn:example:poll"}; m.Store = true }, Unreadable{Reason: Unsupported}},
		"a typing notice":        {func(m *xmpp.Message) { m.ChatState = "composing" }, nil},
		"an empty body":          {func(m *xmpp.Message) { m.HasBody = true }, nil},
		"a link alone":           {func(m *xmpp.Message) { m.OutOfBand = []xmpp.OutOfBand{{URL: "https://x.example/a/b.png"}} }, File{Name: "b.png", URL: "https://x.example/a/b.png", Access: access([]xmpp.OutOfBand{{URL: "https://x.example/a/b.png"}})}},
		"a link beside a text": {func(m *xmpp.Message) {
			m.Body, m.HasBody, m.OutOfBand = "voir", true, []xmpp.OutOfBand{{URL: "https://x.example/"}}
		}, Text{Body: "voir\nhttps://x.example/"}},
		"a link within the text": {func(m *xmpp.Message) {
			m.Body, m.HasBody, m.OutOfBand = "voir https://x.example/ !", true, []xmpp.OutOfBand{{URL: "https://x.example/"}}
		}, Text{Body: "voir https://x.example/ !"}},
		"a file":                  {func(m *xmpp.Message) { m.Files = []xmpp.SharedFile{file} }, File{Name: file.Name, MediaType: file.MediaType, Size: 1234, URL: file.Sources[0], Access: access([]xmpp.SharedFile{file})}},
		"two files and a caption": {func(m *xmpp.Message) { m.Body, m.HasBody, m.Files = "la suite", true, []xmpp.SharedFile{file, file} }, File{Name: file.Name, MediaType: file.MediaType, Size: 1234, URL: file.Sources[0], Description: "la suite", Access: access([]xmpp.SharedFile{file})}.With([]File{{Name: file.Name, MediaType: file.MediaType, Size: 1234, URL: file.Sources[0], Access: access([]xmpp.SharedFile{file})}})},
		"an invitation": {func(m *xmpp.Message) {
			m.Body, m.HasBody, m.Invite = "venez", true, &xmpp.Invite{Room: jid.MustParse("b@rooms.example.org")}
		}, Invitation{Room: "b@rooms.example.org", Text: "venez"}},
		"a withdrawn message": {func(m *xmpp.Message) { m.Retracted = &xmpp.Retraction{Stamp: start} }, Retracted{At: start, By: "Sophie", ByJID: sophie.String()}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				m := fromSophie("x")
				tt.stanza(&m)
				w.Live(m)
				synctest.Wait()
				v := must(c.Conversation(id(sophie)))
				if tt.want == nil {
					if v.Last != nil {
						t.Errorf("shown: %v", v.Last.Content)
					}
					return
				}
				if v.Last == nil {
					t.Fatal("nothing is shown")
				}
				same(t, "content", v.Last.Content, tt.want)
				same(t, "unread", v.Unread, 1)
			})
		})
	}
}

func TestARoomThatSpeaksIsANoticeAndNotUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Live(xmpp.Message{From: garde, To: claire, Type: "groupchat", Body: "Le salon ferme à minuit", HasBody: true})
		w.Live(xmpp.Message{From: garde, To: claire, Type: "groupchat", Body: "This room is not anonymous", HasBody: true, StatusCodes: []int{100}})
		synctest.Wait()
		v := must(c.Conversation(id(garde)))
		same(t, "shown", v.Last.Content, Content(Notice{Kind: FromRoom, Text: "Le salon ferme à minuit"}))
		same(t, "unread", v.Unread, 0)
	})
}

func TestAnAnswerShowsItsOriginalAndNotItsQuotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m := fromSophie("1")
		m.Body, m.HasBody = "Qui est de garde ?", true
		w.Live(m)
		answer := func(id, to string) {
			a := fromSophie(id)
			var f xmpp.Fallback
			a.Body, f = xmpp.Quote("Qui est de garde ?", "Moi.")
			a.HasBody, a.Fallbacks, a.Reply = true, []xmpp.Fallback{f}, &xmpp.Reply{ID: to, To: sophie}
			w.Live(a)
			synctest.Wait()
		}
		answer("2", "1")
		newest := func() Message { return must(c.History(t.Context(), id(sophie), Cursor{}, 1, 0)).Messages[0] }
		last := newest()
		same(t, "text", last.Content, Content(Text{Body: "Moi."}))
		if q := last.ReplyTo; q == nil || q.ID == "" || q.Text != "Qui est de garde ?" || q.Author != "Sophie" || q.Cursor.IsZero() {
			t.Errorf("quote %+v", q)
		}
		answer("3", "long-ago")
		same(t, "unknown original", newest().ReplyTo, &Quote{Author: "Sophie", Text: "Qui est de garde ?"})
	})
}

func TestCorrectionReactionAndRetractionAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		var told []string
		c.Subscribe(func(e Event) {
			switch e := e.(type) {
			case MessageAdded:
				told = append(told, "added "+body(e.Message))
			case MessageChanged:
				told = append(told, fmt.Sprintf("changed %s edited=%v reactions=%d", body(e.Message), !e.Message.Edited.IsZero(), len(e.Message.Reactions)))
			case MessageRemoved:
				told = append(told, "removed")
			}
		})
		say := func(id string, with func(*xmpp.Message)) {
			m := fromSophie(id)
			with(&m)
			w.Live(m)
			synctest.Wait()
		}
		say("1", func(m *xmpp.Message) { m.Body, m.HasBody = "Donner 10 mg", true })
		say("2", func(m *xmpp.Message) { m.Body, m.HasBody, m.Replaces = "Donner 1 mg", true, "1" })
		say("3", func(m *xmpp.Message) { m.Reactions = &xmpp.Reactions{ID: "1", Emoji: []string{"👍"}} })
		say("4", func(m *xmpp.Message) { m.Retraction = &xmpp.Retraction{ID: "1"} })
		want := []string{
			"added Donner 10 mg", "changed Donner 1 mg edited=true reactions=0", "changed Donner 1 mg edited=true reactions=1", "changed  edited=false reactions=0",
		}
		if d := cmp.Diff(want, told); d != "" {
			t.Error(d)
		}
		v := must(c.Conversation(id(sophie)))
		if gone, ok := v.Last.Content.(Retracted); !ok || gone.By != "Sophie" || v.Unread != 1 {
			t.Errorf("%+v, %d unread", v.Last.Content, v.Unread)
		}
	})
}

// A client must not date its messages as it likes.
func TestALiveMessageIsOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m := w.Says(sophie, "bonjour")
		m.Delay = time.Now().Add(24 * time.Hour)
		w.Live(m)
		synctest.Wait()
		if got := must(c.Conversation(id(sophie))).Last.Time; got.After(time.Now()) {
			t.Errorf("from the future: %v", got)
		}
	})
}

// Ten thousand missed messages must not become ten thousand receipts that every archive keeps.
func TestMissedMessagesGetOneArchivedReceiptAConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Says(sophie, "avant")
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Cut()
		for i := range 200 {
			w.Says([]jid.JID{sophie, julien}[i%2], fmt.Sprint("manqué ", i))
		}
		w.Connect(false)
		synctest.Wait()
		same(t, "unread", c.Unread(), 200)
		stored := w.Count(func(m xmpp.Message) bool { return m.Received != "" && m.Store })
		all := w.Count(func(m xmpp.Message) bool { return m.Received != "" })
		same(t, "archived receipts", stored, 2)
		if all > 2*mostReceipts {
			t.Errorf("%d receipts", all)
		}
		newest := w.Count(func(m xmpp.Message) bool { return m.Store && m.Received == fmt.Sprint("m", w.Stanzas) })
		same(t, "one of them is for the newest message", newest, 1)
	})
}

func TestTheCursorStaysBehindWhatAPageMayLack(t *testing.T) {
	page := func(n int, step time.Duration) (list []xmpp.Message) {
		for i := range n {
			list = append(list, xmpp.Message{ArchiveID: fmt.Sprint(i), Delay: start.Add(time.Duration(i) * step)})
		}
		return list
	}
	for _, tt := range []struct {
		name    string
		page    []xmpp.Message
		own, of model.StanzaID // the own archive, and a room's
	}{
		{"an empty page", nil, "", ""},
		{"a page of one moment", page(20, 0), "", ""},
		{"one a second", page(40, time.Second), "", "9"},
		{"a burst", page(250, time.Millisecond), "49", "149"},
		{"one a minute", page(13, time.Minute), "2", "11"},
	} {
		same(t, tt.name, cursorOf(model.OwnArchive, tt.page), tt.own)
		same(t, tt.name+", of a room", cursorOf(ArchiveID(garde.String()), tt.page), tt.of)
	}
}

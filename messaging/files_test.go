package messaging

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/files"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// withFiles runs a test with an upload service, and an unlocked client whose session has not begun.
func withFiles(t *testing.T, policy FilePolicy, test func(t *testing.T, w *wiretest.Server, c *Client, cfg Config)) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Subscription: "both"}}
		w.Web = wiretest.NewWeb()
		t.Cleanup(func() { check(t, w.Web.Close()) })
		cfg := Config{Dir: t.TempDir(), Transport: w.Web.Transport(), Files: policy}
		test(t, w, newTestWith(t, cfg, w), cfg)
	})
}

func connect(w *wiretest.Server) {
	w.Connect(false)
	synctest.Wait()
}

func sendFile(t testing.TB, c *Client, to jid.JID, content string) Message {
	t.Helper()
	m, err := c.SendFile(id(to), NewFile{Name: "ordonnance œil.pdf", MediaType: "application/pdf", Caption: "pour Mme B.", Content: strings.NewReader(content)})
	check(t, err)
	return m
}

// read gives the file of a message on this computer, or why there is none.
func read(c *Client, m Message) string {
	r, err := c.OpenFile(m)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// now is a message as it is now.
func now(t testing.TB, c *Client, m Message) Message {
	t.Helper()
	p, err := c.History(t.Context(), m.Conversation, Cursor{}, 50, 0)
	check(t, err)
	for _, n := range p.Messages {
		if n.ID == m.ID {
			return n
		}
	}
	t.Fatal("the message is gone")
	return Message{}
}

// onDisk counts the files of the account on disk.
func onDisk(t testing.TB, cfg Config) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(cfg.Dir, "files"))
	check(t, err)
	return len(entries)
}

func TestAFileIsUploadedEncryptedAndItsMessageFollows(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		content := strings.Repeat("CANARI Mme B. ", 10_000)
		_, err := c.Send(id(sophie), Text{Body: "avant"})
		check(t, err)
		m := sendFile(t, c, sophie, content)
		_, err = c.Send(id(sophie), Text{Body: "après"})
		check(t, err)
		same(t, "on this computer at once", read(c, m), content)
		shown, told := m, false // as who follows the events has it
		defer c.Subscribe(func(e Event) {
			switch e := e.(type) {
			case MessageChanged:
				if e.Message.ID == m.ID {
					shown = e.Message
				}
			case FileChanged:
				if e.ID == m.ID && e.State.Stage == FileHere && !told {
					told = true
					same(t, "as soon as it is told to be here", read(c, shown), content)
				}
			}
		})()
		connect(w)
		same(t, "told to be here", told, true)

		same(t, "sent, in order", w.Bodies(), []string{"avant", "📎 ordonnance œil.pdf\npour Mme B.", "après"})
		same(t, "what the service was told", w.Web.Named(), []string{"f.bin application/octet-stream"})
		sent := w.Sent[slices.IndexFunc(w.Sent, func(s xmpp.Message) bool { return len(s.Files) > 0 })]
		same(t, "text for programs that read files", sent.BodyWithout(xmpp.NSFileSharing), "pour Mme B.")
		for path, data := range w.Web.Stored() {
			if bytes.Contains(data, []byte("CANARI")) || strings.Contains(path, "ordonnance") {
				t.Error("the service can read it")
			}
			source := must(files.SourceOf(access(sent.Files)))
			var decrypted strings.Builder
			in := must(source.Receive(&decrypted))
			must(in.Write(data))
			check(t, in.End())
			same(t, "decrypted", decrypted.String(), content)
		}
		m = now(t, c, m)
		same(t, "as others read it", m.Content, contentOf(&sent))
		same(t, "state", c.FileState(m), FileState{Stage: FileHere})
		same(t, "here without being fetched", read(c, m), content)
		same(t, "requests", w.Web.Asked(), []string{"PUT /s/f.bin"})
		w.Flow()
		time.Sleep(provingDelay)
		synctest.Wait()
		same(t, "left in the outbox", c.Unsent(), 0)
		same(t, "conversation", history(t, c, sophie, 10), []string{"avant", "pour Mme B.", "après"})
		same(t, "files on disk", onDisk(t, cfg), 1)
	})
}

func TestAFileSurvivesLockAndRestart(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		m := sendFile(t, c, sophie, "contenu")
		check(t, c.Lock())
		same(t, "locked", read(c, m), ErrLocked.Error())
		connect(w)
		same(t, "sent while locked", w.Bodies(), []string(nil))
		stuck := make(chan struct{})
		w.Web.Handle(func(_ http.ResponseWriter, r *http.Request) bool {
			hang(r)
			stuck <- struct{}{}
			return true
		})
		check(t, c.Unlock(key))
		synctest.Wait()
		check(t, c.Lock()) // in the middle of the upload
		<-stuck
		w.Cut()
		check(t, c.Close())
		w.Web.Handle(nil)
		again := newTestWith(t, cfg, w)
		connect(w)
		same(t, "sent after a restart", w.Bodies(), []string{"📎 ordonnance œil.pdf\npour Mme B."})
		same(t, "here", read(again, now(t, again, m)), "contenu")
	})
}

func TestAFileSurvivesAKilledProgram(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		w.Web.Handle(func(_ http.ResponseWriter, r *http.Request) bool { hang(r); return true })
		_, err := c.Send(id(sophie), Text{Body: "avant"})
		check(t, err)
		m := sendFile(t, c, sophie, "contenu")
		_, err = c.Send(id(sophie), Text{Body: "après"})
		check(t, err)
		synctest.Wait()
		killed := t.TempDir() // what the disk has in the middle of the upload
		check(t, os.CopyFS(killed, os.DirFS(cfg.Dir)))
		check(t, c.Close())
		w.Web.Handle(nil)
		cfg.Dir = killed
		again := newTestWith(t, cfg, w)
		connect(w)
		same(t, "sent, in order and once", w.Bodies(), []string{"avant", "📎 ordonnance œil.pdf\npour Mme B.", "après"})
		same(t, "here", read(again, now(t, again, m)), "contenu")
	})
}

func TestWhatTheUploadServiceMayAnswer(t *testing.T) {
	answer := func(statuses ...int) func(*wiretest.Web) {
		return func(web *wiretest.Web) {
			n := 0
			web.Handle(func(w http.ResponseWriter, r *http.Request) bool {
				_, _ = io.Copy(io.Discard, r.Body)
				if n++; n > len(statuses) {
					return false
				}
				w.WriteHeader(statuses[n-1])
				return true
			})
		}
	}
	for name, c := range map[string]struct {
		service func(*wiretest.Web)
		failure FileFailure // "": the message goes
	}{
		"the slot has ended":           {answer(403), ""},
		"every slot has ended":         {answer(403, 404, 410), FileRefused},
		"out of order for a while":     {answer(500, 502, 507), ""},
		"too large for the web server": {answer(413), FileTooLarge},
		"refused":                      {answer(400), FileRefused},
		"too large for the service":    {func(w *wiretest.Web) { w.MaxSize = 10 }, FileTooLarge},
		"too large for a slot":         {func(w *wiretest.Web) { w.NoSlots = xmpp.ErrFileTooLarge }, FileTooLarge},
		"the quota is reached":         {func(w *wiretest.Web) { w.NoSlots = xmpp.ErrQuota }, FileQuota},
		"not allowed":                  {func(w *wiretest.Web) { w.NoSlots = &xmpp.StanzaError{Type: "auth", Condition: "forbidden"} }, FileRefused},
		"the connection breaks": {func(web *wiretest.Web) {
			n := 0
			web.Handle(func(_ http.ResponseWriter, r *http.Request) bool {
				if n++; n <= 2 {
					_, _ = io.CopyN(io.Discard, r.Body, 5)
					panic(http.ErrAbortHandler)
				}
				return false
			})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, client *Client, _ Config) {
				c.service(w.Web)
				connect(w)
				m := sendFile(t, client, sophie, "un contenu de quelques octets")
				_, err := client.Send(id(sophie), Text{Body: "après"})
				check(t, err)
				synctest.Wait()
				time.Sleep(10 * time.Second)
				synctest.Wait()
				m = now(t, client, m)
				if c.failure == "" {
					same(t, "sent", w.Bodies(), []string{"📎 ordonnance œil.pdf\npour Mme B.", "après"})
					return
				}
				same(t, "failure", FileFailure(m.Failure), c.failure)
				same(t, "sent", w.Bodies(), []string{"après"})
				w.Web.NoSlots, w.Web.MaxSize = nil, 0
				w.Web.Handle(nil)
				check(t, client.Resend(m.ID))
				synctest.Wait()
				same(t, "sent after another try", w.Bodies(), []string{"après", "📎 ordonnance œil.pdf\npour Mme B."})
			})
		})
	}
}

func TestWithoutAnUploadServiceItIsSaid(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, _ Config) {
		web := w.Web
		w.Web = nil
		defer func() { w.Web = web }()
		connect(w)
		m := sendFile(t, c, sophie, "contenu")
		synctest.Wait()
		same(t, "failure", FileFailure(now(t, c, m).Failure), FileNoService)
	})
}

func TestASendingIsGivenUp(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		w.Web.Handle(func(_ http.ResponseWriter, r *http.Request) bool { hang(r); return true })
		m := sendFile(t, c, sophie, "contenu")
		synctest.Wait()
		same(t, "moves", c.FileState(m).Stage, FileMoving)
		check(t, c.Discard(m.ID))
		synctest.Wait()
		same(t, "files on disk", onDisk(t, cfg), 0)
		same(t, "left in the outbox", c.Unsent(), 0)
		same(t, "sent", w.Bodies(), []string(nil))
		w.Web.Handle(nil)
		m = sendFile(t, c, sophie, "un autre")
		synctest.Wait()
		check(t, c.Retract(m.Conversation, m.ID))
		synctest.Wait()
		same(t, "files on disk after it was withdrawn", onDisk(t, cfg), 0)
	})
}

func TestThePolicyLimitsWhatIsSent(t *testing.T) {
	withFiles(t, FilePolicy{MaxSize: 10, Types: []string{"image/*", "application/pdf"}}, func(t *testing.T, _ *wiretest.Server, c *Client, cfg Config) {
		broken := errors.New("the stick was drawn")
		for name, n := range map[string]struct {
			file NewFile
			want error
		}{
			"too large":        {NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: strings.NewReader("12345678901")}, ErrFileTooLarge},
			"of another type":  {NewFile{Name: "a.exe", MediaType: "application/x-msdownload", Content: strings.NewReader("1")}, ErrFileType},
			"empty":            {NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: strings.NewReader("")}, ErrEmpty},
			"not to be read":   {NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: io.MultiReader(strings.NewReader("1"), errReader{broken})}, broken},
			"a long caption":   {NewFile{Name: "a.pdf", MediaType: "application/pdf", Caption: strings.Repeat("x", MaxBody+1), Content: strings.NewReader("1")}, ErrTooLong},
			"to nobody":        {NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: strings.NewReader("1")}, ErrNoConversation},
			"of a whole group": {NewFile{Name: "a.jpg", MediaType: "image/jpeg", Content: strings.NewReader("1234567890")}, nil},
		} {
			to := id(sophie)
			if name == "to nobody" {
				to = "@"
			}
			if _, err := c.SendFile(to, n.file); !errors.Is(err, n.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		same(t, "files on disk", onDisk(t, cfg), 1)
	})
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

package messaging

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/files"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func TestAPlainFileIsReadByEveryProgram(t *testing.T) {
	withFiles(t, FilePolicy{Plain: true}, func(t *testing.T, w *wiretest.Server, c *Client, _ Config) {
		connect(w)
		m := sendFile(t, c, sophie, "contenu")
		synctest.Wait()
		const address = "http://127.0.0.1:8080/s/f.pdf"
		same(t, "sent", w.Bodies(), []string{address + "\npour Mme B."})
		same(t, "link", w.Sent[len(w.Sent)-1].OutOfBand, []xmpp.OutOfBand{{URL: address}})
		same(t, "stored", string(w.Web.Stored()["/s/f.pdf"]), "contenu")
		same(t, "as others read it", now(t, c, m).Content, contentOf(&w.Sent[len(w.Sent)-1]))
	})
}

// sealedFile is a file as it lies on the server, and its description.
func sealedFile(t testing.TB, content string) (data []byte, f xmpp.SharedFile) {
	t.Helper()
	c := files.Seal(strings.NewReader(content), int64(len(content)))
	data, err := io.ReadAll(c)
	check(t, err)
	f.Size = int64(len(content))
	c.Describe(&f)
	return data, f
}

// share makes somebody share a file of that content, encrypted, and gives the message.
func share(t testing.TB, w *wiretest.Server, c *Client, from jid.JID, mediaType, content string, change func(*xmpp.SharedFile)) Message {
	t.Helper()
	data, f := sealedFile(t, content)
	f.Encrypted.Sources = []string{w.Web.Put(fmt.Sprintf("/%x", data[:8]), data)}
	f.Name, f.MediaType, f.Width, f.Height = "plaie.jpg", mediaType, 4, 3
	if change != nil {
		change(&f)
	}
	origin := "shared " + content
	w.Live(xmpp.Message{ID: origin, OriginID: origin, From: must(from.WithResource("x")), Type: "chat", Body: "📎", HasBody: true, Files: []xmpp.SharedFile{f},
		Fallbacks: []xmpp.Fallback{{For: xmpp.NSFileSharing, Body: []xmpp.Range{{End: 1}}}}})
	synctest.Wait()
	p, err := c.History(t.Context(), id(from), Cursor{}, 1, 0)
	check(t, err)
	return p.Messages[0]
}

func TestAPictureOfAContactIsFetched(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		picture := share(t, w, c, sophie, "image/jpeg", "une photo", nil)
		same(t, "before", c.FileState(picture), FileState{})
		var told []FileStage
		defer c.Subscribe(func(e Event) {
			if e, ok := e.(FileChanged); ok && e.ID == picture.ID {
				told = append(told, e.State.Stage)
			}
		})()
		c.FetchFile(picture, Unasked)
		c.FetchFile(picture, Unasked)
		synctest.Wait()
		same(t, "here", read(c, picture), "une photo")
		same(t, "fetched once", len(w.Web.Asked()), 1)
		same(t, "told at first and at last", []FileStage{told[0], told[len(told)-1]}, []FileStage{FileMoving, FileHere})

		for name, m := range map[string]Message{
			"a document":              share(t, w, c, sophie, "application/pdf", "un document", nil),
			"a large picture":         share(t, w, c, sophie, "image/jpeg", "x", func(f *xmpp.SharedFile) { f.Size = fetchedUnasked + 1 }),
			"one of unknown size":     share(t, w, c, sophie, "image/jpeg", "y", func(f *xmpp.SharedFile) { f.Size = 0 }),
			"a picture of a stranger": share(t, w, c, julien, "image/jpeg", "z", nil),
		} {
			c.FetchFile(m, Unasked)
			synctest.Wait()
			same(t, name+", without a click", c.FileState(m), FileState{})
		}
		stranger := share(t, w, c, julien, "image/jpeg", "demandée", nil)
		c.FetchFile(stranger, Asked)
		synctest.Wait()
		same(t, "with a click", read(c, stranger), "demandée")

		before := onDisk(t, cfg)
		w.Live(xmpp.Message{From: must(sophie.WithResource("x")), Type: "chat", Retraction: &xmpp.Retraction{ID: "shared une photo"}})
		synctest.Wait()
		same(t, "files on disk after it was withdrawn", onDisk(t, cfg), before-1)
	})
}

func TestNothingIsKeptOfAFileThatIsNotAsAnnounced(t *testing.T) {
	withFiles(t, FilePolicy{MaxSize: 100}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		for name, n := range map[string]struct {
			change func(f *xmpp.SharedFile)
			handle func(http.ResponseWriter, *http.Request) bool
			want   FileState
		}{
			"wrong hash":      {func(f *xmpp.SharedFile) { f.Hashes = []xmpp.Hash{files.Hash([]byte("x"))} }, nil, FileState{Stage: FileFailed, Failure: FileDamaged}},
			"wrong size":      {func(f *xmpp.SharedFile) { f.Size++ }, nil, FileState{Stage: FileFailed, Failure: FileDamaged}},
			"wrong key":       {func(f *xmpp.SharedFile) { f.Encrypted.Key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" }, nil, FileState{Stage: FileFailed, Failure: FileDamaged}},
			"another host":    {func(f *xmpp.SharedFile) { f.Encrypted.Sources = []string{"https://tracker.example.net/x"} }, nil, FileState{Stage: FileForeign}},
			"gone":            {func(f *xmpp.SharedFile) { f.Encrypted.Sources[0] += "x" }, nil, FileState{Stage: FileFailed, Failure: FileGone}},
			"endless":         {nil, endless, FileState{Stage: FileFailed, Failure: FileTooLarge}},
			"always cut":      {nil, func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, FileState{Stage: FileFailed, Failure: FileUnavailable}},
			"without sources": {func(f *xmpp.SharedFile) { f.Encrypted = nil }, nil, FileState{Stage: FileFailed, Failure: FileGone}},
		} {
			m := share(t, w, c, sophie, "image/jpeg", "une photo "+name, n.change)
			w.Web.Handle(n.handle)
			c.FetchFile(m, Asked)
			synctest.Wait()
			time.Sleep(time.Minute)
			synctest.Wait()
			same(t, name, c.FileState(m), n.want)
			same(t, name+": files on disk", onDisk(t, cfg), 0)
		}
		for _, asked := range w.Web.Asked() {
			if !strings.HasPrefix(asked, "GET /") {
				t.Error(asked)
			}
		}
		n := 0
		m := share(t, w, c, sophie, "image/jpeg", "coupée une fois", nil)
		w.Web.Handle(func(w http.ResponseWriter, _ *http.Request) bool {
			if n++; n == 1 {
				w.Header().Set("Content-Length", "30")
				_, _ = io.WriteString(w, "cou")
				panic(http.ErrAbortHandler)
			}
			return false
		})
		c.FetchFile(m, Asked)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "begun again", read(c, m), "coupée une fois")
	})
}

// TestAFetchThatIsCutAgainAndAgainGoesOn: over a connection that breaks every 100,000 bytes a file of a million comes, in pieces where the
// server gives pieces. Where it gives hardly anything the client gives up.
func TestAFetchThatIsCutAgainAndAgainGoesOn(t *testing.T) {
	content := strings.Repeat("0123456789", 100_000)
	for name, c := range map[string]struct {
		ranges  bool
		after   int // bytes before a cut
		want    FileState
		atMost  int // requests
		atLeast int
	}{
		"with ranges":           {true, 100_000, FileState{Stage: FileHere}, 11, 11},
		"without ranges":        {false, 100_000, FileState{Stage: FileFailed, Failure: FileUnavailable}, 3, 3},
		"a few bytes each time": {true, 10, FileState{Stage: FileFailed, Failure: FileUnavailable}, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, client *Client, cfg Config) {
				connect(w)
				w.Web.Ranges = c.ranges
				m := share(t, w, client, sophie, "image/jpeg", content, nil)
				w.Web.Cut = c.after
				client.FetchFile(m, Asked)
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				same(t, "state", client.FileState(m), c.want)
				if n := len(w.Web.Asked()); n > c.atMost || n < c.atLeast {
					t.Errorf("%d requests", n)
				}
				if c.want.Stage == FileHere {
					same(t, "whole", read(client, m) == content, true)
				} else {
					same(t, "files on disk", onDisk(t, cfg), 0)
				}
			})
		})
	}
}

// TestAServerThatAlwaysBeginsAnewIsGivenUp: it sends a piece, then refuses to resume, and so on.
func TestAServerThatAlwaysBeginsAnewIsGivenUp(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, client *Client, cfg Config) {
		connect(w)
		m := share(t, w, client, sophie, "image/jpeg", strings.Repeat("0123456789", 100_000), nil)
		w.Web.Ranges, w.Web.Cut = true, 2*fetchProgress
		w.Web.Handle(func(answer http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Range") == "" {
				return false
			}
			answer.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return true
		})
		client.FetchFile(m, Asked)
		time.Sleep(time.Hour)
		synctest.Wait()
		same(t, "state", client.FileState(m), FileState{Stage: FileFailed, Failure: FileUnavailable})
		if n := len(w.Web.Asked()); n > 2*fetchAttempts {
			t.Errorf("%d requests", n)
		}
	})
}

// hang waits until the client has closed the connection. A server notices that once it has read everything.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func endless(w http.ResponseWriter, _ *http.Request) bool {
	for {
		if _, err := w.Write(make([]byte, 4096)); err != nil {
			return true
		}
	}
}

func TestALockEndsAFetch(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		m := share(t, w, c, sophie, "image/jpeg", "une photo", nil)
		w.Web.Handle(func(_ http.ResponseWriter, r *http.Request) bool { hang(r); return true })
		c.FetchFile(m, Asked)
		synctest.Wait()
		same(t, "moves", c.FileState(m).Stage, FileMoving)
		c.CancelFile(m.ID)
		synctest.Wait()
		same(t, "called off", c.FileState(m), FileState{})
		c.FetchFile(m, Asked)
		synctest.Wait()
		check(t, c.Lock())
		synctest.Wait()
		w.Web.Handle(nil)
		check(t, c.Unlock(key))
		same(t, "after the lock", c.FileState(m), FileState{})
		c.FetchFile(m, Asked)
		synctest.Wait()
		same(t, "fetched", read(c, m), "une photo")
		same(t, "files on disk", onDisk(t, cfg), 1)
	})
}

// TestAFileThatIsAskedForBeforeThereIsAConnection: at the start a window shows pictures before the program is online.
func TestAFileThatIsAskedForBeforeThereIsAConnection(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		m := share(t, w, c, sophie, "image/jpeg", "une photo", nil)
		check(t, c.Close())
		again := newTestWith(t, cfg, w)
		again.FetchFile(m, Unasked)
		synctest.Wait()
		same(t, "it waits", again.FileState(m).Stage, FileMoving)
		connect(w)
		time.Sleep(time.Second)
		synctest.Wait()
		same(t, "online", read(again, m), "une photo")

		w.Cut()
		check(t, again.Close())
		third := newTestWith(t, Config{Dir: t.TempDir(), Transport: cfg.Transport}, w)
		third.FetchFile(m, Asked)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "offline, it is not said to be on a foreign server", third.FileState(m), FileState{Stage: FileFailed, Failure: FileUnavailable})
	})
}

// TestWhatFailedOfflineIsFetchedWhenThereIsAConnection: what the user asked for at once, pictures as soon as they are in view.
func TestWhatFailedOfflineIsFetchedWhenThereIsAConnection(t *testing.T) {
	for name, reconnect := range map[string]func(w *wiretest.Server){
		"a new session": func(w *wiretest.Server) { connect(w) },
		"the same one":  func(w *wiretest.Server) { w.Connect(true) },
	} {
		t.Run(name, func(t *testing.T) {
			withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, _ Config) {
				connect(w)
				asked, photo := share(t, w, c, sophie, "application/pdf", "un bilan", nil), share(t, w, c, sophie, "image/jpeg", "une photo", nil)
				w.Cut()
				w.Web.Handle(func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(http.StatusBadGateway); return true })
				c.FetchFile(asked, Asked)
				c.FetchFile(photo, Unasked)
				time.Sleep(time.Minute)
				synctest.Wait()
				failed := FileState{Stage: FileFailed, Failure: FileUnavailable}
				same(t, "offline", []FileState{c.FileState(asked), c.FileState(photo)}, []FileState{failed, failed})

				w.Web.Handle(nil)
				var told []FileState
				defer c.Subscribe(func(e Event) {
					if e, ok := e.(FileChanged); ok && e.ID == photo.ID {
						told = append(told, e.State)
						c.FetchFile(photo, Unasked) // as the view does that shows it
					}
				})()
				reconnect(w)
				time.Sleep(time.Minute)
				synctest.Wait()
				same(t, "the document", read(c, asked), "un bilan")
				same(t, "the photograph", read(c, photo), "une photo")
				same(t, "told first", told[0], FileState{})
			})
		})
	}
}

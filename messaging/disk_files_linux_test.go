package messaging

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// filesWithoutRoom gives a client that is connected, with an upload service.
func filesWithoutRoom(t *testing.T) (*wiretest.Server, *Client, Config) {
	w := wiretest.New()
	w.Contacts = []xmpp.RosterItem{{JID: sophie, Subscription: "both"}}
	w.Web = wiretest.NewWeb()
	t.Cleanup(func() { check(t, w.Web.Close()) })
	cfg := Config{Dir: t.TempDir(), Transport: w.Web.Transport()}
	c := newTestWith(t, cfg, w)
	w.Connect(false)
	time.Sleep(time.Minute)
	return w, c, cfg
}

func sentFileWithoutRoom(t *testing.T) {
	w, c, cfg := filesWithoutRoom(t)
	disk(t, false)
	for range 3 {
		_, err := c.SendFile(id(sophie), NewFile{Name: "a.pdf", MediaType: "application/pdf", Content: strings.NewReader("contenu")})
		if !errors.Is(err, ErrDisk) {
			t.Errorf("%v", err)
		}
	}
	same(t, "unsent", c.Unsent(), 0)
	same(t, "files on disk", onDisk(t, cfg), 0)
	disk(t, true)
	time.Sleep(diskLook)
	m := sendFile(t, c, sophie, "contenu")
	synctest.Wait()
	same(t, "sent", w.Bodies(), []string{"📎 ordonnance œil.pdf\npour Mme B."})
	same(t, "here", read(c, now(t, c, m)), "contenu")
}

// uploadedWithoutRoom: the disk is full when the file has reached the server. It is not uploaded over and over again.
func uploadedWithoutRoom(t *testing.T) {
	w, c, cfg := filesWithoutRoom(t)
	w.Web.Handle(func(http.ResponseWriter, *http.Request) bool {
		disk(t, false)
		return false
	})
	m := sendFile(t, c, sophie, "contenu")
	synctest.Wait()
	time.Sleep(time.Hour)
	same(t, "sent", w.Bodies(), []string(nil))
	if n := len(w.Web.Asked()); n > 3 {
		t.Errorf("uploaded %d times", n)
	}
	w.Web.Handle(nil)
	disk(t, true)
	time.Sleep(time.Minute)
	synctest.Wait()
	same(t, "sent", w.Bodies(), []string{"📎 ordonnance œil.pdf\npour Mme B."})
	same(t, "here", read(c, now(t, c, m)), "contenu")
	same(t, "files on disk", onDisk(t, cfg), 1)
}

func fetchedWithoutRoom(t *testing.T) {
	w, c, cfg := filesWithoutRoom(t)
	m := share(t, w, c, sophie, "image/jpeg", "une photo", nil)
	disk(t, false)
	c.FetchFile(m, Asked)
	synctest.Wait()
	same(t, "told", c.FileState(m), FileState{Stage: FileFailed, Failure: FileNoRoom})
	same(t, "files on disk", onDisk(t, cfg), 0)
	disk(t, true)
	c.FetchFile(m, Asked)
	synctest.Wait()
	same(t, "after another click", read(c, m), "une photo")
	same(t, "files on disk", onDisk(t, cfg), 1)
}

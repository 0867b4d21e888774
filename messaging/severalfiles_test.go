package messaging

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"discussions/messaging/files"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// shareAll makes Sophie share files of that content in one message, and gives the message.
func shareAll(t testing.TB, w *wiretest.Server, c *Client, contents ...string) Message {
	t.Helper()
	m := xmpp.Message{ID: "several", OriginID: "several", From: must(sophie.WithResource("x")), Type: "chat", Body: "les trois", HasBody: true}
	for i, content := range contents {
		f := xmpp.SharedFile{Name: fmt.Sprintf("radio%d.pdf", i), MediaType: "application/pdf", Size: int64(len(content)), Hashes: []xmpp.Hash{files.Hash([]byte(content))}}
		f.Sources = []string{w.Web.Put(fmt.Sprint("/", i), []byte(content))}
		m.Files = append(m.Files, f)
	}
	w.Live(m)
	synctest.Wait()
	p, err := c.History(t.Context(), id(sophie), Cursor{}, 1, 0)
	check(t, err)
	return p.Messages[0]
}

func TestEachFileOfAMessageIsFetchedAlone(t *testing.T) {
	withFiles(t, FilePolicy{}, func(t *testing.T, w *wiretest.Server, c *Client, cfg Config) {
		connect(w)
		m := shareAll(t, w, c, "un", "deux", "trois")
		parts := m.Parts()
		same(t, "files", len(parts), 3)
		same(t, "the text beside them", parts[0].Content.(File).Description, "les trois")
		same(t, "a name", parts[2].Content.(File).Name, "radio2.pdf")

		told := map[MessageID]FileStage{}
		defer c.Subscribe(func(e Event) {
			if e, ok := e.(FileChanged); ok {
				told[e.ID] = e.State.Stage
			}
		})()
		c.FetchFile(parts[1], Asked)
		synctest.Wait()
		same(t, "the second", read(c, parts[1]), "deux")
		same(t, "told", told[parts[1].ID], FileHere)
		same(t, "the others", []FileState{c.FileState(parts[0]), c.FileState(parts[2])}, []FileState{{}, {}})
		c.FetchFile(parts[0], Asked)
		synctest.Wait()
		same(t, "the first", read(c, parts[0]), "un")
		same(t, "files on disk", onDisk(t, cfg), 2)

		check(t, c.Lock())
		check(t, c.Unlock(key))
		synctest.Wait()
		same(t, "after a sweep", []string{read(c, parts[0]), read(c, parts[1])}, []string{"un", "deux"})
		found, err := c.Search(t.Context(), Search{Text: "radio2", Limit: 9})
		check(t, err)
		same(t, "found by the name of the last", len(found.Messages), 1)

		w.Web.Handle(func(_ http.ResponseWriter, r *http.Request) bool { hang(r); return true })
		c.FetchFile(parts[2], Asked)
		synctest.Wait()
		w.Live(xmpp.Message{ID: "gone", OriginID: "gone", From: must(sophie.WithResource("x")), Type: "chat", Retraction: &xmpp.Retraction{ID: "several"}})
		synctest.Wait()
		same(t, "withdrawn: what is fetched", c.FileState(parts[2]), FileState{})
		same(t, "withdrawn: files on disk", onDisk(t, cfg), 0)
	})
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"crypto/rand"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

const benchFile = 100_000_000 // bytes

// BenchmarkFile sends and fetches a file of 100 MB through the real upload service, encrypted and sealed on disk, beside curl, which does
// neither. Of three times each the shortest counts.
func BenchmarkFile(b *testing.B) {
	needs.Programs(b, "curl")
	s := sandboxtest.Start(b)
	path := filepath.Join(b.TempDir(), "scan.bin")
	content := make([]byte, benchFile)
	_, _ = rand.Read(content)
	check(b, os.WriteFile(path, content, 0o600))
	clear(content)
	content = nil
	curl := curlTo(b, s, path)
	dirs := []string{b.TempDir(), b.TempDir()}
	policy := messaging.FilePolicy{MaxSize: benchFile, Cache: 10 * benchFile}
	from := startWith(b, s, s.Claire(), messaging.Config{Dir: dirs[0], Files: policy})
	to := startWith(b, s, s.Sophie(), messaging.Config{Dir: dirs[1], Files: policy})
	least := map[string]time.Duration{}
	took := func(what string, since time.Time) {
		if d := time.Since(since); least[what] == 0 || d < least[what] {
			least[what] = d
		}
	}
	grown := folderSize(b, dirs[1])
	for range 3 {
		address := curl("-T", took)
		curl(address, took)

		f, err := os.Open(path)
		check(b, err)
		began := time.Now()
		m, err := from.SendFile(messaging.ConversationID(s.Sophie().JID), messaging.NewFile{Name: "scan.bin", MediaType: "application/octet-stream", Content: f})
		check(b, err)
		check(b, f.Close())
		took("kept", began)
		began = time.Now()
		from.until(b, "the file is sent", func() bool {
			return from.got(func(e messaging.Event) bool {
				changed, ok := e.(messaging.FileChanged)
				return ok && changed.ID == m.ID && changed.State.Stage == messaging.FileHere
			})
		})
		took("upload", began)
		to.until(b, "the message", func() bool {
			return to.got(func(e messaging.Event) bool {
				added, ok := e.(messaging.MessageAdded)
				_, isFile := added.Message.Content.(messaging.File)
				if ok = ok && isFile && added.Message.Conversation == messaging.ConversationID(s.Claire().JID); ok { // not what the sandbox's Sophie answers
					m = added.Message
				}
				return ok
			})
		})
		began = time.Now()
		to.FetchFile(m, true)
		to.until(b, "the file is fetched", func() bool { return to.FileState(m).Stage == messaging.FileHere })
		took("download", began)
		from.forget()
		to.forget()
	}
	for what, d := range least {
		b.ReportMetric(float64(d.Milliseconds()), what+"-ms")
	}
	b.ReportMetric(least["upload"].Seconds()/least["curl-upload"].Seconds(), "upload/curl")
	b.ReportMetric(least["download"].Seconds()/least["curl-download"].Seconds(), "download/curl")
	b.ReportMetric(float64(folderSize(b, dirs[1])-grown)/3/benchFile, "B-on-disk/B")
	b.ReportMetric(0, "ns/op")
}

// curlTo gives a function that uploads the file with curl, or fetches it from an address.
func curlTo(b *testing.B, s *sandboxtest.Sandbox, path string) func(what string, took func(string, time.Time)) (address string) {
	w := s.Wire(b, s.Julien().JID, nil)
	service, err := w.UploadService(b.Context())
	check(b, err)
	return func(what string, took func(string, time.Time)) string {
		if what != "-T" {
			began := time.Now()
			check(b, exec.Command("curl", "-sSf", "--cacert", s.CAFile, "-o", filepath.Join(filepath.Dir(path), "fetched"), what).Run())
			took("curl-download", began)
			return ""
		}
		var slot xmpp.UploadSlot
		slot, err := w.UploadSlot(b.Context(), service.JID, "f.bin", "application/octet-stream", benchFile)
		check(b, err)
		began := time.Now()
		check(b, exec.Command("curl", "-sSf", "--cacert", s.CAFile, "-H", "Content-Type: application/octet-stream", "-T", path, slot.Put).Run())
		took("curl-upload", began)
		return slot.Get
	}
}

func folderSize(b *testing.B, dir string) (size int64) {
	check(b, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	}))
	return size
}

// forget forgets the events that were told.
func (d *device) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = nil
}

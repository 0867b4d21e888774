//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

const benchFile = 100_000_000 // bytes

// BenchmarkFile sends and fetches a file of 100 MB through the real upload service, encrypted and sealed on disk, beside curl, which does
// neither; the time of the processor is that of this process, or of curl. Of three times each the shortest counts, and the most memory that this
// process took for it.
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
	note := func(what string, d time.Duration) {
		if least[what] == 0 || d < least[what] {
			least[what] = d
		}
	}
	peaks := map[string]int64{}
	begin := func(what string) (end func()) {
		peak := peakMemory(b)
		began, used := time.Now(), processorTime(b)
		return func() {
			note(what, time.Since(began))
			note(what+"-cpu", processorTime(b)-used)
			peaks[what] = max(peaks[what], peak())
		}
	}
	grown := folderSize(b, dirs[1])
	for range 3 {
		address := curl("-T", note)
		curl(address, note)

		f, err := os.Open(path)
		check(b, err)
		end := begin("kept")
		m, err := from.SendFile(messaging.ConversationID(s.Sophie().JID), messaging.NewFile{Name: "scan.bin", MediaType: "application/octet-stream", Content: f})
		check(b, err)
		check(b, f.Close())
		end()
		end = begin("upload")
		from.until(b, "the file is sent", func() bool {
			return from.got(func(e messaging.Event) bool {
				changed, ok := e.(messaging.FileChanged)
				return ok && changed.ID == m.ID && changed.State.Stage == messaging.FileHere
			})
		})
		end()
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
		end = begin("download")
		to.FetchFile(m, messaging.Asked)
		to.until(b, "the file is fetched", func() bool { return to.FileState(m).Stage == messaging.FileHere })
		end()
		from.forget()
		to.forget()
	}
	for what, d := range least {
		b.ReportMetric(float64(d.Milliseconds()), what+"-ms")
	}
	for what, bytes := range peaks {
		b.ReportMetric(float64(bytes)/1e6, what+"-peak-MB")
	}
	b.ReportMetric(least["upload"].Seconds()/least["curl-upload"].Seconds(), "upload/curl")
	b.ReportMetric(least["download"].Seconds()/least["curl-download"].Seconds(), "download/curl")
	b.ReportMetric(float64(folderSize(b, dirs[1])-grown)/3/benchFile, "B-on-disk/B")
	b.ReportMetric(0, "ns/op")
}

// curlTo gives a function that uploads the file with curl, or fetches it from an address.
func curlTo(b *testing.B, s *sandboxtest.Sandbox, path string) func(what string, note func(string, time.Duration)) (address string) {
	w := s.Wire(b, s.Julien().JID, nil)
	service, err := w.UploadService(b.Context())
	check(b, err)
	timed := func(what string, note func(string, time.Duration), args ...string) {
		cmd := exec.Command("curl", append([]string{"-sSf", "--cacert", s.CAFile}, args...)...)
		began := time.Now()
		check(b, cmd.Run())
		note(what, time.Since(began))
		note(what+"-cpu", cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	return func(what string, note func(string, time.Duration)) string {
		if what != "-T" {
			timed("curl-download", note, "-o", filepath.Join(filepath.Dir(path), "fetched"), what)
			return ""
		}
		var slot xmpp.UploadSlot
		slot, err := w.UploadSlot(b.Context(), service.JID, "f.bin", "application/octet-stream", benchFile)
		check(b, err)
		timed("curl-upload", note, "-H", "Content-Type: application/octet-stream", "-T", path, slot.Put)
		return slot.Get
	}
}

// processorTime is what this process has used of the processor.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory measures by how much the memory of this process (its resident set) grows at most until the function that it returns is called.
func peakMemory(b *testing.B) func() int64 {
	debug.FreeOSMemory()
	check(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)) // the peak is what is taken now (proc(5))
	before := peakResident(b)
	return func() int64 { return peakResident(b) - before }
}

func peakResident(b *testing.B) int64 {
	status, err := os.ReadFile("/proc/self/status")
	check(b, err)
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kB int64
	_, err = fmt.Sscan(after, &kB)
	check(b, err)
	return kB << 10
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

package store

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ncruces/go-sqlite3/vfs"
	"pgregory.net/rapid"
)

// memory is a file in memory.
type memory struct {
	vfs.File
	data   []byte
	full   bool // the disk is
	writes int
}

func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if m.full {
		return 0, io.ErrShortWrite
	}
	m.writes++
	if end := int(off) + len(p); end > len(m.data) {
		m.data = append(m.data, make([]byte, end-len(m.data))...)
	}
	return copy(m.data[off:], p), nil
}

func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(m.data)) {
		return 0, io.EOF
	}
	n := copy(p, m.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m *memory) Truncate(size int64) error {
	m.data = m.data[:min(int(size), len(m.data))]
	return nil
}

func (m *memory) Sync(vfs.SyncFlag) error { return nil }
func (m *memory) Size() (int64, error)    { return int64(len(m.data)), nil }
func (m *memory) Close() error            { return nil }

func logFrame(b byte, commit bool) (header, page []byte) {
	header, page = bytes.Repeat([]byte{b}, frameHeader), bytes.Repeat([]byte{b ^ 0x55}, blockSize)
	size := uint32(0)
	if commit {
		size = 7
	}
	binary.BigEndian.PutUint32(header[4:], size)
	return header, page
}

// Whatever is written in whatever order, reading gives it back, and what was committed, synchronised or no frame is in the file.
func TestTheLogHoldsBackOnlyWhatIsNotCommitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		disk, plain := &memory{}, &memory{}
		w := &walFile{File: disk, page: -1}
		onDisk := func(what string) {
			if !bytes.Equal(disk.data, plain.data) {
				t.Fatalf("%s: the file is not what was written", what)
			}
		}
		write := func(p []byte, off int64) {
			if n, err := w.WriteAt(p, off); n != len(p) || err != nil {
				t.Fatal(n, err)
			}
			_, _ = plain.WriteAt(p, off)
		}
		frames := int64(0)
		at := func(n int64) int64 { return 32 + n*(frameHeader+blockSize) }
		fill := rapid.Byte()
		t.Repeat(map[string]func(*rapid.T){
			"transaction": func(t *rapid.T) {
				first := frames
				if first > 0 && rapid.Bool().Draw(t, "restart the log") {
					write(bytes.Repeat([]byte{9}, 32), 0)
					onDisk("a header of the log")
					first = 0
				}
				frames = first + int64(rapid.IntRange(1, 80).Draw(t, "frames"))
				rollsBack := rapid.Bool().Draw(t, "rolls back")
				for n := first; n < frames; n++ {
					h, p := logFrame(fill.Draw(t, "fill"), n == frames-1 && !rollsBack)
					write(h, at(n))
					write(p, at(n)+frameHeader)
					if rapid.IntRange(0, 20).Draw(t, "writes again") == 0 { // a page that changed after it was written
						write(p, at(first)+frameHeader)
					}
				}
				if rollsBack {
					frames = first
					return
				}
				onDisk("a commit")
			},
			"commit of a rewritten header": func(t *rapid.T) {
				if frames == 0 {
					return
				}
				h, _ := logFrame(fill.Draw(t, "fill"), true)
				write(h, at(frames-1))
				onDisk("a commit")
			},
			"read": func(t *rapid.T) {
				off, n := rapid.Int64Range(0, int64(len(plain.data))).Draw(t, "from"), rapid.IntRange(1, 9000).Draw(t, "bytes")
				got, want := make([]byte, n), make([]byte, n)
				gotN, gotErr := w.ReadAt(got, off)
				wantN, wantErr := plain.ReadAt(want, off)
				if gotN != wantN || gotErr != wantErr || !bytes.Equal(got, want) {
					t.Fatal("read something else than was written")
				}
			},
			"sync": func(t *rapid.T) {
				if err := w.Sync(0); err != nil {
					t.Fatal(err)
				}
				onDisk("a sync")
			},
			"truncate": func(t *rapid.T) {
				size := rapid.Int64Range(0, at(frames)).Draw(t, "size")
				if err := w.Truncate(size); err != nil {
					t.Fatal(err)
				}
				_ = plain.Truncate(size)
				frames = 0
				onDisk("a truncation")
			},
			"size": func(t *rapid.T) {
				if n, err := w.Size(); err != nil || n != int64(len(plain.data)) {
					t.Fatal(n, err)
				}
			},
		})
	})
}

func TestATransactionIsFewWrites(t *testing.T) {
	disk := &memory{}
	w := &walFile{File: disk, page: -1}
	off := int64(32)
	for n := range 8 {
		h, p := logFrame(byte(n), n == 7)
		for _, part := range [][]byte{h, p} {
			if _, err := w.WriteAt(part, off); err != nil {
				t.Fatal(err)
			}
			off += int64(len(part))
		}
	}
	if disk.writes != 2 {
		t.Errorf("%d writes for a transaction of 8 pages", disk.writes)
	}
}

// A full disk is told with the commit at the latest. What was not committed then never is; the same once more is, when there is room.
func TestTheLogOnAFullDisk(t *testing.T) {
	disk := &memory{full: true}
	w := &walFile{File: disk, page: -1}
	transaction := func() error {
		off := int64(32)
		for n := range 3 {
			h, p := logFrame(byte(n), n == 2)
			for _, part := range [][]byte{h, p} {
				if _, err := w.WriteAt(part, off); err != nil {
					return err
				}
				off += int64(len(part))
			}
		}
		return nil
	}
	if transaction() == nil {
		t.Error("a commit on a full disk succeeds")
	}
	disk.full = false
	if n, err := w.Size(); n != 0 || err != nil {
		t.Errorf("%d bytes of a transaction that failed are written later: %v", n, err)
	}
	if err := transaction(); err != nil {
		t.Fatal(err)
	}
	if h, _ := logFrame(2, true); !bytes.Equal(disk.data[32+2*(frameHeader+blockSize):][:frameHeader], h) {
		t.Error("the commit is not in the file")
	}
}

// A log is copied into its database when nobody has waited for the store for a moment, or behind the answer when it is long.
func TestALogIsCopiedWhileNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		next := 0
		logged := func() (pages int) {
			check(t, s.with("look at the log", func(d *conn) error { pages = d.logged["cache"]; return nil }))
			return pages
		}
		grow := func(to int) {
			for logged() < to {
				live(t, s, from(next))
				next++
			}
		}
		grow(idleLogged + 100) // SQLite would have copied it by itself
		time.Sleep(idleTime / 2)
		live(t, s, from(next))
		time.Sleep(idleTime / 2)
		synctest.Wait()
		if n := logged(); n < idleLogged {
			t.Errorf("%d pages in the log while the store was used", n)
		}
		time.Sleep(idleTime)
		synctest.Wait()
		if n := logged(); n != 0 {
			t.Errorf("%d pages in the log of an idle store", n)
		}
		live(t, s, from(next+1))
		if n := logged(); n > 100 {
			t.Errorf("the log goes on at page %d after it was copied", n)
		}
		next += 2
		before := 0
		for n := logged(); n >= before; n = logged() { // until it begins anew, though there is no pause
			if before = n; before > mostLogged+100 {
				t.Fatalf("%d pages in the log", before)
			}
			live(t, s, from(next))
			next++
		}
	})
}

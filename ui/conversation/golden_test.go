package conversation

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/i18n/i18ntest"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// TestTheLayoutOfEveryBlock compares where everything stands with testdata/layout-*.txt. DISCUSSIONS_UPDATE=1 writes the files anew:
// look at the pictures of TestPictures before you keep them.
func TestTheLayoutOfEveryBlock(t *testing.T) {
	test.ApplyTheme(t, published{look.New(look.Light, 1)})
	i18ntest.Speak(t, "fr")
	for _, width := range []float32{320, 480, 720} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			s := newStage(t, rich(), width, 640)
			s.clock = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.Local)
			s.open()
			s.finish()
			got := s.layoutText(width)
			path := filepath.Join("testdata", fmt.Sprintf("layout-%v.txt", width))
			if os.Getenv("DISCUSSIONS_UPDATE") != "" {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// published is a theme as Fyne takes it without our changes: without a font of emoji, whose width is another.
type published struct{ fyne.Theme }

// layoutText describes the layout of all loaded rows, in whole pixels.
func (s *stage) layoutText(width float32) string {
	var b strings.Builder
	r := rows{s.View}
	for at, row := range s.thread.rows {
		name := [...]string{"start", "day", "new", "message"}[row.kind]
		fmt.Fprintf(&b, "%s, %.0f high\n", name, r.Height(at, width))
		if row.kind != messageRow {
			continue
		}
		l := r.layout(row, width)
		if l.bubble.w > 0 {
			fmt.Fprintf(&b, "\t%-16s %v\n", "bubble", l.bubble)
		}
		for _, block := range l.blocks {
			kind := strings.TrimPrefix(fmt.Sprintf("%T", block.block), "*conversation.")
			fmt.Fprintf(&b, "\t%-16s %v\n", kind, block.at)
		}
	}
	return b.String()
}

// String is the rectangle in whole pixels.
func (r rect) String() string { return fmt.Sprintf("x %.0f y %.0f, %.0f × %.0f", r.x, r.y, r.w, r.h) }

package store

import (
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

func TestTheFilesOfAConversationAreReadFromTheirIndex(t *testing.T) {
	s := open(t, t.TempDir())
	plan := ""
	check(t, s.with("explain", func(d *conn) error {
		return d.run("EXPLAIN QUERY PLAN SELECT "+placeColumns+messageColumns+fromMessages+"WHERE m.conv = ?1 AND "+sharedFiles+" LIMIT ?2", func(st *sqlite3.Stmt) {
			plan += st.ColumnText(3) + "\n"
		}, 1, 10, 5, 5)
	}))
	if !strings.Contains(plan, "messages_files") || strings.Contains(plan, "TEMP B-TREE") {
		t.Error(plan)
	}
}

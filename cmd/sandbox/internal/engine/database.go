package engine

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
)

// table is rows for a table of a database.
type table struct {
	name    string
	columns []string
	rows    func(row func(values ...string) error) error
}

// database is an empty database for a server.
type database interface {
	// driver names the files of ejabberd's schema.
	driver() string
	fill(ctx context.Context, schema string, tables []table) error
}

func newDatabase(o Options) database {
	if o.Node != nil {
		return o.Node.Database
	}
	return sqliteFile(filepath.Join(o.Dir, o.Kind+".sqlite"))
}

// sqliteFile is the path of a database.
type sqliteFile string

func (sqliteFile) driver() string { return "lite" }

func (path sqliteFile) fill(ctx context.Context, schema string, tables []table) (err error) {
	db, err := sqlite3.OpenContext(ctx, string(path))
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := db.Close(); err == nil {
			err = closeErr
		}
	}()
	// Nothing needs to be durable: after a crash the sandbox is made anew.
	if err := db.Exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"); err != nil {
		return err
	}
	if err := db.Exec(schema); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	if err := db.Exec("BEGIN"); err != nil {
		return err
	}
	for _, t := range tables {
		if err := insert(db, t); err != nil {
			return fmt.Errorf("fill the table %s: %w", t.name, err)
		}
	}
	if err := db.Exec("COMMIT"); err != nil {
		return err
	}
	// The file keeps this mode: the server then waits for the disk once per message
	// and not three times.
	return db.Exec("PRAGMA journal_mode = WAL")
}

func insert(db *sqlite3.Conn, t table) error {
	query := fmt.Sprintf(`INSERT INTO "%s" (`, t.name)
	marks := ""
	for i, column := range t.columns {
		if i > 0 {
			query, marks = query+", ", marks+", "
		}
		query, marks = query+`"`+column+`"`, marks+"?"
	}
	statement, _, err := db.Prepare(query + ") VALUES (" + marks + ")")
	if err != nil {
		return err
	}
	err = t.rows(func(values ...string) error {
		for i, value := range values {
			if err := statement.BindText(i+1, value); err != nil { // a column of numbers makes one of it
				return err
			}
		}
		if err := statement.Exec(); err != nil {
			return err
		}
		return nil
	})
	if closeErr := statement.Close(); err == nil {
		err = closeErr
	}
	return err
}

package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"

	"discussions/cmd/sandbox/internal/people"

	"github.com/ncruces/go-sqlite3"
)

// schema is ejabberd's own, installed beside it.
const schema = "/usr/share/ejabberd/sql/lite.sql"

// Seed fills the database of an engine that has never run: everyone an account
// and a card, everyone the contact of everyone, and what was said before.
func (e *Engine) Seed(ctx context.Context, everyone []people.Person, history []people.Message) (err error) {
	tables, err := os.ReadFile(schema)
	if err != nil {
		return fmt.Errorf("ejabberd's SQLite schema (is ejabberd installed?): %w", err)
	}
	db, err := sqlite3.OpenContext(ctx, e.Database())
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := db.Close(); err == nil {
			err = closeErr
		}
	}()
	// Nothing here outlives the run: a crash now means a new sandbox anyway.
	if err := db.Exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"); err != nil {
		return err
	}
	if err := db.Exec(string(tables)); err != nil {
		return fmt.Errorf("make ejabberd's tables: %w", err)
	}
	if err := db.Exec("BEGIN"); err != nil {
		return err
	}
	for _, fill := range []func() error{
		func() error { return seedAccounts(db, everyone) },
		func() error { return seedRosters(db, everyone) },
		func() error { return seedCards(db, everyone) },
		func() error { return seedArchive(db, history) },
	} {
		if err := fill(); err != nil {
			return fmt.Errorf("fill ejabberd's database: %w", err)
		}
	}
	if err := db.Exec("COMMIT"); err != nil {
		return err
	}
	// The file keeps this mode: ejabberd then waits for the disk once per message
	// and not three times.
	return db.Exec("PRAGMA journal_mode = WAL")
}

// seedAccounts makes the accounts exist; the passwords are random and never
// log in (jwt_auth_only_rule).
func seedAccounts(db *sqlite3.Conn, everyone []people.Person) error {
	return insert(db, "INSERT INTO users (username, password) VALUES (?, ?)", func(row func(...string) error) error {
		for _, p := range everyone {
			if err := row(p.Local(), rand.Text()); err != nil {
				return err
			}
		}
		return nil
	})
}

func seedRosters(db *sqlite3.Conn, everyone []people.Person) error {
	const query = `INSERT INTO rosterusers (username, jid, nick, subscription, ask, askmessage, server, subscribe, type)
		VALUES (?, ?, ?, 'B', 'N', '', 'N', '', 'item')`
	return insert(db, query, func(row func(...string) error) error {
		for _, owner := range everyone {
			for _, contact := range everyone {
				if contact == owner {
					continue
				}
				if err := row(owner.Local(), contact.JID, contact.Name); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// seedCards writes the vCards (XEP-0054).
func seedCards(db *sqlite3.Conn, everyone []people.Person) error {
	return insert(db, "INSERT INTO vcard (username, vcard) VALUES (?, ?)", func(row func(...string) error) error {
		for _, p := range everyone {
			card := "<vCard xmlns='vcard-temp'><FN>" + escape(p.Name) + "</FN><TITLE>" + escape(p.Job) +
				"</TITLE><ORG><ORGNAME>" + escape(p.Organisation) + "</ORGNAME></ORG></vCard>"
			if err := row(p.Local(), card); err != nil {
				return err
			}
		}
		return nil
	})
}

// insert prepares the query once and runs it for each row of rows.
func insert(db *sqlite3.Conn, query string, rows func(row func(values ...string) error) error) error {
	statement, _, err := db.Prepare(query)
	if err != nil {
		return err
	}
	err = rows(func(values ...string) error {
		for i, value := range values {
			if err := statement.BindText(i+1, value); err != nil {
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

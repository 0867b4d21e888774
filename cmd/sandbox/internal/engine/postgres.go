package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// PostgreSQL is the database that the nodes of a cluster share.
type PostgreSQL struct {
	Address  string // on loopback
	Port     int
	User     string
	Password string
	Name     string

	dir     string
	owner   *owner // who runs it, where the sandbox runs as root; nil: who runs the sandbox
	command *exec.Cmd
	ended   chan struct{}
}

// startPostgreSQL runs a new database in a folder that exists and is empty.
func startPostgreSQL(ctx context.Context, dir, address string) (*PostgreSQL, error) {
	p := &PostgreSQL{Address: address, Port: 5432, User: "ejabberd", Name: "ejabberd", Password: rand.Text(), dir: dir}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if err := p.lowerTo("postgres"); err != nil {
			return nil, err
		}
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(p.Password), 0o600); err != nil {
		return nil, err
	}
	if p.owner != nil {
		if err := os.Chown(password, int(p.owner.uid), int(p.owner.gid)); err != nil {
			return nil, err
		}
	}
	initialize := p.program(ctx, "initdb", "--pgdata", p.data(), "--username", p.User, "--pwfile", password, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	runAs(initialize, p.owner)
	if output, err := initialize.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make a PostgreSQL database (is postgresql installed?): %w\n%s", err, output)
	}
	notice, err := listenNotice(filepath.Join(dir, "notify"))
	if err != nil {
		return nil, err
	}
	defer notice.Close()
	if err := os.Chmod(notice.LocalAddr().String(), 0o666); err != nil {
		return nil, err
	}
	output := &bytes.Buffer{}
	p.command, p.ended, err = spawn(func() *exec.Cmd {
		c := p.program(context.WithoutCancel(ctx), "postgres", "-D", p.data(), "-c", "listen_addresses="+address, "-c", "unix_socket_directories=",
			"-c", "max_connections=60", "-c", "dynamic_shared_memory_type=mmap", // files of its folder: it is killed, and would leave others
			"-c", "fsync=off") // a crash now means a new sandbox anyway
		c.Env = append(os.Environ(), "NOTIFY_SOCKET="+notice.LocalAddr().String())
		c.Stdout, c.Stderr = output, output
		return c
	}, p.owner)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	ready := make(chan error, 1)
	go func() { ready <- waitReady(notice) }()
	select {
	case err = <-ready:
	case <-p.ended:
		err = fmt.Errorf("PostgreSQL ended at its start: %s", output)
	case <-ctx.Done():
		err = fmt.Errorf("PostgreSQL is not ready: %w", ctx.Err())
	}
	if err == nil {
		err = p.run(ctx, "postgres", "CREATE DATABASE "+p.Name)
	}
	if err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}

// lowerTo makes another user the owner of the folder, who may pass through those above it.
func (p *PostgreSQL) lowerTo(name string) error {
	other, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, errUID := strconv.ParseUint(other.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(other.Gid, 10, 32)
	if err := errors.Join(errUID, errGID); err != nil {
		return err
	}
	p.owner = &owner{uint32(uid), uint32(gid)}
	for above := filepath.Dir(p.dir); above != filepath.Dir(above); above = filepath.Dir(above) {
		info, err := os.Stat(above)
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); mode&0o001 == 0 {
			if err := os.Chmod(above, mode|0o011); err != nil {
				return err
			}
		}
	}
	return os.Chown(p.dir, int(uid), int(gid))
}

func (p *PostgreSQL) data() string { return filepath.Join(p.dir, "data") }

// program is one of PostgreSQL's, which Debian keeps out of the path.
func (p *PostgreSQL) program(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		name = found[len(found)-1]
	}
	c := exec.CommandContext(ctx, name, arguments...)
	c.Dir = p.dir
	return c
}

// run makes the database do what a script says.
func (p *PostgreSQL) run(ctx context.Context, name, script string) error {
	c := p.program(ctx, "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--host", p.Address, "--port", strconv.Itoa(p.Port),
		"--username", p.User, "--dbname", name, "--file", "-")
	c.Env = append(os.Environ(), "PGPASSWORD="+p.Password, "PGCLIENTENCODING=UTF8")
	c.Stdin = strings.NewReader(script)
	if output, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w\n%.2000s", err, output)
	}
	return nil
}

func (*PostgreSQL) driver() string { return "pg" }

// fill copies the rows as text, in which a tab and a line's end part the values.
func (p *PostgreSQL) fill(ctx context.Context, schema string, tables []table) error {
	var script strings.Builder
	script.WriteString(schema + "\nBEGIN;\n")
	text := strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
	for _, t := range tables {
		fmt.Fprintf(&script, "COPY \"%s\" (\"%s\") FROM stdin;\n", t.name, strings.Join(t.columns, `", "`))
		err := t.rows(func(values ...string) error {
			for i, value := range values {
				if i > 0 {
					script.WriteByte('\t')
				}
				_, _ = text.WriteString(&script, value) // a Builder never fails
			}
			script.WriteByte('\n')
			return nil
		})
		if err != nil {
			return fmt.Errorf("fill the table %s: %w", t.name, err)
		}
		script.WriteString("\\.\n")
	}
	return p.run(ctx, p.Name, script.String()+"COMMIT;\n")
}

// kill ends it at once, but for the piece of shared memory that a killed one leaves to the system: SIGQUIT is its "immediate" end.
func (p *PostgreSQL) kill() {
	if p.command.Process.Signal(syscall.SIGQUIT) != nil {
		killTree(p.command)
	}
	<-p.ended
}

package engine

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"discussions/cmd/sandbox/internal/people"
)

// directoryConfiguration is what docs/administrators/engine.md has administrators write.
//
//go:embed directory.yml
var directoryConfiguration string

// LDAP is an OpenLDAP server with everybody's entries, from which the message server takes cards and directory.
type LDAP struct {
	Dir     string // its folder: exists, empty
	Address string // on loopback

	command *exec.Cmd
	ended   chan struct{}
}

const ldapPort = "3890" // only root may use 389

// Directory is the configuration of mod_vcard for an LDAP server, as administrators write it but for the server's address; "" without one.
func (o Options) Directory() string {
	if o.LDAP == nil {
		return ""
	}
	own := strings.NewReplacer("[ldap.exemple.org]", "["+o.LDAP.Address+"]", "ldap_encrypt: tls", "ldap_port: "+ldapPort).Replace(directoryConfiguration)
	return "  " + strings.ReplaceAll(strings.TrimSpace(own), "\n", "\n  ") + "\n"
}

const slapdConfiguration = `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_ldif
database ldif
suffix "dc=exemple,dc=org"
directory "%s"
`

// start fills the server and runs it until it is killed.
func (l *LDAP) start(ctx context.Context, everyone []people.Person) error {
	const program = "/usr/sbin/slapd"
	image, err := os.ReadFile(program)
	if err != nil {
		return fmt.Errorf("start an LDAP server (is slapd installed?): %w", err)
	}
	// A copy: AppArmor lets Debian's own only into Debian's folders.
	slapd, data, configuration := filepath.Join(l.Dir, "slapd"), filepath.Join(l.Dir, "data"), filepath.Join(l.Dir, "slapd.conf")
	if err := os.WriteFile(slapd, image, 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(configuration, fmt.Appendf(nil, slapdConfiguration, data), 0o600); err != nil {
		return err
	}
	add := exec.CommandContext(ctx, slapd, "-Tadd", "-f", configuration)
	add.Stdin = strings.NewReader(entries(everyone))
	if output, err := add.CombinedOutput(); err != nil {
		return fmt.Errorf("fill the LDAP server: %w\n%s", err, output)
	}
	address, output := net.JoinHostPort(l.Address, ldapPort), &bytes.Buffer{}
	l.command, l.ended, err = spawn(func() *exec.Cmd {
		c := exec.Command(slapd, "-d", "0", "-f", configuration, "-h", "ldap://"+address)
		c.Dir, c.Stdout, c.Stderr = l.Dir, output, output
		return c
	}, nil)
	if err != nil {
		return fmt.Errorf("start the LDAP server: %w", err)
	}
	for {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-l.ended:
			return fmt.Errorf("the LDAP server ended at its start: %s", output)
		case <-ctx.Done():
			return fmt.Errorf("the LDAP server does not listen: %w", err)
		}
	}
}

func (l *LDAP) kill() {
	if l != nil && l.command != nil {
		killTree(l.command)
		<-l.ended
	}
}

// entries are everybody's, in LDIF (RFC 2849).
func entries(everyone []people.Person) string {
	var b strings.Builder
	entry := func(dn string, class string, values ...string) {
		fmt.Fprintf(&b, "dn: %s\nobjectClass: %s\n", dn, class)
		for i := 0; i < len(values); i += 2 {
			if values[i+1] != "" {
				fmt.Fprintf(&b, "%s:: %s\n", values[i], base64.StdEncoding.EncodeToString([]byte(values[i+1])))
			}
		}
		b.WriteByte('\n')
	}
	entry("dc=exemple,dc=org", "domain", "dc", "exemple")
	entry("ou=personnes,dc=exemple,dc=org", "organizationalUnit", "ou", "personnes")
	for _, p := range everyone {
		given, family := p.Names()
		entry("uid="+p.Local()+",ou=personnes,dc=exemple,dc=org", "inetOrgPerson", "uid", p.Local(), "cn", p.Name, "sn", family, "givenName", given,
			"title", p.Job, "o", p.Organisation, "ou", p.Unit(), "l", p.Town(), "mail", p.Mail, "telephoneNumber", p.Phone())
	}
	return b.String()
}

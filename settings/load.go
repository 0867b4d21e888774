package settings

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const maxDeployment = 64 << 10 // bytes

// LoadDeployment reads the deployment file at path. An unknown key, a wrong type, a bad or missing value is a [*FileError]:
// the first one in the file.
func LoadDeployment(path string) (Deployment, error) { return load(path, managed{}) }

// load is LoadDeployment with the managed keys over it.
func load(path string, m managed) (Deployment, error) {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	protected := protect(path) == nil // before it is read: nobody else can change it meanwhile
	data, err := readBounded(path, maxDeployment)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Deployment{}, &FileError{Path: path, Problem: ProblemAbsent, Err: err}
	case errors.Is(err, errTooLong):
		return Deployment{}, &FileError{Path: path, Problem: ProblemTooLong, Err: err}
	case err != nil:
		return Deployment{}, &FileError{Path: path, Problem: ProblemUnreadable, Err: withoutPath(err)}
	}
	d, mistake := parseDeployment(data, filepath.Dir(path), m)
	if mistake != nil {
		mistake.Path = cmp.Or(mistake.Path, path)
		return Deployment{}, mistake
	}
	d.Path, d.Protected = path, protected
	if d.Network.CAFile != "" && (protected || m.sets("network.ca_file")) {
		if err := protect(d.Network.CAFile); err != nil {
			return Deployment{}, &FileError{Path: path, Key: "network.ca_file", Problem: ProblemUnprotected, Err: err}
		}
	}
	return d, nil
}

// deploymentFile mirrors discussions.toml. An absent key equals an empty one, except in the policy.
type deploymentFile struct {
	Organisation struct {
		Name      string `toml:"name"`
		Domain    string `toml:"domain"`
		WebSocket string `toml:"websocket"`
	} `toml:"organisation"`
	Login struct {
		Issuer   string       `toml:"issuer"`
		ClientID string       `toml:"client_id"`
		JIDClaim string       `toml:"jid_claim"`
		Methods  []methodFile `toml:"methods"`
	} `toml:"login"`
	Network struct {
		CAFile string `toml:"ca_file"`
		Proxy  string `toml:"proxy"`
	} `toml:"network"`
	Policy struct {
		LogoutRemoves       bool    `toml:"logout_removes"`
		LockAfter           *string `toml:"lock_after"`
		CodeLifetime        *string `toml:"code_lifetime"`
		NotificationContent *string `toml:"notification_content"`
		SessionEnd          *string `toml:"session_end"`
		EditWithin          *string `toml:"edit_within"`
		RemoveWithoutCode   *string `toml:"remove_without_code"`
		Export              *bool   `toml:"export"`
		Files               struct {
			MaxMB   *int     `toml:"max_mb"`
			Types   []string `toml:"types"`
			Encrypt *bool    `toml:"encrypt"`
			CacheMB *int     `toml:"cache_mb"`
			Open    *bool    `toml:"open"`
			Hosts   []string `toml:"hosts"`
		} `toml:"files"`
	} `toml:"policy"`
	Updates struct {
		URL string `toml:"url"`
	} `toml:"updates"`
}

type methodFile struct {
	Name string            `toml:"name"`
	Hint map[string]string `toml:"hint"`
}

// loadManaged is a deployment without a file.
func loadManaged(m managed) (Deployment, error) {
	d, mistake := parseDeployment(nil, "", m)
	if mistake == nil && d.Network.CAFile != "" {
		if err := protect(d.Network.CAFile); err != nil {
			mistake = &FileError{Key: "network.ca_file", Problem: ProblemUnprotected, Err: err}
		}
	}
	if mistake != nil {
		mistake.Path = m.source
		return Deployment{}, mistake
	}
	d.Path, d.Protected = m.source, true
	return d, nil
}

// parseDeployment parses and checks a deployment file, with the managed keys over it; a relative ca_file is relative to
// dir.
func parseDeployment(data []byte, dir string, m managed) (Deployment, *FileError) {
	var f deploymentFile
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")) // the byte order mark of Windows editors
	lines, fe := decodeStrict(data, &f)
	if fe != nil {
		return Deployment{}, fe
	}
	if fe := decodeOver(m, &f); fe != nil {
		return Deployment{}, fe
	}
	c := checker{lines: lines, managed: m}

	d := Deployment{
		Organisation: Organisation{Name: f.Organisation.Name, Domain: f.Organisation.Domain, WebSocket: f.Organisation.WebSocket},
		Login:        Login{Issuer: f.Login.Issuer, ClientID: f.Login.ClientID, JIDClaim: f.Login.JIDClaim},
		Network:      Network{CAFile: f.Network.CAFile, Proxy: f.Network.Proxy},
		Policy:       Policy{LogoutRemoves: f.Policy.LogoutRemoves, NoExport: f.Policy.Export != nil && !*f.Policy.Export},
	}
	c.text("organisation.name", d.Organisation.Name, `"CHU de Montpellier"`)
	c.domain("organisation.domain", d.Organisation.Domain)
	c.address("organisation.websocket", d.Organisation.WebSocket, "wss", "ws", "wss://chat.example.org/ws")

	c.required("login.issuer", d.Login.Issuer, `"https://id.example.org/realms/sante"`)
	c.address("login.issuer", d.Login.Issuer, "https", "http", "https://id.example.org/realms/sante")
	c.text("login.client_id", d.Login.ClientID, `"discussions-desktop"`)
	if d.Login.JIDClaim == "" {
		d.Login.JIDClaim = DefaultJIDClaim
	}
	c.text("login.jid_claim", d.Login.JIDClaim, `"jid"`)
	for i, m := range f.Login.Methods {
		key := indexed("login.methods", i)
		c.text(key+".name", m.Name, `"Pro Santé Connect"`)
		c.hints(key+".hint", m.Hint)
		d.Login.Methods = append(d.Login.Methods, Method(m))
	}

	d.Network.CAFile = c.caFile("network.ca_file", d.Network.CAFile, dir)
	c.proxy("network.proxy", d.Network.Proxy)

	d.Policy.LockAfter = c.duration("policy.lock_after", f.Policy.LockAfter, DefaultLockAfter, "5m")
	d.Policy.CodeLifetime = c.duration("policy.code_lifetime", f.Policy.CodeLifetime, DefaultCodeLifetime, "720h")
	d.Policy.NotificationContent = oneOf(&c, "policy.notification_content", f.Policy.NotificationContent, DefaultContent,
		ContentNone, ContentName, ContentFull)
	d.Policy.SessionEnd = oneOf(&c, "policy.session_end", f.Policy.SessionEnd, DefaultSessionEnd, SessionEndKeep, SessionEndLogout)
	d.Policy.EditWithin = c.duration("policy.edit_within", f.Policy.EditWithin, DefaultEditWithin, "24h")
	d.Policy.RemoveWithoutCode = c.duration("policy.remove_without_code", f.Policy.RemoveWithoutCode, DefaultRemoveWithoutCode, "168h")
	d.Updates.URL = f.Updates.URL
	c.address("updates.url", d.Updates.URL, "https", "http", "https://downloads.example.org/discussions/latest.json")
	files := f.Policy.Files
	d.Policy.Files = Files{
		MaxMB: c.megabytes("policy.files.max_mb", files.MaxMB, DefaultFileMB, maxFileMB), CacheMB: c.megabytes("policy.files.cache_mb", files.CacheMB, DefaultCacheMB, maxCacheMB),
		Types: c.mediaTypes("policy.files.types", files.Types), Hosts: c.hosts("policy.files.hosts", files.Hosts),
		Plain: files.Encrypt != nil && !*files.Encrypt, NoOpen: files.Open != nil && !*files.Open,
	}
	c.short("policy.files.types", d.Policy.Files.Types, d.Policy.Files.Hosts)
	if fe := c.first(); fe != nil {
		return Deployment{}, fe
	}
	return d, nil
}

var errTooLong = errors.New("the file is too long")

// readBounded reads a regular file of at most limit bytes. It refuses pipes and devices, which could block.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, errTooLong
	}
	return data, nil
}

// withoutPath is err without its path, which the message already names.
func withoutPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// checker collects the mistakes, to report the first one in the file rather than the first one checked.
type checker struct {
	lines   lineIndex
	managed managed
	found   []*FileError
}

func (c *checker) add(key string, p Problem, e FileError) {
	e.Key, e.Problem = dropIndexes(key), p
	switch {
	case c.managed.sets(key):
		e.Path = c.managed.source
	case e.Line == 0:
		e.Line = c.lines.line(key)
	}
	c.found = append(c.found, &e)
}

// first is the mistake with the lowest line; mistakes without a line come last.
func (c *checker) first() *FileError {
	if len(c.found) == 0 {
		return nil
	}
	return slices.MinFunc(c.found, func(a, b *FileError) int {
		switch {
		case a.Line == b.Line:
			return 0
		case b.Line == 0 || (a.Line != 0 && a.Line < b.Line):
			return -1
		}
		return 1
	})
}

func (c *checker) duration(key string, text *string, otherwise time.Duration, want string) time.Duration {
	if text == nil {
		return otherwise
	}
	d, err := time.ParseDuration(*text)
	if err != nil || d < 0 {
		c.add(key, ProblemBadDuration, FileError{Value: *text, Want: `"` + want + `"`})
		return otherwise
	}
	return d
}

// oneOf checks a value against the known ones.
func oneOf[T ~string](c *checker, key string, text *string, otherwise T, known ...T) T {
	if text == nil {
		return otherwise
	}
	if !slices.Contains(known, T(*text)) {
		quoted := make([]string, len(known))
		for i, w := range known {
			quoted[i] = `"` + string(w) + `"`
		}
		c.add(key, ProblemUnknownWord, FileError{Value: *text, Want: strings.Join(quoted, ", ")})
		return otherwise
	}
	return T(*text)
}

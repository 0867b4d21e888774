// Package diagnosis writes a file for the help desk: versions, states, counts and the newest lines of the log. Nothing in it names a
// person, quotes a message, or is secret.
package diagnosis

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/adrg/xdg"

	"discussions/account"
	"discussions/internal/atomicfile"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/settings"
)

// Facts are the content of the file.
type Facts struct {
	Version    string
	Started    time.Time
	Now        time.Time
	Deployment settings.Deployment
	User       settings.User
	Accounts   []account.Diagnosis
	Log        []string // the newest lines
}

// Save writes the file into the first of the folders that exists, and returns its path.
func Save(f Facts, folders ...string) (path string, err error) {
	for _, dir := range folders {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		path = filepath.Join(dir, f.Now.Format("discussions-diagnostic-20060102-150405.txt"))
		if err := atomicfile.Write(path, []byte(Text(f))); err != nil {
			return "", fmt.Errorf("write the diagnosis: %w", err)
		}
		return path, nil
	}
	return "", fmt.Errorf("write the diagnosis: %w", fs.ErrNotExist)
}

// Folders are where the user looks for a file: that of downloads, else the home folder.
func Folders() []string { return []string{xdg.UserDirs.Download, xdg.Home} }

// Text is what the file says.
func Text(f Facts) string {
	var text strings.Builder
	out := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	section := func(title string) { fmt.Fprintf(out, "\n%s\n", title) }
	line := func(name string, values ...any) {
		fmt.Fprintf(out, "%s\t%s", name, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, "Discussions")
	fmt.Fprintln(out, i18n.T("diagnosis.intro"))

	section("PROGRAM")
	line("version", f.Version)
	line("built with", runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	line("system", system())
	line("desktop", os.Getenv("XDG_CURRENT_DESKTOP"), os.Getenv("XDG_SESSION_TYPE"))
	line("now", f.Now.UTC().Format(time.RFC3339))
	line("running for", f.Now.Sub(f.Started).Round(time.Second))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	line("memory", memory.Sys>>20, "MiB from the system,", memory.HeapAlloc>>20, "MiB in use")
	line("goroutines", runtime.NumGoroutine())

	section("DEPLOYMENT")
	line("file", f.Deployment.Path)
	line("message server", host(f.Deployment.Organisation.WebSocket), "domain", f.Deployment.Organisation.Domain)
	line("login", host(f.Deployment.Login.Issuer))
	line("own authorities", f.Deployment.Network.CAFile != "")
	line("proxy", f.Deployment.Network.Proxy != "")
	line("policy", fmt.Sprintf("%+v", f.Deployment.Policy))
	line("user's settings", fmt.Sprintf("%+v", f.User))

	for i, a := range f.Accounts {
		section(fmt.Sprint("ACCOUNT ", i+1))
		line("state", a.Account)
		line("in memory only", a.Ephemeral)
		line("needs a login", a.Login)
		line("keyring", words(a.Trouble))
		line("unread", a.Unread)
		line("unsent", a.Unsent)
		line("size", a.Bytes, "bytes")
		if a.Messaging != nil {
			conversation(line, *a.Messaging)
		}
	}

	section("LOG")
	_ = out.Flush() // into memory
	text.WriteString(strings.Join(f.Log, "\n") + "\n")
	return withoutHome(text.String())
}

func conversation(line func(string, ...any), m messaging.Diagnosis) {
	line("connection", m.Connection.State, "problem", m.Connection.Problem, "next attempt", moment(m.Connection.Next))
	line("server's offers", fmt.Sprintf("%+v", m.Features))
	line("sessions", m.Sessions, "resumed", m.Resumed)
	line("sent again", counts(m.Again))
	line("refused", counts(m.Refused))
	line("not shown", counts(m.Ignored))
}

// counts lists what was counted, by name.
func counts(of map[string]int) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		list = append(list, fmt.Sprintf("%d %s", of[name], name))
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

func words(err error) string {
	if err == nil {
		return "no trouble"
	}
	return err.Error()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}

// host is the host of an address, without scheme, path and parameters.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return "none"
	}
	return u.Host
}

// withoutHome replaces the home folder, whose name is most often that of the user.
func withoutHome(text string) string {
	home, err := os.UserHomeDir()
	if err != nil || len(home) < 2 {
		return text
	}
	inJSON := strings.ReplaceAll(home, `\`, `\\`)
	return strings.NewReplacer(inJSON, "~", home, "~").Replace(text)
}

package settings

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText = 200     // characters of a name
	maxCA   = 4 << 20 // bytes; the trust store of an operating system has about 200 KB
)

// reservedHints are the parameters of an authorization request that the program sets itself. A hint must not replace them,
// because some protect the login.
var reservedHints = []string{
	"client_id", "client_secret", "code_challenge", "code_challenge_method", "login_hint", "nonce", "prompt", "redirect_uri",
	"request", "request_uri", "response_mode", "response_type", "scope", "state", "ui_locales",
}

// text checks a required one-line text.
func (c *checker) text(key, value, want string) {
	if c.required(key, value, want) && !oneLine(value) {
		c.add(key, ProblemBadText, FileError{})
	}
}

func (c *checker) required(key, value, want string) bool {
	if strings.TrimSpace(value) == "" {
		c.add(key, ProblemMissingKey, FileError{Want: want})
		return false
	}
	return true
}

func (c *checker) domain(key, value string) {
	const want = `"chat.example.org"`
	if !c.required(key, value, want) {
		return
	}
	bad := len(value) > 253 || strings.HasPrefix(value, ".") || strings.HasSuffix(value, ".") || strings.Contains(value, "..") ||
		strings.ContainsFunc(value, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`@/\:"'<>&?#%`, r)
		})
	if bad {
		c.add(key, ProblemBadDomain, FileError{Value: value, Want: want})
	}
}

// address checks an optional URL: it has scheme, or plain if it points to this computer.
func (c *checker) address(key, value, scheme, plain, want string) {
	if value == "" {
		return
	}
	want = `"` + want + `"`
	u, err := url.Parse(value)
	if err != nil || !validHost(u) || (u.Scheme != scheme && u.Scheme != plain) || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil {
		c.add(key, ProblemBadAddress, FileError{Value: value, Want: want})
		return
	}
	if u.Scheme == plain && !loopback(u.Hostname()) {
		c.add(key, ProblemNotEncrypted, FileError{Value: value, Want: want})
	}
}

// proxy checks a proxy's URL. The mistake does not repeat it, because it may hold a password.
func (c *checker) proxy(key, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || !validHost(u) || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) || strings.Trim(u.Path, "/") != "" {
		c.add(key, ProblemBadAddress, FileError{Want: `"http://proxy.example.org:3128"`})
	}
}

func (c *checker) hints(key string, hints map[string]string) {
	for name, value := range hints {
		switch {
		case slices.Contains(reservedHints, strings.ToLower(name)):
			c.add(key+"."+name, ProblemReserved, FileError{})
		case !oneLine(name) || !oneLine(value):
			c.add(key+"."+name, ProblemBadText, FileError{})
		}
	}
}

// caFile checks the certificates and returns the absolute path of their file.
func (c *checker) caFile(key, value, dir string) string {
	if value == "" {
		return ""
	}
	path := value
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, _, err := readCA(path, x509.NewCertPool()); err != nil {
		c.add(key, ProblemBadCA, FileError{Value: value, Err: err})
	}
	return path
}

// readCA adds the PEM certificates of the file at path to pool, and returns them as well.
func readCA(path string, pool *x509.CertPool) (*x509.CertPool, []byte, error) {
	data, err := readBounded(path, maxCA)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, &caError{path, "is not there"}
	case err != nil:
		return nil, nil, &caError{path, "cannot be read (" + withoutPath(err).Error() + ")"}
	case !pool.AppendCertsFromPEM(data):
		return nil, nil, &caError{path, "holds no certificate in PEM form"}
	}
	return pool, data, nil
}

type caError struct{ path, what string }

func (e *caError) Error() string { return e.path + " " + e.what }

func validHost(u *url.URL) bool {
	if u.Hostname() == "" || u.Opaque != "" {
		return false
	}
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

func oneLine(s string) bool {
	return utf8.RuneCountInString(s) <= maxText && !strings.ContainsFunc(s, unicode.IsControl)
}

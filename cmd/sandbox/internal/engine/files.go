package engine

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed ejabberd.yml.tmpl
var configuration string

func (e *Engine) writeFiles() error {
	parsed, err := template.New("ejabberd.yml").Parse(configuration)
	if err != nil {
		return err
	}
	var yml bytes.Buffer
	err = parsed.Execute(&yml, struct {
		Options
		LogLevel string
	}{e.o, "warning"})
	if err != nil {
		return fmt.Errorf("write ejabberd's configuration: %w", err)
	}
	for name, data := range map[string][]byte{
		"ejabberd.yml": yml.Bytes(),
		"server.pem":   e.o.Certificate,
		"token.jwk":    e.o.TokenKey,
	} {
		if err := os.WriteFile(filepath.Join(e.o.Dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(e.o.Dir, "upload"), 0o700)
}

package engine

import (
	"bytes"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"

	"github.com/go-jose/go-jose/v4"
)

// What Prosody 0.12 has not: login with a token, XEP-0156 and listening on a Unix socket.
//
//go:embed prosody.cfg.lua.tmpl mod_auth_token.lua mod_sandbox.lua
var prosodyFiles embed.FS

type prosody struct {
	Options
}

func (p *prosody) files() (map[string][]byte, error) {
	parsed, err := template.ParseFS(prosodyFiles, "prosody.cfg.lua.tmpl")
	if err != nil {
		return nil, err
	}
	var lua bytes.Buffer
	if err := parsed.Execute(&lua, p.Options); err != nil {
		return nil, fmt.Errorf("write Prosody's configuration: %w", err)
	}
	key, err := publicPEM(p.TokenKey)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"prosody.cfg.lua": lua.Bytes(), "server.pem": p.Certificate, "token.pem": key}
	for _, module := range []string{"mod_auth_token.lua", "mod_sandbox.lua"} {
		if files["modules/"+module], err = prosodyFiles.ReadFile(module); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (p *prosody) command() *exec.Cmd {
	c := exec.Command("prosody", "--config", filepath.Join(p.Dir, "prosody.cfg.lua"), "-F")
	c.Env = append(os.Environ(), "HOME="+p.Dir)
	return c
}

// publicPEM is the key of a JWK as OpenSSL reads it.
func publicPEM(jwk []byte) ([]byte, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return nil, fmt.Errorf("key of the tokens: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Key)
	if err != nil {
		return nil, fmt.Errorf("key of the tokens: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

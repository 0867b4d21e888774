package account

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// Every type of this package that holds a secret, printed by every verb, nested, unexported, logged and encoded.
func TestNothingPrintsASecret(t *testing.T) {
	l := newLab(t)
	l.keyring.setFail(ErrKeyringAbsent)
	id := l.add(claire) // in memory: its keyring is ours
	l.provider.login(paul)
	started, err := l.StartLogin(context.Background(), 0, "")
	must(t, err)
	started.(*login).flow.(*fakeFlow).page += "?state=canary-state"
	p, err := started.Wait(context.Background())
	must(t, err)
	d := l.find(id)
	record, err := d.vault.Keyring.Get(vault.Service, id)
	must(t, err)
	key := d.running.data.Bytes()
	secrets := []string{"canary", record, string(key), hex.EncodeToString(key), strings.Trim(fmt.Sprint(key), "[]")}

	values := map[string]any{
		"session": d.running, "a session's fields": struct{ s, t any }{d.running.data, d.running.tokens}, "drawer": d, "vault": d.vault, "keyring": d.vault.Keyring,
		"login": started, "pending": p, "grant": p.(*signIn).grant, "tokens": d.running.tokenSource().Tokens(),
		"account": l.account(id), "options": l.o, "view": d.view, "about": d.view.description,
		"nested": struct {
			any
			hidden []any
			m      map[string]auth.Tokens
		}{p, []any{p, d.running.data, d.running.tokens}, map[string]auth.Tokens{"t": p.(*signIn).grant.Tokens}},
	}
	check := func(how, got string) {
		t.Helper()
		got = strings.ReplaceAll(got, id, "")
		for _, s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%s shows a secret: %s", how, got)
			}
		}
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "% x", "%o", "%U", "%c", "%t", "%e", "%p"} {
			check(name+" "+verb, fmt.Sprintf(verb, v))
		}
		if b, err := json.Marshal(v); err == nil {
			check(name+" json", string(b))
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})).Debug("m", "v", v)
		slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})).Debug("m", "v", v)
		check(name+" slog", log.String())
	}
	for _, err := range []error{
		l.unlock(id, wrong), l.ChangeCode(context.Background(), id, code, secret.New("1234")), l.ChangeCode(context.Background(), id, wrong, code2), vault.CheckCode(secret.New("1212")),
	} {
		if err != nil && (strings.Contains(err.Error(), wrong.Reveal()) || strings.Contains(err.Error(), "1234") || strings.Contains(err.Error(), "1212")) {
			t.Errorf("an error tells a code: %v", err)
		}
	}
}

// The path of a profile often contains the name of its owner: whatever is broken there, no log and no error contains
// it.
func TestNothingTellsWhereTheProfileIs(t *testing.T) {
	l := newLab(t)
	l.quit()
	l.realClients = true
	var log logBuffer
	o := l.options()
	o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	start := func() {
		m, err := OpenProfile(context.Background(), o)
		must(t, err)
		l.Manager = m
	}
	start()
	id := l.add(claire)
	dir := filepath.Join(l.dir, accountsName, id)
	caches, err := filepath.Glob(filepath.Join(dir, cachePrefix+"*"))
	must(t, err)
	l.quit()
	for _, path := range []string{
		filepath.Join(dir, descriptionName), filepath.Join(dir, "vault.next"), filepath.Join(dir, tokensName), filepath.Join(caches[0], "store.key"),
		filepath.Join(caches[0], "outbox.db"), filepath.Join(dir, "vault"), filepath.Join(dir, "erased"),
	} {
		kept := os.Rename(path, path+".kept") == nil
		must(t, os.MkdirAll(filepath.Join(path, "in the way"), 0o700))
		start()
		errs := []error{l.unlock(id, code), l.ChangeCode(context.Background(), id, code, code), l.LogOut(id)}
		if p, err := l.tryLogIn(claire, id); err == nil {
			_, err := p.SetCode(context.Background(), code)
			errs = append(errs, err)
		}
		l.quit()
		if text := fmt.Sprint(errs, log.String()); strings.Contains(text, l.dir) {
			t.Errorf("%s: %s", filepath.Base(path), text)
			break
		}
		must(t, os.RemoveAll(path))
		if kept {
			must(t, os.Rename(path+".kept", path))
		}
	}
}

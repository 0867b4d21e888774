//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/files"
	"discussions/messaging/xmpp"
)

const (
	uploadComponent = `Component "upload.`
	slotSecret      = "a secret of the tests"
)

// changedService: Prosody is started without its upload service, and then with it again.
func changedService(t *testing.T, s *sandboxtest.Sandbox) {
	path := filepath.Join(filepath.Dir(s.Config), "engine", "prosody.cfg.lua")
	config, err := os.ReadFile(path)
	check(t, err)
	without, component, found := strings.Cut(string(config), uploadComponent)
	if !found {
		t.Fatal("no upload service is configured")
	}
	restart := func(config string) {
		s.Engine(t, "stop")
		check(t, os.WriteFile(path, []byte(config), 0o600))
		s.Engine(t, "start")
	}
	t.Cleanup(func() { restart(string(config)) })

	restart(without)
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	content := []byte("une ordonnance")
	m, err := claire.SendFile(messaging.ConversationID(s.Paul().JID), messaging.NewFile{Name: "ordonnance.pdf", MediaType: "application/pdf", Caption: "le fichier", Content: bytes.NewReader(content)})
	check(t, err)
	_, err = claire.Send(s.Paul().JID, "le texte")
	check(t, err)
	failed := func() messaging.FileFailure {
		for _, e := range claire.changesOf(m.ID) {
			if e.State == messaging.Failed {
				return messaging.FileFailure(e.Failure)
			}
		}
		return ""
	}
	claire.until(t, "it is refused", func() bool { return failed() != "" })
	same(t, "because", failed(), messaging.FileNoService)
	paul.until(t, "the text behind it", func() bool { return paul.has(s.Claire().JID, "le texte") })

	restart(without + uploadComponent + component + "\n\thttp_file_share_secret = \"" + slotSecret + "\"\n")
	claire.Retry()
	paul.Retry()
	claire.until(t, "the connection", func() bool { return claire.Connection().State == messaging.Online })
	check(t, claire.Resend(m.ID))
	paul.until(t, "the file, after all", func() bool { return paul.has(s.Claire().JID, "le fichier") })
	m = paul.newestFile(t, s.Claire().JID)
	paul.FetchFile(m, messaging.Asked)
	paul.holdsFile(t, m, content)
	agedSlot(t, s)
}

// agedSlot: a slot of Prosody ends five minutes after it was given. The test gives it another age, which takes the server's secret; the slot
// itself stays good. ejabberd 23.01 ends its slots after five hours, which cannot be configured.
func agedSlot(t *testing.T, s *sandboxtest.Sandbox) {
	w := s.Wire(t, s.Paul().JID, nil)
	service, err := w.UploadService(t.Context())
	check(t, err)
	slot, err := w.UploadSlot(t.Context(), service.JID, "f.bin", "application/octet-stream", 3)
	check(t, err)
	x := files.NewTransfer(s.Transport(t))
	defer x.Close()
	upload := func(slot xmpp.UploadSlot) error {
		return x.Upload(t.Context(), slot, files.Plain(strings.NewReader("abc"), 3), nil)
	}
	aged := slot
	aged.Headers = map[string][]string{"Authorization": {"Bearer " + withAge(t, strings.TrimPrefix(slot.Headers["Authorization"][0], "Bearer "), -time.Second)}}
	if err := upload(aged); !errors.Is(err, files.ErrSlotEnded) || !strings.Contains(err.Error(), "410") {
		t.Errorf("a slot that has ended: %v", err)
	}
	aged.Headers["Authorization"][0] = "Bearer " + withAge(t, strings.TrimPrefix(slot.Headers["Authorization"][0], "Bearer "), time.Minute)
	check(t, upload(aged)) // the test knows how to change the age
}

// withAge gives the authorization of a slot (a JSON Web Token, RFC 7519) another end.
func withAge(t *testing.T, token string, left time.Duration) string {
	t.Helper()
	head, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(payload)
	check(t, err)
	var claims map[string]any
	check(t, json.Unmarshal(data, &claims))
	claims["exp"] = time.Now().Add(left).Unix()
	data, err = json.Marshal(claims)
	check(t, err)
	signed := head + "." + base64.RawURLEncoding.EncodeToString(data)
	mac := hmac.New(sha256.New, []byte(slotSecret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// changesOf is what was told of the changes of a message.
func (d *device) changesOf(id messaging.MessageID) (list []messaging.Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.events {
		if e, ok := e.(messaging.MessageChanged); ok && e.Message.ID == id {
			list = append(list, e.Message)
		}
	}
	return list
}

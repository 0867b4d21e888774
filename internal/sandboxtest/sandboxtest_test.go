package sandboxtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/settings"
)

func TestMain(m *testing.M) { os.Exit(sandboxtest.Main(m)) }

func TestPeople(t *testing.T) {
	s := sandboxtest.Shared(t)
	if len(s.People) < 9 || len(s.Groups) != 3 {
		t.Errorf("%d people and %d groups, want 9 at least and 3", len(s.People), len(s.Groups))
	}
	if !s.Sophie().Answers || !s.Julien().Answers || s.Claire().Answers || s.Paul().Answers {
		t.Error("Sophie and Julien answer, Claire and Paul are the application's")
	}
	if g := s.Group("Équipe de nuit"); len(g.Members) < 3 {
		t.Errorf("the group has %d members", len(g.Members))
	}
}

func TestDeploymentFileIsGood(t *testing.T) {
	s := sandboxtest.Shared(t)
	d, err := settings.LoadDeployment(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	if d.Organisation.WebSocket != s.WebSocket || d.Login.Issuer != s.Issuer || d.Network.CAFile != s.CAFile || len(d.Login.Methods) != 2 {
		t.Errorf("the file says %+v", d)
	}
	if _, err := d.Network.Transport(); err != nil {
		t.Error(err)
	}
}

func TestSayAndWait(t *testing.T) {
	s := sandboxtest.Shared(t)
	s.WaitOnline(t, s.Sophie().JID)
	id := s.Say(t, s.Claire().JID, s.Sophie().JID, "Bonjour Sophie")
	got := s.WaitReceived(t, s.Sophie().JID, "Bonjour Sophie")
	want := sandboxtest.Received{ID: id, From: s.Claire().JID, Body: "Bonjour Sophie", Type: "chat"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Sophie got %+v, want %+v", got, want)
	}
	s.Typing(t, s.Claire().JID, s.Sophie().JID, true)
}

// login gives an authorization address and what its loopback listener is told.
func login(t *testing.T, s *sandboxtest.Sandbox) (address string, answers <-chan url.Values) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan url.Values, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.URL.Query() })}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	sum := sha256.Sum256([]byte(strings.Repeat("v", 43)))
	return s.Issuer + "/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {"discussions-desktop"}, "state": {"s"}, "scope": {"openid offline_access"},
		"redirect_uri":   {"http://" + listener.Addr().String() + "/callback"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode(), told
}

func TestLogin(t *testing.T) {
	s := sandboxtest.Shared(t)
	for _, method := range []string{"psc", "mail"} {
		t.Run(method, func(t *testing.T) {
			address, told := login(t, s)
			s.Login(t, address, s.Paul(), method)
			if got := <-told; got.Get("code") == "" {
				t.Errorf("the application is told %v", got)
			}
		})
	}
	t.Run("again in the same browser", func(t *testing.T) {
		b := s.NewBrowser()
		for range 2 {
			address, told := login(t, s)
			if err := b.Login(address, s.Claire(), "psc"); err != nil {
				t.Fatal(err)
			}
			<-told
		}
	})
	t.Run("wrong code of the card", func(t *testing.T) {
		address, _ := login(t, s)
		paul := s.Paul()
		paul.CardCode = "0000"
		if err := s.NewBrowser().Login(address, paul, "psc"); err == nil {
			t.Error("the login is accepted")
		}
	})
}

func TestProviderNetwork(t *testing.T) {
	s := sandboxtest.Shared(t)
	s.ProviderNetwork(t, "cut", 0)
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if r, err := client.Get(s.Issuer + "/.well-known/openid-configuration"); err == nil {
		r.Body.Close()
		t.Error("the provider answers")
	}
	s.ProviderNetwork(t, "up", 0)
	r, err := client.Get(s.Issuer + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
}

func TestProviderFaults(t *testing.T) {
	s := sandboxtest.Shared(t)
	t.Cleanup(func() {
		s.Tokens(t, "accept")
		s.Clock(t, 0)
	})
	s.Clock(t, 24*time.Hour)
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(s.Issuer + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if at, err := http.ParseTime(r.Header.Get("Date")); err != nil || time.Until(at) < 23*time.Hour {
		t.Errorf("the provider's clock says %s", r.Header.Get("Date"))
	}
	s.Tokens(t, "down")
	r, err = client.PostForm(s.Issuer+"/oauth/token", url.Values{"grant_type": {"refresh_token"}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("down: %s", r.Status)
	}
}

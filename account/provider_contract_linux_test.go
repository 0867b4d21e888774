package account

import (
	"net/http"
	"testing"

	"discussions/auth"
	"discussions/internal/sandboxtest"
	"discussions/settings"
)

func TestTheRealProviderKeepsTheContract(t *testing.T) {
	s := sandboxtest.Start(t, "--engine", "prosody") // it starts in a fraction of the time; the provider is the same
	deployment, err := settings.LoadDeployment(s.Config)
	must(t, err)
	p, err := discoverProvider(t.Context(), auth.Config{
		Issuer: s.Issuer, ClientID: deployment.Login.ClientID, JIDClaim: deployment.Login.JIDClaim, HTTPClient: &http.Client{Transport: s.Transport(t)},
	})
	must(t, err)
	testProvider(t, providerWorld{p, s.Issuer, func(t *testing.T, address string) { s.Login(t, address, s.Claire(), "psc") }})
}

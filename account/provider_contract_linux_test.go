package account

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"testing"

	"discussions/auth"
	"discussions/internal/sandboxtest"
	"discussions/settings"
)

func TestTheRealProviderKeepsTheContract(t *testing.T) {
	s := sandboxtest.Start(t)
	deployment, err := settings.LoadDeployment(s.Config)
	must(t, err)
	pem, err := os.ReadFile(s.CAFile)
	must(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	p, err := discoverProvider(t.Context(), auth.Config{
		Issuer: s.Issuer, ClientID: deployment.Login.ClientID, JIDClaim: deployment.Login.JIDClaim, HTTPClient: &http.Client{Transport: transport},
	})
	must(t, err)
	testProvider(t, providerWorld{p, s.Issuer, func(t *testing.T, address string) { s.Login(t, address, s.Claire(), "psc") }})
}

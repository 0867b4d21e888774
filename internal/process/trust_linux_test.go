package process

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trust tells whether an authority that the environment names is trusted.
func trust() {
	own, err := os.ReadFile(os.Getenv("SSL_CERT_FILE"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if os.Getenv(part) == "strict" {
		if err := Harden(); err != nil {
			fmt.Println(err)
			return
		}
	}
	block, _ := pem.Decode(own)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Verify(x509.VerifyOptions{})
	fmt.Println(err == nil)
}

// TestTheEnvironmentNamesNoAuthority starts the program as somebody does who wants its tokens: with a certificate of their own.
func TestTheEnvironmentNamesNoAuthority(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	own := filepath.Join(t.TempDir(), "own.pem")
	if err := os.WriteFile(own, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, how := range []string{"trusting", "strict"} {
		c := exec.Command(self)
		c.Env = []string{part + "=" + how, "SSL_CERT_FILE=" + own}
		told, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		got[how] = string(told)
	}
	if diff := cmp.Diff(map[string]string{"trusting": "true\n", "strict": "false\n"}, got); diff != "" {
		t.Error(diff)
	}
}

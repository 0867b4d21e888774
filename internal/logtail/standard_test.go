package logtail_test

import (
	"bytes"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"discussions/internal/logtail"

	"fyne.io/fyne/v2"
)

// told gives what the standard log keeps of the messages that do causes.
func told(t *testing.T, do func()) string {
	t.Helper()
	var kept bytes.Buffer
	before := log.Writer()
	log.SetOutput(logtail.Standard(&kept))
	defer log.SetOutput(before)
	do()
	return kept.String()
}

func TestTheStandardLogKeepsWhatFyneSays(t *testing.T) {
	kept := told(t, func() { fyne.LogError("window creation error", errors.New("APIUnavailable: no OpenGL")) })
	for _, want := range []string{"Fyne error:  window creation error\n", "  Cause: APIUnavailable: no OpenGL\n", "  At: ", "standard_test.go:"} {
		if !strings.Contains(kept, want) {
			t.Errorf("%q lacks %q", kept, want)
		}
	}
}

func TestTheStandardLogNamesNoFile(t *testing.T) {
	for _, where := range []string{"file:///srv/CANARI", `C:\CANARI`} {
		kept := told(t, func() {
			fyne.LogError("unable to get ListableURI for "+where, &os.PathError{Op: "open", Path: where, Err: os.ErrPermission})
		})
		if strings.Contains(kept, "CANARI") {
			t.Errorf("%q", kept)
		}
	}
}

func TestTheStandardLogQuotesNobody(t *testing.T) {
	for _, line := range []string{
		"Unsolicited response received on idle HTTP channel starting with \"CANARI\"; err=<nil>\n",
		"http: TLS handshake error from CANARI\n",
		"Fyne error: one line\nCANARI\n",
		"CANARI Fyne error: no\n",
		"  At: CANARI somewhere.go:1\n",
	} {
		if kept := told(t, func() { log.Print(line) }); strings.Contains(kept, "CANARI") {
			t.Errorf("%q", kept)
		}
	}
}

// httpDebugging marks this program as the one that talks to a server with Go's switch for the log of HTTP/2.
const httpDebugging = "LOGTAIL_TEST_ADDRESS"

// TestGosSwitchesLogNoToken makes somebody start the program with Go's switch by which net/http notes all that it sends and gets.
func TestGosSwitchesLogNoToken(t *testing.T) {
	if address := os.Getenv(httpDebugging); address != "" {
		if os.Getenv("LOGTAIL_TEST_HOW") == "standard" {
			log.SetOutput(logtail.Standard(os.Stderr))
		}
		send(t, address)
		return
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("CANARI"))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for how, leaks := range map[string]bool{"bare": true, "standard": false} {
		c := exec.Command(os.Args[0], "-test.run=^TestGosSwitchesLogNoToken$")
		c.Env = append(os.Environ(), "GODEBUG=http2debug=2", httpDebugging+"="+server.URL, "LOGTAIL_TEST_HOW="+how)
		var out bytes.Buffer
		c.Stderr = &out
		if err := c.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", how, err, out.String())
		}
		if got := strings.Contains(out.String(), "CANARI"); got != leaks {
			t.Errorf("%s: tokens in the log: %t", how, got)
		}
	}
}

func send(t *testing.T, address string) {
	own := httptest.NewTLSServer(nil) // all test servers have one certificate
	defer own.Close()
	transport := own.Client().Transport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = true
	transport.DialContext = (&net.Dialer{}).DialContext
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer CANARI")
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.ProtoMajor != 2 {
		t.Fatalf("HTTP/%d", answer.ProtoMajor)
	}
}

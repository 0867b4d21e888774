package logtail_test

import (
	"bufio"
	"bytes"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"discussions/internal/logtail"
)

// TestTheStandardLogQuotesNoServer has a server say something that nobody asked for.
func TestTheStandardLogQuotesNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		c, err := listener.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		_, _ = c.Write([]byte("HTTP/1.1 204 No Content\r\n\r\nCANARI"))
		_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, _ = c.Read(make([]byte, 1)) // until the client hangs up
	}()
	var told bytes.Buffer
	before := log.Writer()
	log.SetOutput(logtail.Standard(&told))
	log.Print("Fyne error")
	defer log.SetOutput(before)
	answer, err := (&http.Client{Transport: &http.Transport{}}).Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	<-closed
	log.SetOutput(before)
	if bytes.Contains(told.Bytes(), []byte("CANARI")) || !bytes.Contains(told.Bytes(), []byte("Fyne error")) {
		t.Errorf("%q", told.String())
	}
}

package players

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"

	"discussions/internal/picture/picturetest"
)

// file is what a person sends when asked for it: as it is, by XEP-0363, XEP-0066 and XEP-0447, as most programs do.
type file struct {
	name, mediaType, words string
	width, height          int
	data                   []byte
}

// asked is the file that a message asks for, nil for none.
func asked(heard string) *file {
	switch heard = strings.ToLower(heard); {
	case strings.Contains(heard, "une photo"):
		return photo()
	case strings.Contains(heard, "en pdf"):
		return prescription()
	}
	return nil
}

// photo is a drawing that stands for a photograph.
func photo() *file {
	const w, h = 1200, 900
	return &file{"plaie.jpg", "image/jpeg", "Voici la plaie, ce matin.", w, h, picturetest.JPEG(picturetest.Wound(w, h))}
}

// prescription writes a page with one line.
func prescription() *file {
	const text = "BT /F1 18 Tf 72 740 Td (Ordonnance d'essai : paracetamol 1 g, trois fois par jour.) Tj ET"
	var b bytes.Buffer
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(text), text),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return &file{"ordonnance.pdf", "application/pdf", "", 0, 0, b.Bytes()}
}

// share uploads a file and gives the content of a message with it.
func (p *player) share(ctx context.Context, c *connection, id string, f *file) (content string, err error) {
	ctx, done := patiently(ctx, c.ended)
	defer done()
	_, domain, _ := strings.Cut(p.JID, "@")
	service, err := jid.Parse("upload." + domain)
	if err != nil {
		return "", err
	}
	var slot struct {
		Put struct {
			URL     string `xml:"url,attr"`
			Headers []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:",chardata"`
			} `xml:"header"`
		} `xml:"put"`
		Get struct {
			URL string `xml:"url,attr"`
		} `xml:"get"`
	}
	request := fmt.Sprintf("<request xmlns='urn:xmpp:http:upload:0' filename='%s' size='%d' content-type='%s'/>", f.name, len(f.data), f.mediaType)
	if err := c.session.UnmarshalIQElement(ctx, xml.NewDecoder(strings.NewReader(request)), stanza.IQ{Type: stanza.GetIQ, To: service}, &slot); err != nil {
		return "", err
	}
	if slot.Put.URL == "" {
		return "", errors.New("no slot")
	}
	put, err := http.NewRequestWithContext(ctx, http.MethodPut, slot.Put.URL, bytes.NewReader(f.data))
	if err != nil {
		return "", err
	}
	for _, header := range slot.Put.Headers {
		put.Header.Set(header.Name, header.Value)
	}
	put.Header.Set("Content-Type", f.mediaType)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.troupe.o.Roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Do(put)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return "", fmt.Errorf("upload: status %d", answer.StatusCode)
	}
	return f.content(id, slot.Get.URL), nil
}

func (f *file) content(id, address string) string {
	sum := sha256.Sum256(f.data)
	pixels := ""
	if f.width > 0 {
		pixels = fmt.Sprintf("<width>%d</width><height>%d</height>", f.width, f.height)
	}
	body, fallback := address, "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback>"
	if f.words != "" {
		body = address + "\n" + f.words
		fallback = fmt.Sprintf("<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='0' end='%d'/></fallback>", len([]rune(address))+1)
	}
	return bodyContent(id, body) + fallback +
		"<x xmlns='jabber:x:oob'><url>" + escape(address) + "</url></x><file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>" + f.name +
		"</name><media-type>" + f.mediaType + "</media-type>" + fmt.Sprintf("<size>%d</size>", len(f.data)) + pixels +
		"<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>" + base64.StdEncoding.EncodeToString(sum[:]) + "</hash></file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='" +
		escape(address) + "'/></sources></file-sharing>"
}

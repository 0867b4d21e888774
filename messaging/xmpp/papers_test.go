package xmpp

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// go test ./messaging/xmpp -run TestTheDocumentsMatch -update writes the table of docs/xeps.md and the extensions of discussions.doap anew.
var update = flag.Bool("update", false, "write the documents of the extensions anew")

const (
	papersPage = "../../docs/xeps.md"
	papersDOAP = "../../discussions.doap"
	address    = "https://xmpp.org/extensions/xep-%04d.html"
)

// TestTheDocumentsMatchTheTableOfExtensions holds docs/xeps.md and discussions.doap to [Extensions], and so to what disco#info announces.
func TestTheDocumentsMatchTheTableOfExtensions(t *testing.T) {
	var page, doap strings.Builder
	page.WriteString("| extension | title | version | told to others | limits | file |\n|---|---|---|---|---|---|\n")
	for _, e := range Extensions() {
		announced, note, status := "", e.Note, "complete"
		if e.Announced {
			announced = "yes"
		}
		if note != "" {
			status = "partial"
		}
		link := fmt.Sprintf(address, e.Number)
		fmt.Fprintf(&page, "| [XEP-%04d](%s) | %s | %s | %s | %s | `messaging/xmpp/%s` |\n", e.Number, link, e.Title, e.Version, announced, note, e.File)
		doap.WriteString("  <implements>\n    <xmpp:SupportedXep>\n")
		fmt.Fprintf(&doap, "      <xmpp:xep rdf:resource=\"%s\"/>\n", link)
		fmt.Fprintf(&doap, "      <xmpp:status>%s</xmpp:status>\n      <xmpp:version>%s</xmpp:version>\n", status, e.Version)
		if note != "" {
			fmt.Fprintf(&doap, "      <xmpp:note xml:lang=\"en\">%s</xmpp:note>\n", note)
		}
		doap.WriteString("    </xmpp:SupportedXep>\n  </implements>\n")
	}
	compare(t, papersPage, "<!-- table -->\n", "<!-- end of table -->", page.String())
	compare(t, papersDOAP, "<!-- extensions -->\n", "  <!-- end of extensions -->", doap.String())
}

// compare holds what stands between two lines of a file to a text, or puts it there.
func compare(t *testing.T, path, begin, end, want string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(data), begin)
	got, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s: %q or %q is missing", path, begin, end)
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s is not up to date (-update writes it):\n%s", path, diff)
	}
}

// TestTheDOAPIsXML parses the file as a reader of DOAP does.
func TestTheDOAPIsXML(t *testing.T) {
	data, err := os.ReadFile(papersDOAP)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Project struct {
			Name       string `xml:"name"`
			Implements []struct {
				Resource string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# resource,attr"`
				XEP      *struct {
					Number struct {
						Resource string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# resource,attr"`
					} `xml:"https://linkmauve.fr/ns/xmpp-doap# xep"`
					Version string `xml:"https://linkmauve.fr/ns/xmpp-doap# version"`
				} `xml:"https://linkmauve.fr/ns/xmpp-doap# SupportedXep"`
			} `xml:"http://usefulinc.com/ns/doap# implements"`
		} `xml:"http://usefulinc.com/ns/doap# Project"`
	}
	if err := xml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, i := range file.Project.Implements {
		if i.XEP != nil {
			got = append(got, i.XEP.Number.Resource+" "+i.XEP.Version)
		}
	}
	for _, e := range Extensions() {
		want = append(want, fmt.Sprintf(address, e.Number)+" "+e.Version)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if file.Project.Name != "Discussions" {
		t.Errorf("the project's name is %q", file.Project.Name)
	}
}

// elsewhere are the namespaces in the code that no row of the table has.
var elsewhere = []string{
	// of RFCs
	"jabber:client", "jabber:iq:roster", "http://etherx.jabber.org/streams", "http://www.w3.org/XML/1998/namespace",
	"http://docs.oasis-open.org/ns/xri/xrd-1.0",
	// parts of other extensions: a hash and an address of a file, the envelope of an older retraction
	"urn:xmpp:hashes:2", "http://jabber.org/protocol/url-data", "urn:xmpp:fasten:0",
	// encryption that is recognised and cannot be read
	"jabber:x:encrypted", "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:1", "urn:xmpp:omemo:2", "urn:xmpp:openpgp:0", "urn:xmpp:otr:0",
}

var (
	inTag      = regexp.MustCompile(`xml:"([^" ,]+) [^"]+"`)
	inConstant = regexp.MustCompile(`(?m)^\s*(?:const )?(?:ns|NS)[A-Z]\w* += "([^"]+)"`)
	inText     = regexp.MustCompile(`xmlns="([^"]+)"`)
)

// TestTheTableHasEveryNamespace: the table names each namespace that the code reads or writes, and no other.
func TestTheTableHasEveryNamespace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "extensions.go" {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(source)
	}
	inCode, inTable := map[string]bool{}, map[string]bool{}
	for _, form := range []*regexp.Regexp{inTag, inConstant, inText} {
		for _, m := range form.FindAllStringSubmatch(code.String(), -1) {
			inCode[m[1]] = true
		}
	}
	for _, e := range Extensions() {
		for _, ns := range e.Namespaces {
			inTable[ns] = true
			if !strings.Contains(code.String(), `"`+ns+`"`) && !inCode[ns] {
				t.Errorf("XEP-%04d: no code for %s", e.Number, ns)
			}
		}
	}
	for ns := range inCode {
		if !inTable[ns] && !slices.Contains(elsewhere, ns) && !strings.HasPrefix(ns, "urn:ietf:params:xml:ns:") {
			t.Errorf("the table does not have %s", ns)
		}
	}
}

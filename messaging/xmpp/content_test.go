package xmpp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summit is the file of XEP-0447's example 1.
const summit = `<file xmlns='urn:xmpp:file:metadata:0'><media-type>image/jpeg</media-type><name>summit.jpg</name><size>3032449</size><width>4096</width><height>2160</height>
	<hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash><hash xmlns='urn:xmpp:hashes:2' algo='id-blake2b256'>2AfMGH8O7UNPTvUVAM9aK13mpCY=</hash>
	<desc>Photo from the summit.</desc><thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:sha1+ffd7@bob.xmpp.org' media-type='image/png' width='128' height='96'/></file>`

const summitURL = `https://download.montague.lit/4a771ac1-f0b2-4a4a-9700-f2a26fa2bb67/summit.jpg`

func summitFile() SharedFile {
	return SharedFile{Name: "summit.jpg", MediaType: "image/jpeg", Size: 3032449, Width: 4096, Height: 2160, Description: "Photo from the summit.",
		Hashes: []Hash{{"sha3-256", "2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU="}, {"id-blake2b256", "2AfMGH8O7UNPTvUVAM9aK13mpCY="}}}
}

func TestSharedFiles(t *testing.T) {
	plain := summitFile()
	plain.Sources = []string{summitURL}
	hidden := summitFile()
	hidden.Encrypted = &EncryptedFile{Cipher: "urn:xmpp:ciphers:aes-256-gcm-nopadding:0", Key: "SuRJ2agVm/pQbJQlPq/B23Xt1YOOJCcEGJA5HrcYOGQ=", IV: "T8RDMBaiqn6Ci4Nw",
		Hashes: []Hash{{"sha3-256", "BgKI2gp2kNCRsARNvhFmw5kFf9BBo2pTbV2D8XHTMWI="}}, Sources: []string{"https://download.montague.lit/encrypted.jpg"}}
	for _, c := range []struct {
		name, in string
		want     []SharedFile
	}{
		{"XEP-0447 example 1", `<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'>` + summit + `<sources>
			<url-data xmlns='http://jabber.org/protocol/url-data' target='` + summitURL + `'/>
			<jinglepub xmlns='urn:xmpp:jinglepub:1' from='romeo@montague.lit/resource' id='9559976B'/></sources></file-sharing>`, []SharedFile{plain}},
		{"XEP-0448 example 1", `<file-sharing xmlns='urn:xmpp:sfs:0'>` + summit + `<sources><encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0'>
			<key>SuRJ2agVm/pQbJQlPq/B23Xt1YOOJCcEGJA5HrcYOGQ=</key><iv>T8RDMBaiqn6Ci4Nw</iv><hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>BgKI2gp2kNCRsARNvhFmw5kFf9BBo2pTbV2D8XHTMWI=</hash>
			<sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' target='https://download.montague.lit/encrypted.jpg'/></sources></encrypted></sources></file-sharing>`,
			[]SharedFile{hidden}},
		{"several", `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>photo1.jpg</name></file></file-sharing>
			<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>photo2.jpg</name></file></file-sharing>`, []SharedFile{{Name: "photo1.jpg"}, {Name: "photo2.jpg"}}},
		{"the dimensions of an older version", `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><dimensions>4096x2160</dimensions></file></file-sharing>`,
			[]SharedFile{{Width: 4096, Height: 2160}}},
		{"numbers that are none, or are not believed", `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><media-type>;;</media-type><size>-1</size><width>1e9</width><height>2000000</height></file></file-sharing>`,
			[]SharedFile{{}}},
		{"sources that are not to be fetched", `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>a</name></file><sources>` +
			urls("file:///etc/passwd", "javascript:alert(1)", `\\host\share`, "ftp://x/y", "https://", "http://user:pw@x/", "https://x/"+strings.Repeat("a", maxURL)) + `</sources></file-sharing>`,
			[]SharedFile{{Name: "a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readMessage(t, "chat", juliet, c.in)
			if diff := cmp.Diff(c.want, m.Files); diff != "" || m.Unreadable() {
				t.Error(diff)
			}
		})
	}
	many := readMessage(t, "chat", juliet, strings.Repeat(`<file-sharing xmlns='urn:xmpp:sfs:0'><sources>`+urls(strings.Fields(strings.Repeat("https://x/ ", 20))...)+`</sources></file-sharing>`, 20))
	if len(many.Files) != maxFiles || len(many.Files[0].Sources) != maxSources {
		t.Errorf("%d files", len(many.Files))
	}
}

func urls(targets ...string) (text string) {
	for _, target := range targets {
		text += `<url-data xmlns='http://jabber.org/protocol/url-data' target='` + target + `'/>`
	}
	return text
}

func TestTheNameOfAFileIsANameAndReadsAsItIs(t *testing.T) {
	for in, want := range map[string]string{
		"rapport.pdf": "rapport.pdf", "../../.bashrc": ".bashrc", `C:\Windows\a.exe`: "a.exe", "..": "", ".": "", "a/": "", "compte rendu \u202efdp.exe": "compte rendu fdp.exe",
		"a\nb\x00": "ab", "œdème.jpg": "œdème.jpg", "مريض.pdf": "مريض.pdf",
		strings.Repeat("é", 3000): strings.Repeat("é", maxText),
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestOutOfBandData(t *testing.T) {
	// XEP-0066 example 5
	m := readMessage(t, "chat", juliet, `<body>Yeah, but do you have a license to Jabber?</body><x xmlns='jabber:x:oob'><url>http://www.jabber.org/images/psa-license.jpg</url></x>`)
	if diff := cmp.Diff([]OutOfBand{{URL: "http://www.jabber.org/images/psa-license.jpg"}}, m.OutOfBand); diff != "" {
		t.Error(diff)
	}
	alone := readMessage(t, "chat", juliet, `<x xmlns='jabber:x:oob'><url>https://x/y</url><desc>A license</desc></x>`)
	if diff := cmp.Diff([]OutOfBand{{URL: "https://x/y", Description: "A license"}}, alone.OutOfBand); diff != "" || alone.Unreadable() {
		t.Error(diff)
	}
	if odd := readMessage(t, "chat", juliet, `<x xmlns='jabber:x:oob'><url>aesgcm://x/y#00</url></x>`); odd.OutOfBand != nil || !odd.Unreadable() {
		t.Errorf("a link that is not to be fetched: %+v", odd)
	}
}

func TestEncryptedMessagesAreKnown(t *testing.T) {
	for _, c := range []struct {
		name, in   string
		want       *Encryption
		unreadable bool
	}{
		{"XEP-0380 example 1: OTR", `<body>?OTR?v23?...</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:otr:0'/>`, &Encryption{Namespace: nsOTR, Name: "OTR"}, true},
		{"XEP-0380 example 2: OX", `<openpgp xmlns='urn:xmpp:openpgp:0'>...</openpgp><body>This message is encrypted.</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:openpgp:0'/>`,
			&Encryption{Namespace: nsOpenPGP, Name: "OpenPGP"}, true},
		{"OTR without a label", `<body>?OTR:AAIDAAAAAAEAAAA.</body>`, &Encryption{Namespace: nsOTR, Name: "OTR"}, true},
		{"a question about OTR", `<body>?OTR est-il sûr ?</body>`, nil, false},
		{"old OpenPGP", `<body>x</body><x xmlns='jabber:x:encrypted'>hQEOA</x>`, &Encryption{Namespace: nsOldPGP, Name: "OpenPGP"}, true},
		{"OMEMO without a body", `<encrypted xmlns='urn:xmpp:omemo:2'><header sid='27183'/><payload>aGk=</payload></encrypted><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2' name='OMEMO'/><store xmlns='urn:xmpp:hints'/>`,
			&Encryption{Namespace: nsOMEMO2, Name: "OMEMO"}, true},
		{"the OMEMO of most programs", `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2'>x</key><iv>y</iv></header><payload>aGk=</payload></encrypted><body>I sent you an OMEMO message</body>`,
			&Encryption{Namespace: nsOldOMEMO, Name: "OMEMO"}, true},
		{"OMEMO that only carries keys", `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted><store xmlns='urn:xmpp:hints'/>`,
			&Encryption{Namespace: nsOldOMEMO, Name: "OMEMO", Empty: true}, false},
		{"a typing notice in OMEMO", `<encrypted xmlns='urn:xmpp:omemo:2'><payload>aGk=</payload></encrypted><no-store xmlns='urn:xmpp:hints'/>`, &Encryption{Namespace: nsOMEMO2, Name: "OMEMO"}, false},
		{"a scheme of tomorrow", `<encryption xmlns='urn:xmpp:eme:0' namespace='urn:example:mls' name='MLS'/><mls xmlns='urn:example:mls'/>`, &Encryption{Namespace: "urn:example:mls", Name: "MLS"}, true},
		{"a borrowed name", `<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2' name='Not encrypted'/>`, &Encryption{Namespace: nsOMEMO2, Name: "OMEMO"}, true},
		{"no namespace", `<encryption xmlns='urn:xmpp:eme:0' name='x'/><body>x</body>`, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readMessage(t, "chat", juliet, c.in)
			if diff := cmp.Diff(c.want, m.Encryption); diff != "" || m.Unreadable() != c.unreadable {
				t.Error(diff, m.Unreadable())
			}
		})
	}
}

func TestWhatCannotBeReadIsTold(t *testing.T) {
	for _, c := range []struct {
		name, kind, in string
		unknown        []string
		unreadable     bool
	}{
		{"an unknown element", "chat", `<poll xmlns='urn:example:poll'><option/></poll>`, []string{"urn:example:poll"}, true},
		{"with a hint to keep it", "normal", `<poll xmlns='urn:example:poll'/><store xmlns='urn:xmpp:hints'/>`, []string{"urn:example:poll"}, true},
		{"beside a body", "chat", `<body>x</body><poll xmlns='urn:example:poll'/>`, []string{"urn:example:poll"}, false},
		{"not for the archive", "chat", `<whiteboard xmlns='urn:example:board'/><no-store xmlns='urn:xmpp:hints'/>`, []string{"urn:example:board"}, false},
		{"a headline", "headline", `<poll xmlns='urn:example:poll'/>`, []string{"urn:example:poll"}, false},
		{"a call", "chat", `<propose xmlns='urn:xmpp:jingle-message:0' id='1'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose><store xmlns="urn:xmpp:hints"/>`,
			[]string{"urn:xmpp:jingle-message:0"}, true},
		{"the end of a call", "chat", `<retract xmlns='urn:xmpp:jingle-message:0' id='1'/><store xmlns="urn:xmpp:hints"/>`, nil, false},
		{"a typing notice", "chat", `<composing xmlns='http://jabber.org/protocol/chatstates'/>`, nil, false},
		{"a receipt", "chat", `<received xmlns='urn:xmpp:receipts' id='1'/><store xmlns='urn:xmpp:hints'/>`, nil, false},
		{"a marker", "chat", `<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/><acknowledged xmlns='urn:xmpp:chat-markers:0' id='1'/>`, nil, false},
		{"reactions", "chat", `<reactions id='1' xmlns='urn:xmpp:reactions:0'/><poll xmlns='urn:example:poll'/>`, []string{"urn:example:poll"}, false},
		{"news of a node", "chat", `<event xmlns='http://jabber.org/protocol/pubsub#event'/>`, nil, false},
		{"an element without a namespace", "chat", `<x/>`, nil, false},
		{"a room's subject", "groupchat", `<subject/>`, nil, false},
		{"nothing", "chat", ``, nil, false},
		{"many", "chat", manyElements(100), strings.Fields("urn:0 urn:1 urn:2 urn:3 urn:4 urn:5 urn:6 urn:7"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readMessage(t, c.kind, juliet, c.in)
			if diff := cmp.Diff(c.unknown, m.Unknown); diff != "" || m.Unreadable() != c.unreadable {
				t.Error(diff, m.Unreadable())
			}
		})
	}
}

func manyElements(n int) (text string) {
	for i := range n {
		text += `<a xmlns='urn:` + string(rune('0'+i%10)) + `'/>`
	}
	return text
}

func TestAFileIsReadAsItWasSent(t *testing.T) {
	plain := SharedFile{
		Name: "ordonnance.pdf", MediaType: "application/pdf", Size: 12, Description: "pour Mme B. <3", Hashes: []Hash{{"sha-256", "AAAA"}},
		Sources: []string{"https://up.example.org/a?b=c&d"},
	}
	picture := SharedFile{
		Name: "œil.jpg", MediaType: "image/jpeg", Size: 3, Width: 4, Height: 5, Thumbnail: "YSB0aW55IHBpY3R1cmU=",
		Encrypted: &EncryptedFile{Cipher: CipherGCM256, Key: "a2V5", IV: "aXY=", Hashes: []Hash{{"sha-256", "BBBB"}}, Sources: []string{"https://up.example.org/f.bin"}},
	}
	sent := Message{Type: "chat", From: jidOf(juliet), To: jidOf(romeo), Body: "📎 ordonnance.pdf", Files: []SharedFile{plain, picture}, OutOfBand: []OutOfBand{{URL: plain.Sources[0]}}}
	data, err := encode(sent.encode())
	if err != nil {
		t.Fatal(err)
	}
	m := eventsOf(t, romeo, strings.Replace(string(data), "<message ", `<message from="`+juliet+`" `, 1))[0].(MessageReceived).Message
	if diff := cmp.Diff(sent.Files, m.Files); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sent.OutOfBand, m.OutOfBand); diff != "" {
		t.Error(diff)
	}
}

func TestAThumbnailIsASmallPictureInTheMessage(t *testing.T) {
	for name, c := range map[string]struct{ uri, want string }{
		"a JPEG":              {"data:image/jpeg;base64,QUJD", "QUJD"},
		"too large":           {"data:image/jpeg;base64," + strings.Repeat("AAAA", MaxThumbnail/4), ""},
		"not base64":          {"data:image/jpeg;base64,*", ""},
		"empty":               {"data:image/jpeg;base64,", ""},
		"another type":        {"data:image/svg+xml;base64,QUJD", ""},
		"an address":          {"https://tracker.example.org/x.jpg", ""},
		"of another protocol": {"cid:sha1+ffd7@bob.xmpp.org", ""},
	} {
		m := readMessage(t, "chat", juliet, `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>a</name><thumbnail xmlns='urn:xmpp:thumbs:1' uri='`+c.uri+`'/></file></file-sharing>`)
		if len(m.Files) != 1 || m.Files[0].Thumbnail != c.want {
			t.Errorf("%s: %+v", name, m.Files)
		}
	}
}

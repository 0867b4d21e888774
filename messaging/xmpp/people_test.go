package xmpp

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

// The examples of XEP-0054, with what people write there besides.
func TestWhatAVCardTempSays(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf(juliet)) })
		s.write(answerTo(s.expect(`<vCard xmlns="vcard-temp">`), juliet, `<vCard xmlns='vcard-temp'><FN> Peter Saint-Andre </FN><TITLE>Executive Director</TITLE><ROLE/>
			<ORG><ORGNAME>XMPP Standards Foundation</ORGNAME><ORGUNIT/><ORGUNIT>Cardiologie</ORGUNIT></ORG>
			<TEL><WORK/><FAX/><NUMBER>1</NUMBER></TEL><TEL><HOME/><VOICE/><NUMBER>2</NUMBER></TEL><TEL><WORK/><VOICE/><NUMBER>303-308-3282</NUMBER></TEL>
			<ADR><HOME/><LOCALITY>Denver</LOCALITY></ADR><ADR><WORK/><LOCALITY> </LOCALITY></ADR>
			<EMAIL><INTERNET/><PREF/><USERID>stpeter@jabber.org</USERID></EMAIL><PHOTO><BINVAL>AAAA</BINVAL></PHOTO></vCard>`))
		got, err := wait()
		want := VCard{FullName: "Peter Saint-Andre", Title: "Executive Director", Org: "XMPP Standards Foundation", Unit: "Cardiologie", Place: "Denver", Mail: "stpeter@jabber.org", Phone: "303-308-3282"}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

// TestACardTakesLittleRoom: the owner of a card chooses the length of its texts, which are compared and sorted.
func TestACardTakesLittleRoom(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		long := strings.Repeat("é", 100_000)
		wait := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf(juliet)) })
		s.write(answerTo(s.expect(`<vCard xmlns="vcard-temp">`), juliet, `<vCard xmlns='vcard-temp'><FN>`+long+`</FN><TITLE>`+long+`</TITLE><ROLE>`+long+`</ROLE>
			<ORG><ORGNAME>`+long+`</ORGNAME><ORGUNIT>`+long+`</ORGUNIT></ORG><TEL><NUMBER>`+long+`</NUMBER></TEL>
			<ADR><LOCALITY>`+long+`</LOCALITY></ADR><EMAIL><USERID>`+long+`</USERID></EMAIL></vCard>`))
		got, err := wait()
		short := strings.Repeat("é", mostCardText/2)
		want := VCard{FullName: short, Title: short, Role: short, Org: short, Unit: short, Place: short, Mail: short, Phone: short}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

// XEP-0292, example 2, shortened; and what is in groups.
const vcard4 = `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:vcard4'><item id='current'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
	<fn><text>Peter Saint-Andre</text></fn><n><surname>Saint-Andre</surname><given>Peter</given></n>
	<org><parameters><type><text>work</text></type></parameters><text>Cisco</text><text>Standards</text></org><title><text>Director</text></title>
	<adr><parameters><type><text>home</text></type></parameters><locality>Parker</locality></adr>
	<adr><parameters><type><text>work</text></type></parameters><ext>Suite 600</ext><locality>Denver</locality></adr>
	<tel><parameters><type><text>work</text><text>fax</text></type></parameters><uri>tel:+1-0</uri></tel>
	<tel><parameters><type><text>work</text><text>voice</text></type></parameters><uri>tel:+1-303-308-3282;ext=1</uri></tel>
	<group name='item1'><email><parameters><type><text>work</text></type></parameters><text>psaintan@cisco.com</text></email></group>
	</vcard></item></items></pubsub>`

func TestWhatAVCard4Says(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (VCard, error) { return r.VCard4(t.Context(), jidOf(juliet)) })
		s.write(answerTo(s.expect(`<items node="urn:xmpp:vcard4">`), juliet, vcard4))
		got, err := wait()
		want := VCard{FullName: "Peter Saint-Andre", Title: "Director", Org: "Cisco", Unit: "Standards", Place: "Denver", Mail: "psaintan@cisco.com", Phone: "+1-303-308-3282"}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

func TestACardIsWhatBothKindsSay(t *testing.T) {
	const temp = `<vCard xmlns='vcard-temp'><FN>Autre nom</FN><ROLE>Cardiologue</ROLE></vCard>`
	for _, c := range []struct {
		name      string
		four, two func(string) string
		want      VCard
		err       error
	}{
		{"both", func(q string) string { return answerTo(q, juliet, vcard4) }, func(q string) string { return answerTo(q, juliet, temp) },
			VCard{FullName: "Peter Saint-Andre", Title: "Director", Role: "Cardiologue", Org: "Cisco", Unit: "Standards", Place: "Denver", Mail: "psaintan@cisco.com", Phone: "+1-303-308-3282"}, nil},
		{"the older alone", func(q string) string { return errorTo(q, juliet, "item-not-found") }, func(q string) string { return answerTo(q, juliet, temp) },
			VCard{FullName: "Autre nom", Role: "Cardiologue"}, nil},
		{"the newer alone", func(q string) string { return answerTo(q, juliet, vcard4) }, func(q string) string { return errorTo(q, juliet, "service-unavailable") },
			VCard{FullName: "Peter Saint-Andre", Title: "Director", Org: "Cisco", Unit: "Standards", Place: "Denver", Mail: "psaintan@cisco.com", Phone: "+1-303-308-3282"}, nil},
		{"none", func(q string) string { return errorTo(q, juliet, "forbidden") }, func(q string) string { return errorTo(q, juliet, "item-not-found") }, VCard{}, ErrItemNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (VCard, error) { return r.Card(t.Context(), jidOf(juliet)) })
				s.write(c.four(s.expect("urn:xmpp:vcard4")))
				s.write(c.two(s.expect("vcard-temp")))
				got, err := wait()
				if d := cmp.Diff(c.want, got); d != "" || !errors.Is(err, c.err) {
					t.Error(d, err)
				}
			})
		})
	}
}

// XEP-0191, examples 1 to 9.
func TestBlocking(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		list := async(func() ([]jid.JID, error) { return r.BlockList(t.Context()) })
		s.write(answerTo(s.expect(`<blocklist xmlns="urn:xmpp:blocking">`), romeo, `<blocklist xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/><item jid='@'/><item jid='iago@shakespeare.lit'/></blocklist>`))
		got, err := list()
		if d := cmp.Diff([]jid.JID{jidOf("romeo@montague.net"), jidOf("iago@shakespeare.lit")}, got); d != "" || err != nil {
			t.Error(d, err)
		}
		for _, on := range []bool{true, false} {
			element := "unblock"
			if on {
				element = "block"
			}
			set := async(func() (struct{}, error) { return struct{}{}, r.SetBlocked(t.Context(), jidOf(juliet+"/balcony"), on) })
			s.write(answerTo(s.expect(`type="set"`, `<`+element+` xmlns="urn:xmpp:blocking"><item jid="`+juliet+`">`), romeo, ""))
			if _, err := set(); err != nil {
				t.Error(err)
			}
			s.write(`<iq xmlns="jabber:client" type="set" id="` + element + `"><` + element + ` xmlns="urn:xmpp:blocking"><item jid="` + juliet + `"/></` + element + `></iq>`)
			s.expect(`id="`+element+`"`, `type="result"`)
			if d := cmp.Diff(BlockListChanged{[]jid.JID{jidOf(juliet)}, on}, await[BlockListChanged](r)); d != "" {
				t.Error(d)
			}
		}
	})
}

func TestAServerWithoutBlocking(t *testing.T) {
	for _, condition := range []string{"service-unavailable", "feature-not-implemented"} {
		withSession(t, func(t *testing.T, r *running, s *fakeConn) {
			list := async(func() ([]jid.JID, error) { return r.BlockList(t.Context()) })
			s.write(errorTo(s.expect("blocklist"), romeo, condition))
			if _, err := list(); !errors.Is(err, ErrNotOffered) {
				t.Errorf("%s: %v", condition, err)
			}
		})
	}
}

func TestNewsOfWhoIsBlockedComeFromTheOwnAccountOnly(t *testing.T) {
	const news = `<block xmlns="urn:xmpp:blocking"><item jid="` + juliet + `"/></block>`
	for from, told := range map[string]bool{"": true, romeo: true, juliet: false, romeoFull: false, "montague.example": false} {
		client := New(Config{JID: jidOf(romeo)})
		in := `<iq xmlns="jabber:client" type="set" id="b1" to="` + romeoFull + `" from="` + from + `">` + news + `</iq>`
		if from == "" {
			in = strings.Replace(in, ` from=""`, "", 1)
		}
		got := false
		for _, e := range eventsFrom(t, client, in) {
			_, is := e.(BlockListChanged)
			got = got || is
		}
		if got != told {
			t.Errorf("from %q: told is %v", from, got)
		}
	}
}

// answerDirectory plays a server with a directory in a service of its own, up to the question for the fields.
func answerDirectory(s *fakeConn, form string) {
	s.write(answerTo(s.expect("disco#items"), "montague.example", `<query xmlns="http://jabber.org/protocol/disco#items"><item jid="rooms.montague.example"/><item jid="vjud.montague.example"/></query>`))
	info := func(from, category string) {
		s.write(answerTo(s.expect("disco#info", `to="`+from+`"`), from, `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="`+category+`" type="user"/><feature var="jabber:iq:search"/></query>`))
	}
	info("rooms.montague.example", "conference")
	info("vjud.montague.example", "directory")
	s.write(answerTo(s.expect(`type="get"`, `<query xmlns="jabber:iq:search"></query>`), "vjud.montague.example", `<query xmlns="jabber:iq:search">`+form+`</query>`))
}

// The answers of ejabberd.
func TestADirectoryWithAForm(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		const form = `<instructions/><x xmlns="jabber:x:data" type="form"><field type="text-single" label="User" var="user"/><field var="fn"/><field var="last"/><field var="orgunit"/><field var="bday"/></x>`
		const found = `<query xmlns="jabber:iq:search"><x xmlns="jabber:x:data" type="result"><reported><field var="jid"/></reported>
			<item><field var="jid"><value>julien.roux@montague.example</value></field><field var="fn"><value>Dr Julien Roux</value></field><field var="orgunit"><value>Cardiologie</value></field><field var="locality"><value>Montpellier</value></field></item>
			<item><field var="jid"><value>@</value></field></item><item><field var="jid"><value>montague.example</value></field></item></x></query>`
		for n := range 2 { // the second time the service is known
			wait := async(func() ([]DirectoryEntry, error) { return r.FindInDirectory(t.Context(), "roux*") })
			if n == 0 {
				answerDirectory(s, form)
			}
			for _, field := range []string{"last", "fn", "orgunit"} {
				q := s.expect(`type="set"`, `to="vjud.montague.example"`, `<field var="`+field+`"><value>roux*</value>`, `<value>jabber:iq:search</value>`)
				switch field {
				case "last":
					s.write(answerTo(q, "vjud.montague.example", found))
				case "fn":
					s.write(errorTo(q, "vjud.montague.example", "not-acceptable"))
				default:
					s.write(answerTo(q, "vjud.montague.example", found)) // the same person
				}
			}
			got, err := wait()
			want := []DirectoryEntry{{jidOf("julien.roux@montague.example"), VCard{FullName: "Dr Julien Roux", Unit: "Cardiologie", Place: "Montpellier"}}}
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Error(d, err)
			}
		}
	})
}

// ejabberd 23.01 with a directory in LDAP: its fields are those of LDAP, its answers those of a vCard.
func TestADirectoryOfLDAP(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]DirectoryEntry, error) { return r.FindInDirectory(t.Context(), "cardio*") })
		answerDirectory(s, `<x xmlns="jabber:x:data" type="form"><field type="text-single" label="Métier" var="title"/><field var="sn"/><field var="FORM_TYPE"/></x>`)
		const found = `<query xmlns="jabber:iq:search"><x xmlns="jabber:x:data" type="result"><item><field var="jid"><value>julien.roux@montague.example</value></field>
			<field var="FN"><value>Dr Julien Roux</value></field><field var="TITLE"><value>Cardiologue</value></field></item></x></query>`
		for _, field := range []string{"sn", "title"} {
			q := s.expect(`<x xmlns="jabber:x:data" type="submit"><field var="` + field + `"><value>cardio</value></field></x>`)
			if field == "title" {
				s.write(answerTo(q, "vjud.montague.example", found))
			} else {
				s.write(answerTo(q, "vjud.montague.example", `<query xmlns="jabber:iq:search"/>`))
			}
		}
		got, err := wait()
		want := []DirectoryEntry{{jidOf("julien.roux@montague.example"), VCard{FullName: "Dr Julien Roux", Title: "Cardiologue"}}}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

// XEP-0055, examples 2 to 4.
func TestADirectoryWithoutAForm(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]DirectoryEntry, error) { return r.FindInDirectory(t.Context(), "Capulet") })
		answerDirectory(s, `<instructions>Fill in one or more fields</instructions><first/><last/><email/>`)
		s.write(answerTo(s.expect(`<first>Capulet</first>`), "vjud.montague.example", `<query xmlns="jabber:iq:search"/>`))
		s.write(answerTo(s.expect(`<last>Capulet</last>`), "vjud.montague.example", `<query xmlns="jabber:iq:search"><item jid="juliet@capulet.com"><first>Juliet</first><last>Capulet</last><nick>JuliC</nick><email>juliet@shakespeare.lit</email></item></query>`))
		got, err := wait()
		want := []DirectoryEntry{{jidOf("juliet@capulet.com"), VCard{FullName: "Juliet Capulet", Mail: "juliet@shakespeare.lit"}}}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

func TestAServerWithoutADirectory(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]DirectoryEntry, error) { return r.FindInDirectory(t.Context(), "roux") })
		s.write(answerTo(s.expect("disco#items"), "montague.example", `<query xmlns="http://jabber.org/protocol/disco#items"><item jid="rooms.montague.example"/></query>`))
		s.write(errorTo(s.expect("disco#info", `to="rooms.montague.example"`), "rooms.montague.example", "service-unavailable"))
		s.write(answerTo(s.expect("disco#info", `to="montague.example"`), "montague.example", `<query xmlns="http://jabber.org/protocol/disco#info"><feature var="jabber:iq:search"/></query>`))
		if _, err := wait(); !errors.Is(err, ErrNotOffered) {
			t.Errorf("%v", err)
		}
	})
}

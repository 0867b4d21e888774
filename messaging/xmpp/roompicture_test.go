package xmpp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The examples of XEP-0486, shortened.
func TestTheHashOfARoomsPictureIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		want RoomInfo
	}{
		"a picture": {`<identity category='conference' type='text' name='The Garden'/><feature var='http://jabber.org/protocol/muc'/><feature var='vcard-temp'/>
			<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roominfo</value></field>
			<field var='muc#roominfo_avatarhash' type='text-multi'><value>A31C4BD04DE69663CFD7F424A8453F4674DA37FF</value></field></x>`,
			RoomInfo{Name: "The Garden", Pictured: true, Picture: new("a31c4bd04de69663cfd7f424a8453f4674da37ff")}},
		"none, or an older server": {`<identity category='conference' type='text' name='The Garden'/><feature var='vcard-temp'/>`, RoomInfo{Name: "The Garden", Pictured: true}},
		"rooms without a picture":  {`<identity category='conference' type='text' name='The Garden'/>`, RoomInfo{Name: "The Garden"}},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (RoomInfo, error) { return r.RoomInfo(t.Context(), jidOf(coven)) })
				s.write(answerTo(s.expect(`disco#info`), coven, `<query xmlns='http://jabber.org/protocol/disco#info'>`+c.says+`</query>`))
				got, err := wait()
				if d := cmp.Diff(c.want, got); d != "" || err != nil {
					t.Error(d, err)
				}
			})
		})
	}
}

func TestARoomsPictureIsRead(t *testing.T) {
	photo := func(kind string, data []byte) string {
		return `<PHOTO><TYPE>` + kind + `</TYPE><BINVAL>` + base64.StdEncoding.EncodeToString(data) + `</BINVAL></PHOTO>`
	}
	png := bytes.Repeat([]byte("png"), 100)
	for name, c := range map[string]struct {
		card string
		want []byte
		err  error
	}{
		"a picture":               {photo("image/png", png), png, nil},
		"in lines":                {"<PHOTO><BINVAL>\n  cG5\n\tn </BINVAL></PHOTO>", []byte("png"), nil},
		"in several formats":      {photo("image/svg+xml", []byte("<svg/>")) + photo("image/png", png), png, nil},
		"none":                    {"<FN>Garde</FN>", nil, nil},
		"an empty one":            {"<PHOTO><BINVAL/></PHOTO>", nil, nil},
		"as large as allowed":     {photo("image/png", make([]byte, MostPicture)), make([]byte, MostPicture), nil},
		"too large":               {photo("image/png", make([]byte, MostPicture+1)), nil, ErrGuard},
		"far too large":           {photo("image/png", make([]byte, 4*MostPicture)), nil, ErrGuard},
		"not in base64":           {"<PHOTO><BINVAL>é</BINVAL></PHOTO>", nil, ErrGuard},
		"an address in its place": {"<PHOTO><EXTVAL>https://x.example/picture.png</EXTVAL></PHOTO>", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() ([]byte, error) { return r.RoomPicture(t.Context(), jidOf(coven)) })
				question := s.expect(`type="get"`, `<vCard xmlns="vcard-temp">`, `to="`+coven+`"`)
				forged := `<vCard xmlns='vcard-temp'>` + photo("image/png", []byte("forged")) + `</vCard>`
				s.write(answerTo(question, crone, forged)) // an occupant's, and a contact's
				s.write(answerTo(question, juliet, forged))
				s.write(answerTo(question, coven, `<vCard xmlns='vcard-temp'>`+c.card+`</vCard>`))
				got, err := wait()
				if !bytes.Equal(got, c.want) || !errors.Is(err, c.err) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				if len(c.want) == 0 {
					return
				}
				wait = async(func() ([]byte, error) { return r.RoomPicture(t.Context(), jidOf(coven)) })
				s.write(errorTo(s.expect(`<vCard xmlns="vcard-temp">`), coven, "item-not-found")) // Prosody's module, for none
				if got, err := wait(); got != nil || err != nil {
					t.Errorf("no card: %d bytes, %v", len(got), err)
				}
			})
		})
	}
}

func TestARoomsPictureIsPublished(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		set := func(png []byte) func() (struct{}, error) {
			return async(func() (struct{}, error) { return struct{}{}, r.SetRoomPicture(t.Context(), jidOf(crone), png) })
		}
		wait := set([]byte("png"))
		s.write(answerTo(s.expect(`type="set"`, `to="`+coven+`"`, `<vCard xmlns="vcard-temp"><PHOTO><TYPE>image/png</TYPE><BINVAL>cG5n</BINVAL></PHOTO></vCard>`), coven, ""))
		if _, err := wait(); err != nil {
			t.Error(err)
		}
		wait = set(nil)
		s.write(errorTo(s.expect(`<vCard xmlns="vcard-temp"></vCard>`), coven, "forbidden"))
		var refused *StanzaError
		if _, err := wait(); !errors.As(err, &refused) || refused.Condition != "forbidden" {
			t.Errorf("refused: %v", err)
		}
	})
}

// TestOnlyARoomItselfTellsItsPicture: an occupant's presence tells the occupant's own picture, and that of somebody who is no room counts as any
// presence.
func TestOnlyARoomItselfTellsItsPicture(t *testing.T) {
	presence := func(from, inside string) string {
		return fmt.Sprintf(`<presence xmlns="jabber:client" from=%q><x xmlns="vcard-temp:x:update">%s</x></presence>`, from, inside)
	}
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		enter(t, r, s)
		await[PresenceReceived](r)
		for _, from := range []string{coven + "/firstwitch", juliet} {
			s.write(presence(from, "<photo>f0f0</photo>"))
			if got := await[PresenceReceived](r).Presence; got.From.String() != from {
				t.Errorf("%s: %+v", from, got)
			}
		}
		s.write(presence(coven, "")) // not known yet
		await[PresenceReceived](r)
		for inside, want := range map[string]string{"<photo> A31C </photo>": "a31c", "<photo/>": ""} {
			s.write(presence(coven, inside))
			if d := cmp.Diff(RoomPictureTold{Room: jidOf(coven), Hash: want}, await[RoomPictureTold](r)); d != "" {
				t.Error(d)
			}
		}
	})
}

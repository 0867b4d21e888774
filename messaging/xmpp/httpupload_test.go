package xmpp

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const slotAnswer = `<slot xmlns="urn:xmpp:http:upload:0"><put url="https://up.example.org/p"><header name="Authorization">Basic x&#10;y</header><header name="Host">evil</header></put><get url="https://down.example.org/g"/></slot>`

func TestTheUploadServiceIsFound(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		found := async(func() (UploadService, error) { return r.UploadService(t.Context()) })
		domain := r.own.Domain().String()
		s.write(answerTo(s.expect("<iq"), domain, `<query xmlns="http://jabber.org/protocol/disco#items"><item jid="broken.example.org"/><item jid="up.example.org"/></query>`))
		s.write(errorTo(s.expect("<iq"), "broken.example.org", "remote-server-not-found"))
		s.write(answerTo(s.expect("<iq"), "up.example.org", `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="store" type="file"/><feature var="urn:xmpp:http:upload:0"/>
			<x xmlns="jabber:x:data" type="result"><field var="FORM_TYPE" type="hidden"><value>urn:xmpp:http:upload:0</value></field><field var="max-file-size"><value>5242880</value></field></x></query>`))
		service, err := found()
		if err != nil || service.JID.String() != "up.example.org" || service.MaxSize != 5242880 {
			t.Errorf("%+v, %v", service, err)
		}

		found = async(func() (UploadService, error) { return r.UploadService(t.Context()) })
		s.write(answerTo(s.expect("<iq"), domain, `<query xmlns="http://jabber.org/protocol/disco#items"/>`))
		s.write(answerTo(s.expect("<iq"), domain, `<query xmlns="http://jabber.org/protocol/disco#info"/>`))
		if _, err := found(); !errors.Is(err, ErrNoUpload) {
			t.Errorf("a server without the service: %v", err)
		}
	})
}

func TestASlotIsRequested(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		request := func() func() (UploadSlot, error) {
			return async(func() (UploadSlot, error) {
				return r.UploadSlot(t.Context(), jidOf("up.example.org"), "f.bin", "application/octet-stream", 7)
			})
		}
		slot := request()
		asked := s.expect("<iq")
		if !strings.Contains(asked, `filename="f.bin" size="7" content-type="application/octet-stream"`) {
			t.Error(asked)
		}
		s.write(answerTo(asked, "up.example.org", slotAnswer))
		got, err := slot()
		want := UploadSlot{Put: "https://up.example.org/p", Get: "https://down.example.org/g", Headers: http.Header{"Authorization": {"Basic xy"}}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		for condition, want := range map[string]error{"not-acceptable": ErrFileTooLarge, "resource-constraint": ErrQuota} {
			slot = request()
			s.write(errorTo(s.expect("<iq"), "up.example.org", condition))
			if _, err := slot(); !errors.Is(err, want) {
				t.Errorf("%s: %v", condition, err)
			}
		}
		slot = request()
		s.write(answerTo(s.expect("<iq"), "up.example.org", strings.Replace(slotAnswer, "https://down.example.org/g", "file:///etc/passwd", 1)))
		if _, err := slot(); !errors.Is(err, ErrProtocol) {
			t.Errorf("an address that is none of the web: %v", err)
		}
	})
}

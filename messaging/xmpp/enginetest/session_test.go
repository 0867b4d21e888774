package enginetest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

func TestAPersonFindsTheirContactsAndGroups(t *testing.T) {
	sandboxtest.Each(t, aPersonFindsTheirContactsAndGroups)
}

func aPersonFindsTheirContactsAndGroups(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	roster, err := claire.Roster(t.Context())
	claire.must(err)
	names := map[string]string{}
	for _, item := range roster {
		names[item.JID.String()] = item.Name
		if item.Subscription != "both" {
			t.Errorf("%s: %s", item.JID, item.Subscription)
		}
	}
	for _, p := range s.People {
		if p.JID != s.Claire().JID && p.Pair == 0 && names[p.JID] != p.Name {
			t.Errorf("%s is called %q", p.JID, names[p.JID])
		}
	}
	marks, err := claire.Bookmarks(t.Context())
	claire.must(err)
	if len(marks) == 0 {
		t.Error("no groups")
	}
	card, err := claire.VCard(t.Context(), jid.MustParse(s.Sophie().JID))
	claire.must(err)
	if card.FullName != s.Sophie().Name || card.Title != s.Sophie().Job {
		t.Errorf("card: %+v", card)
	}
	claire.must(claire.SetBookmark(t.Context(), xmpp.Bookmark{JID: jid.MustParse("essai@salles." + s.Domain), Name: "Essai", Nick: "Claire"}))
	after, err := claire.Bookmarks(t.Context())
	claire.must(err)
	if !slices.ContainsFunc(after, func(b xmpp.Bookmark) bool { return b.Name == "Essai" && b.Nick == "Claire" && !b.Autojoin }) {
		t.Errorf("bookmarks: %v", after)
	}
}

// The first news may be that of the session's beginning; there is one of that only.
func TestNewsOfBookmarksReachTheOtherDevice(t *testing.T) {
	sandboxtest.Each(t, newsOfBookmarksReachTheOtherDevice)
}

func newsOfBookmarksReachTheOtherDevice(t *testing.T, s *sandboxtest.Sandbox) {
	one, other := connect(t, s, s.Claire().JID), connect(t, s, s.Claire().JID)
	one.must(one.SendPresence(xmpp.Presence{}))
	for _, name := range []string{"Un", "Deux", "Trois"} {
		other.must(other.SetBookmark(t.Context(), xmpp.Bookmark{JID: jid.MustParse("nouvelles@salles." + s.Domain), Name: name}))
		await(one, func(xmpp.BookmarksChanged) bool { return true })
	}
	marks, err := one.Bookmarks(t.Context())
	one.must(err)
	if !slices.ContainsFunc(marks, func(b xmpp.Bookmark) bool { return b.Name == "Trois" }) {
		t.Errorf("bookmarks: %v", marks)
	}
}

// Rooms remove an occupant who answers a private message with certain errors, but not with this one.
func TestAPrivateMessageIsRefusedWithoutBeingThrownOut(t *testing.T) {
	sandboxtest.Each(t, aPrivateMessageIsRefusedWithoutBeingThrownOut)
}

func aPrivateMessageIsRefusedWithoutBeingThrownOut(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	if i < 0 {
		t.Fatal("no group has both")
	}
	room := jid.MustParse(s.Groups[i].JID)
	claire.must(claire.Join(t.Context(), room, "Claire en privé"))
	paul.must(paul.Join(t.Context(), room, "Paul en privé"))
	to, err := room.WithResource("Claire en privé")
	paul.must(err)
	paul.must(paul.Send(xmpp.Message{ID: "p", To: to, Type: "chat", Body: "en privé", PrivateOf: room}))
	m := await(claire, func(e xmpp.MessageReceived) bool { return e.Message.Body == "en privé" }).Message
	claire.must(claire.Send(xmpp.Refusal(&m)))
	back := await(paul, func(e xmpp.Bounced) bool { return e.Message.ID == "p" }).Message
	if back.Error.Condition != "feature-not-implemented" || back.From.Resourcepart() != "Claire en privé" {
		t.Errorf("told %s of %s", back.Error.Condition, back.From)
	}
	if in, err := claire.SelfPing(t.Context(), room); !in || err != nil {
		t.Errorf("still in the room: %v, %v", in, err)
	}
}

func TestTheAddressIsDiscovered(t *testing.T) { sandboxtest.Each(t, theAddressIsDiscovered) }

func theAddressIsDiscovered(t *testing.T, s *sandboxtest.Sandbox) {
	trusting := s.Transport(t)
	trusting.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) { // the name is not in any DNS
		address, err := url.Parse(s.WebSocket)
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, network, address.Host)
	}
	client := &http.Client{Transport: trusting}
	found, err := xmpp.Discover(t.Context(), client, s.Domain)
	if err != nil || found.WebSocket != s.WebSocket {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestMessagesReceiptsMarkersAndTyping(t *testing.T) {
	sandboxtest.Each(t, messagesReceiptsMarkersAndTyping)
}

func messagesReceiptsMarkersAndTyping(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	toPaul := jid.MustParse(s.Paul().JID)

	claire.must(claire.Send(xmpp.Message{To: toPaul, Type: "chat", ChatState: "composing", NoStore: true}))
	paul.message(func(m xmpp.Message) bool { return m.ChatState == "composing" && m.From.Bare().Equal(claire.jid) })

	claire.must(claire.Send(xmpp.Message{ID: "m1", OriginID: "m1", To: toPaul, Type: "chat", Body: "Un œdème ? <&>", RequestReceipt: true, Markable: true}))
	got := paul.message(withBody("Un œdème ? <&>"))
	if !got.RequestReceipt || !got.Markable || got.OriginID != "m1" || len(got.StanzaIDs) != 1 || !got.StanzaIDs[0].By.Equal(paul.jid) || !got.Delay.IsZero() {
		t.Errorf("got %+v", got)
	}
	await(claire, func(a xmpp.Acked) bool { return slices.Contains(a.IDs, "m1") })

	paul.must(paul.Send(xmpp.Message{ID: "r1", To: got.From, Type: "chat", Received: got.ID}))
	claire.message(func(m xmpp.Message) bool { return m.Received == "m1" && m.From.Bare().Equal(paul.jid) })
	paul.must(paul.Send(xmpp.Message{ID: "d1", To: got.From.Bare(), Type: "chat", Displayed: got.ID}))
	claire.message(func(m xmpp.Message) bool { return m.Displayed == "m1" })
	paul.must(paul.Send(xmpp.Message{ID: "m2", To: got.From, Type: "chat", Body: "Non"}))
	claire.message(withBody("Non"))
}

func TestAMessageThatCannotBeDeliveredBounces(t *testing.T) {
	sandboxtest.Each(t, aMessageThatCannotBeDeliveredBounces)
}

func aMessageThatCannotBeDeliveredBounces(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	claire.must(claire.Send(xmpp.Message{ID: "b1", To: jid.MustParse("personne@" + claire.jid.Domainpart()), Type: "chat", Body: "?"}))
	bounce := await(claire, func(b xmpp.Bounced) bool { return b.Message.ID == "b1" })
	if bounce.Message.Error.Condition != "service-unavailable" {
		t.Errorf("bounced with %v", bounce.Message.Error)
	}
}

func TestTheOtherClientOfTheAccountGetsCopies(t *testing.T) {
	sandboxtest.Each(t, theOtherClientOfTheAccountGetsCopies)
}

func theOtherClientOfTheAccountGetsCopies(t *testing.T, s *sandboxtest.Sandbox) {
	desk, phone, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	desk.must(desk.Send(xmpp.Message{ID: "c1", OriginID: "c1", To: paul.jid, Type: "chat", Body: "copie"}))
	if copied := phone.message(withBody("copie")); copied.Carbon != xmpp.CarbonSent || copied.OriginID != "c1" || !copied.To.Equal(paul.jid) {
		t.Errorf("copied %+v", copied)
	}
	got := paul.message(withBody("copie"))
	paul.must(paul.Send(xmpp.Message{ID: "c2", To: got.From, Type: "chat", Body: "réponse"}))
	if direct := desk.message(withBody("réponse")); direct.Carbon != xmpp.Direct {
		t.Errorf("direct %+v", direct)
	}
	if copied := phone.message(withBody("réponse")); copied.Carbon != xmpp.CarbonReceived || !copied.From.Bare().Equal(paul.jid) || len(copied.StanzaIDs) != 1 {
		t.Errorf("copied %+v", copied)
	}
}

func TestTheLongHistoryIsPagedBothWaysAlike(t *testing.T) {
	sandboxtest.Each(t, theLongHistoryIsPagedBothWaysAlike)
}

func theLongHistoryIsPagedBothWaysAlike(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	with := jid.MustParse(s.Sophie().JID)
	var forward, backward []string
	for q := (xmpp.ArchiveQuery{With: with, Max: 100}); ; {
		page, err := claire.Archive(t.Context(), q)
		claire.must(err)
		if n := len(page.Messages); n > 0 && (page.Messages[0].ArchiveID != page.First || page.Messages[n-1].ArchiveID != page.Last) {
			t.Fatalf("page from %s to %s begins with %s", page.First, page.Last, page.Messages[0].ArchiveID)
		}
		for _, m := range page.Messages {
			forward = append(forward, m.ArchiveID)
			if m.Delay.IsZero() || !m.From.Bare().Equal(with) && !m.To.Bare().Equal(with) {
				t.Fatalf("a message of another conversation or without its time: %+v", m)
			}
		}
		if page.Complete {
			break
		}
		q.After = page.Last
	}
	for q := (xmpp.ArchiveQuery{With: with, Max: 100, UseBefore: true}); ; {
		page, err := claire.Archive(t.Context(), q)
		claire.must(err)
		ids := make([]string, len(page.Messages))
		for i, m := range page.Messages {
			ids[i] = m.ArchiveID
		}
		backward = append(ids, backward...)
		if page.Complete {
			break
		}
		q.Before = page.First
	}
	if len(forward) < 1200 || !slices.Equal(forward, backward) {
		t.Errorf("%d messages forward, %d backward", len(forward), len(backward))
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(forward))); len(sorted) != len(forward) {
		t.Errorf("%d messages came twice", len(forward)-len(sorted))
	}
}

func TestAGroup(t *testing.T) { sandboxtest.Each(t, aGroup) }

func aGroup(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	marks, err := claire.Bookmarks(t.Context())
	claire.must(err)
	i := slices.IndexFunc(marks, func(b xmpp.Bookmark) bool { return b.JID.String() == s.Groups[0].JID })
	if i < 0 {
		t.Fatalf("%s is not among %v", s.Groups[0].JID, marks)
	}
	room := marks[i].JID
	claire.must(claire.Join(t.Context(), room, marks[i].Nick))
	info, err := claire.Info(t.Context(), room)
	claire.must(err)
	if len(info.Identities) == 0 || info.Identities[0].Name != s.Groups[0].Name {
		t.Errorf("info: %+v", info)
	}
	members, _, err := claire.Affiliations(t.Context(), room)
	claire.must(err)
	if len(members) < len(s.Groups[0].Members) {
		t.Errorf("%d of %d members", len(members), len(s.Groups[0].Members))
	}

	claire.must(claire.Send(xmpp.Message{ID: "g1", OriginID: "g1", To: room, Type: "groupchat", Body: "Bonsoir à tous"}))
	own := claire.message(withBody("Bonsoir à tous"))
	if own.OriginID != "g1" || own.From.Resourcepart() != marks[i].Nick || len(own.StanzaIDs) != 1 || !own.StanzaIDs[0].By.Equal(room) {
		t.Errorf("reflection: %+v", own)
	}
	page, err := claire.Archive(t.Context(), xmpp.ArchiveQuery{Archive: room, UseBefore: true, Max: 5})
	claire.must(err)
	last := page.Messages[len(page.Messages)-1]
	if last.ArchiveID != own.StanzaIDs[0].ID || !last.RealJID.Bare().Equal(claire.jid) {
		t.Errorf("archived: %+v", last)
	}
	claire.must(claire.Leave(room))
	await(claire, func(l xmpp.RoomLeft) bool { return l.Room.Equal(room) })

	claire.must(claire.Send(xmpp.Message{ID: "g2", To: room, Type: "groupchat", Body: "?"}))
	if b := await(claire, func(b xmpp.Bounced) bool { return b.Message.ID == "g2" }); b.Message.Error.Condition != "not-acceptable" {
		t.Errorf("bounced with %v", b.Message.Error)
	}
}

func TestARoomThatIsNotThereOrNotForAll(t *testing.T) {
	sandboxtest.Each(t, aRoomThatIsNotThereOrNotForAll)
}

func aRoomThatIsNotThereOrNotForAll(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	service := jid.MustParse(s.Groups[0].JID).Domain()
	nowhere, err := jid.New("nulle-part", service.String(), "")
	claire.must(err)
	for range 2 { // the first time must not leave a room behind
		if err := claire.Join(t.Context(), nowhere, "Claire"); !errors.Is(err, xmpp.ErrItemNotFound) {
			t.Errorf("a room that is not there: %v", err)
		}
	}
	for _, g := range s.Groups {
		if slices.Contains(g.Members, s.Claire().JID) {
			continue
		}
		var refused *xmpp.StanzaError
		if err := claire.Join(t.Context(), jid.MustParse(g.JID), "Claire"); !errors.As(err, &refused) || refused.Condition != "registration-required" {
			t.Errorf("a room of others: %v", err)
		}
	}
}

func TestARefusedTokenAndAnUntrustedCertificate(t *testing.T) {
	sandboxtest.Each(t, aRefusedTokenAndAnUntrustedCertificate)
}

func aRefusedTokenAndAnUntrustedCertificate(t *testing.T, s *sandboxtest.Sandbox) {
	for _, c := range []struct {
		name   string
		change func(*xmpp.Config)
		want   error
	}{
		{"another's token", func(cfg *xmpp.Config) { cfg.JID = jid.MustParse(s.Paul().JID) }, xmpp.ErrRefused},
		{"an unknown authority", func(cfg *xmpp.Config) { cfg.Transport = nil }, xmpp.ErrCertificate},
		{"nobody listens", func(cfg *xmpp.Config) { cfg.WebSocket = "wss://127.0.0.1:1/ws" }, xmpp.ErrUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config(t, s, s.Claire().JID)
			c.change(&cfg)
			p := begin(t, cfg, nil)
			if lost := await(p, func(xmpp.Disconnected) bool { return true }); !errors.Is(lost.Err, c.want) || lost.Next.IsZero() {
				t.Errorf("lost: %v, next %s", lost.Err, lost.Next)
			}
		})
	}
}

// TestASecondProgramOnTheSameResource replaces the first, which comes back beside it.
func TestASecondProgramOnTheSameResource(t *testing.T) {
	sandboxtest.Each(t, aSecondProgramOnTheSameResource)
}

func aSecondProgramOnTheSameResource(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	cfg.Resource = "poste-1"
	first := begin(t, cfg, nil)
	await(first, func(xmpp.Connected) bool { return true })
	second := begin(t, cfg, nil)
	await(second, func(xmpp.Connected) bool { return true })
	if lost := await(first, func(xmpp.Disconnected) bool { return true }); !errors.Is(lost.Err, xmpp.ErrReplaced) {
		t.Errorf("lost: %v", lost.Err)
	}
	first.Retry()
	await(first, func(xmpp.Connected) bool { return true })
	if err := second.Send(xmpp.Message{To: jid.MustParse(s.Paul().JID), Type: "chat", ID: "still-here", Body: "Bonsoir"}); err != nil {
		t.Fatal(err)
	}
	await(second, func(a xmpp.Acked) bool { return slices.Contains(a.IDs, "still-here") })
}

// XEP-0441: what tells whether the first message to somebody that the archive lacks was lost.
func TestTheArchiveSaysWhatItKeeps(t *testing.T) { sandboxtest.Each(t, theArchiveSaysWhatItKeeps) }

func theArchiveSaysWhatItKeeps(t *testing.T, s *sandboxtest.Sandbox) {
	claire := connect(t, s, s.Claire().JID)
	prefs, err := claire.ArchivePrefs(t.Context())
	claire.must(err)
	if !prefs.Keep(jid.MustParse(s.Paul().JID), false) {
		t.Errorf("the archive keeps nothing of a stranger's: %+v", prefs)
	}
}

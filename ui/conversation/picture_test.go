package conversation

import (
	"encoding/base64"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/messaging/model"
	"discussions/ui/look"
	"discussions/ui/look/looktest"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
)

// at is a message of that author and time of day.
func at(id int, author, jid string, hour, minute int, body string) messaging.Message {
	when := time.Date(2026, time.November, 23, hour, minute, 0, 0, time.Local)
	return messaging.Message{
		ID: messaging.MessageID(rune('a' + id)), Conversation: group, Cursor: messaging.Cursor{Time: when.UnixMicro(), Row: int64(id)},
		Author: author, AuthorJID: jid, Content: messaging.Text{Body: body}, Time: when,
	}
}

func own(m messaging.Message, s messaging.State, failure string) messaging.Message {
	m.Own, m.State, m.Failure = true, s, failure
	m.Author, m.AuthorJID = "Dr Claire Martin", "claire@example.org"
	return m
}

// onCall is the conversation of the picture to aim at.
func onCall() *fakeClient {
	c := newClient(messaging.Conversation{ID: group, Group: true, Name: "Astreinte cardiologie", Typing: []string{"Dr Julien Roux"}},
		at(0, "Dr Julien Roux", "j", 9, 12, "Le patient du 12 est sorti ce matin, compte rendu envoyé au médecin traitant."),
		at(1, "Dr Julien Roux", "j", 9, 13, "Contrôle dans dix jours."),
		own(at(2, "", "", 9, 15, "Bien reçu, je préviens la famille."), messaging.Sent, ""),
		at(3, "Sophie Bernard", "s", 10, 30, "J’ai pris le rendez-vous : jeudi 3 décembre à 10 h."),
		own(at(4, "", "", 10, 31, "Parfait, merci Sophie"), messaging.Queued, ""),
	)
	c.setUnread(1, 3)
	c.Read(c.messages()[2].ID, messaging.Reader{Name: "Dr Julien Roux", Time: noon}, messaging.Reader{Name: "Sophie Bernard", Time: noon})
	c.edit(func(v *messagingtest.Conversation) {
		v.People = []messaging.Member{
			{JID: "claire@example.org", Name: "Dr Claire Martin", Job: "Médecin", Role: messaging.Owner, Own: true}, {JID: "j", Name: "Dr Julien Roux", Job: "Cardiologue", Role: messaging.Organiser},
			{JID: "m", Name: "Moussa Keïta", Role: messaging.Plain}, {JID: "s", Name: "Sophie Bernard", Job: "Infirmière coordinatrice", Role: messaging.Plain},
		}
	})
	return c
}

// photographed is a group with a picture of another program.
func photographed() *fakeClient {
	c := ownGroup()
	c.edit(func(v *messagingtest.Conversation) { v.Avatar = looktest.Photograph() })
	return c
}

// ownGroup is a group of the user, with what has happened in it.
func ownGroup() *fakeClient {
	c := onCall()
	c.edit(func(v *messagingtest.Conversation) {
		v.Role, v.Typing, v.Pictured = messaging.Owner, nil, true
		happened := func(i, minute int, n messaging.Notice) messaging.Message {
			m := at(i, "", string(group), 10, minute, "")
			m.Content = n
			return m
		}
		named := at(10, "Sophie Bernard", "s", 10, 45, "@Dr Claire Martin, avec @Dr Julien Roux demain à 8 h ?")
		text := named.Content.(messaging.Text)
		text.Mentions = model.MentionsOf([]model.Mention{{Start: 0, End: 17, Me: true}, {Start: 24, End: 39}})
		named.Content, named.MentionsMe = text, true
		answer := own(at(11, "", "", 10, 46, "Oui @Sophie Bernard"), messaging.Sent, "")
		text = answer.Content.(messaging.Text)
		text.Mentions = model.MentionsOf([]model.Mention{{Start: 4, End: 19}})
		answer.Content = text
		v.Messages = append(v.Messages,
			happened(6, 40, messaging.Notice{Kind: messaging.Added, Who: "Moussa Keïta", By: "Dr Claire Martin", ByMe: true}),
			happened(7, 41, messaging.Notice{Kind: messaging.Renamed, Text: "Astreinte cardiologie", By: "Dr Julien Roux"}),
			happened(8, 42, messaging.Notice{Kind: messaging.TurnedDown, Who: "Nadia Benali"}), named, answer)
	})
	for i, name := range []string{"Nadia Benali", "Paul Durand", "Léa Petit"} {
		c.Put(messagingtest.Conversation{Conversation: messaging.Conversation{ID: messaging.ConversationID(fmt.Sprint("p", i, "@example.org")), Name: name, Detail: "Infirmière"}})
	}
	return c
}

// invited is a person who has sent invitations to groups, and was sent one.
func invited() *fakeClient {
	invitation := func(i int, v messaging.Invitation) messaging.Message {
		m := at(i, "Sophie Bernard", sophie, 9, 10+i, "")
		m.Content = v
		return m
	}
	const room = "nuit@groups.example.org"
	return newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard", Detail: "Infirmière coordinatrice"},
		invitation(0, messaging.Invitation{Room: room, Text: "Sophie Bernard vous invite dans le groupe « Équipe de jour ».", Answer: messaging.Declined}),
		invitation(1, messaging.Invitation{Room: room, Text: "Sophie Bernard vous invite dans le groupe « Staff du lundi ».", Answer: messaging.Accepted}),
		invitation(2, messaging.Invitation{Room: room, Claims: true}),
		own(invitation(3, messaging.Invitation{Room: room, Text: "Dr Claire Martin vous invite dans le groupe « Garde »."}), messaging.Read, ""),
		invitation(4, messaging.Invitation{Room: room, Text: "Sophie Bernard vous invite dans le groupe « Équipe de nuit »."}),
	)
}

// pinned is a muted group with two pinned messages.
func pinned() *fakeClient {
	c := onCall()
	c.edit(func(v *messagingtest.Conversation) {
		v.MutedUntil, v.Pins = messaging.Forever(), []messaging.MessageID{v.Messages[0].ID, v.Messages[3].ID}
	})
	return c
}

// nicknames is a group that hides addresses: Sophie's nickname is somebody else's.
func nicknames() *fakeClient {
	return newClient(messaging.Conversation{ID: group, Group: true, Name: "Garde", Members: 12, Hides: true},
		at(0, "Sophie Bernard", sophie, 9, 10, "Je reprends la garde à 14 h."),
		at(1, "~Sophie Bernard", group+"/Sophie Bernard", 9, 12, "Finalement, gardez-la jusqu’à 20 h."),
		own(at(2, "", "", 9, 15, "Qui est-ce ?"), messaging.Sent, ""),
	)
}

// troubled has one message of each state and texts that are hard to lay out.
func troubled() *fakeClient {
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard", Detail: "Infirmière coordinatrice"},
		at(0, "Sophie Bernard", sophie, 10, 40, "https://example.org/dossiers/2026/novembre/resultats-de-laboratoire-et-imagerie?patient=12&onglet=bilan-complet"),
		at(1, "Sophie Bernard", sophie, 10, 41, "Émoji 👍🏽 👩‍⚕️ ❤️, espace insécable : 12 000 UI, 37,5 °C."),
		own(at(2, "", "", 10, 50, "Oui"), messaging.Sent, ""),
		own(at(3, "", "", 10, 51, "Je passe voir Mme B. à 14 h."), messaging.Delivered, ""),
		own(at(4, "", "", 10, 52, "Peux-tu prévenir la pharmacie ?"), messaging.Failed, "service-unavailable"),
		own(at(5, "", "", 10, 52, "Et confirmer le rendez-vous de jeudi avec le cardiologue, en lui envoyant le dernier compte rendu d’hospitalisation ?"), messaging.Failed, "item-not-found"),
		own(at(6, "", "", 10, 53, "Je reste joignable."), messaging.Queued, ""),
	)
	c.SetConnection(messaging.Connection{State: messaging.Offline, Problem: messaging.Unreachable, Next: time.Now().Add(time.Hour)})
	return c
}

// rich has every kind of content and relation.
func rich() *fakeClient {
	with := func(m messaging.Message, content messaging.Content) messaging.Message {
		m.Content = content
		return m
	}
	photo := with(at(1, "Sophie Bernard", "s", 9, 12, ""), messaging.File{
		Name: "IMG_2041.jpg", MediaType: "image/jpeg", Size: 2_140_000, Width: 1600, Height: 1200,
		Description: "Pansement de Mme V., ce matin", URL: "https://example.org/IMG_2041.jpg",
	})
	photo.Reactions = []messaging.Reaction{{Emoji: "👍", By: []string{"Paul", "Claire"}, Own: true}, {Emoji: "🙏", By: []string{"Julien"}}}
	answer := own(at(2, "", "", 9, 15, "Belle évolution. On passe à 1 mg, deux fois par jour."), messaging.Read, "")
	answer.ReplyTo = &messaging.Quote{ID: photo.ID, Cursor: photo.Cursor, Author: "Sophie Bernard", Text: "Pansement de Mme V., ce matin"}
	answer.Edited = answer.Time.Add(time.Minute)
	lost := with(at(4, "Dr Julien Roux", "j", 9, 19, ""), messaging.Text{Body: "Oui, je m’en occupe."})
	lost.ReplyTo = &messaging.Quote{Author: "Paul Durand", Text: "Quelqu’un peut-il passer chez Mme B. avant midi ? Son traitement n’est pas arrivé et elle s’inquiète beaucoup depuis hier soir."}
	refused := own(at(9, "", "", 9, 26, "Compte rendu joint."), messaging.Failed, "forbidden")
	refused.ReplyTo = &messaging.Quote{Text: ""}
	return newClient(messaging.Conversation{ID: group, Group: true, Name: "Réseau plaies et pansements", Members: 4},
		with(at(0, "", "", 9, 10, ""), messaging.Notice{Kind: messaging.Joined, Who: "Paul Durand"}),
		photo, answer,
		with(at(3, "Sophie Bernard", "s", 9, 18, ""), messaging.Retracted{By: "Sophie Bernard", At: photo.Time.Add(5 * time.Minute)}),
		lost,
		with(at(5, "Dr Julien Roux", "j", 9, 20, ""), messaging.File{Name: "ordonnance-MmeV-renouvellement-novembre-decembre-2026-et-bilan-complet.pdf", MediaType: "application/pdf", Size: 184_000, URL: "https://example.org/o.pdf"}),
		with(at(6, "Dr Julien Roux", "j", 9, 21, ""), messaging.Text{Subject: "URGENT : Mme B.", Body: "Rappelez-moi dès que possible, s’il vous plaît."}),
		with(at(7, "Paul Durand", "p", 9, 24, ""), messaging.Unreadable{Reason: messaging.Encrypted, Scheme: "OMEMO"}),
		with(own(at(8, "", "", 9, 25, ""), messaging.Delivered, ""), messaging.Retracted{ByMe: true}),
		refused,
	)
}

// shared has a file in each state.
func shared() *fakeClient {
	// Of a quarter of the size that the messages tell, which takes a quarter of the time and looks the same.
	wound := picturetest.Wound(800, 600)
	whole, tall := picturetest.JPEG(wound), picturetest.JPEG(picturetest.Wound(300, 600))
	preview := base64.StdEncoding.EncodeToString(picture.Thumbnail(wound))
	file := func(m messaging.Message, f messaging.File) messaging.Message {
		m.Content = f
		return m
	}
	photo := messaging.File{Name: "plaie.jpg", MediaType: "image/jpeg", Size: 412_000, Width: 1600, Height: 1200, Preview: preview}
	captioned, upright := photo, photo
	captioned.Description, upright.Width, upright.Height = "Pansement de Mme V., ce matin", 600, 1200
	pdf := messaging.File{Name: "ordonnance-MmeV-renouvellement.pdf", MediaType: "application/pdf", Size: 184_000}
	sophie := func(id, minute int) messaging.Message { return at(id, "Sophie Bernard", "s", 9, minute, "") }
	c := newClient(messaging.Conversation{ID: group, Group: true, Name: "Réseau plaies et pansements", Members: 4},
		file(sophie(0, 10), captioned), file(sophie(1, 11), photo), file(sophie(2, 12), photo), file(sophie(3, 13), upright),
		file(sophie(4, 14), pdf), file(sophie(5, 15), pdf), file(sophie(6, 16), pdf), file(sophie(7, 17), pdf),
		file(sophie(8, 18), captioned.With([]messaging.File{upright, pdf, pdf})),
		file(own(sophie(9, 20), messaging.Queued, ""), pdf), file(own(sophie(10, 21), messaging.Failed, "file-quota"), pdf),
	)
	list := c.messages()
	moving := messaging.FileState{Stage: messaging.FileMoving, Done: 42, Total: 100}
	for i, state := range []messaging.FileState{
		{Stage: messaging.FileHere}, moving, {Stage: messaging.FileFailed, Failure: messaging.FileUnavailable}, {Stage: messaging.FileHere},
		{Stage: messaging.FileHere}, {}, {Stage: messaging.FileFailed, Failure: messaging.FileDamaged}, {Stage: messaging.FileForeign}, {}, moving, {},
	} {
		var content []byte
		switch {
		case state.Stage != messaging.FileHere:
		case i == 3:
			content = tall
		default:
			content = whole
		}
		c.PutFile(list[i], content, state)
	}
	return c
}

// attach puts a picture and a document into the tray.
func attach(s *stage) {
	dir := s.t.TempDir()
	for name, data := range map[string][]byte{"plaie.jpeg": picturetest.JPEG(picturetest.Wound(1600, 1200)), "ordonnance.pdf": []byte("%PDF-1.7 …")} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			s.t.Fatal(err)
		}
		s.Attach([]fyne.URI{storage.NewFileURI(path)})
	}
	s.finish()
	s.composer.input.SetText("Ce matin, avant le pansement")
}

// attachFilms puts a film into the tray that is stripped of metadata, and one that cannot be.
func attachFilms(s *stage) {
	s.Attach([]fyne.URI{
		write(s.t, "IMG_4021.mov", pictureFile(s.t, "film.mov")),
		write(s.t, "enregistrement-ecran-2026-11-27.mp4", []byte("\x00\x00\x00\x14ftypiso5\x00\x00\x00\x00iso5\x00\x00\x00\x08moof")),
	})
	s.finish()
}

// directions has texts of scripts that run from right to left, and emoji.
func directions() *fakeClient {
	return newClient(messaging.Conversation{ID: sophie, Name: "نادية بن علي", Detail: "Sage-femme · דר׳ כהן"},
		at(0, "نادية بن علي", sophie, 9, 10, "مرحبا بالعالم / שלום עולם"),
		at(1, "نادية بن علي", sophie, 9, 11, "أعط ٢٫٥ ملغ (٣ مرات) في اليوم، ثم 5 mg عند الحاجة. لا تتجاوز 10 mg في المجموع، واتصل بي إذا ارتفعت الحرارة فوق 38,5 °C."),
		own(at(2, "", "", 9, 12, "Donner 2,5 mg de מורפין (10 ml) → ce soir, 12/8"), messaging.Read, ""),
		at(3, "نادية بن علي", sophie, 9, 13, "می\u200cخواهم / میخواهم"),
		at(4, "نادية بن علي", sophie, 9, 14, "👩\u200d⚕️ 👨🏾\u200d⚕️ 👍 👍🏽 merci 🩺"),
		own(at(5, "", "", 9, 15, "תן 5-10 mg (פעמיים) ביום"), messaging.Delivered, ""),
	)
}

// TestPictures draws the window in many ways. DISCUSSIONS_PICTURES names a folder to keep the pictures in.
func TestPictures(t *testing.T) {
	folder := os.Getenv("DISCUSSIONS_PICTURES")
	empty := person(0)
	long := person(100)
	cases := []struct {
		name          string
		client        *fakeClient
		variant       look.Variant
		language      i18n.Language
		scale         float32
		width, height float32
		then          func(*stage)
	}{
		{"conv-light", onCall(), look.Light, "fr", 1, 560, 640, nil},
		{"conv-dark", onCall(), look.Dark, "fr", 1, 560, 640, nil},
		{"conv-english-large", onCall(), look.Light, "en", 1.5, 560, 900, nil},
		{"conv-narrow", onCall(), look.Light, "fr", 1, 320, 640, nil},
		{"conv-wide-dark", onCall(), look.Dark, "en", 1, 1100, 560, nil},
		{"pinned-light", pinned(), look.Light, "fr", 1, 560, 640, nil},
		{"pinned-dark", pinned(), look.Dark, "en", 1, 400, 500, nil},
		{"group-light", ownGroup(), look.Light, "fr", 1, 560, 640, nil},
		{"group-dark", ownGroup(), look.Dark, "en", 1, 560, 640, nil},
		{"group-members-light", ownGroup(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)) }},
		{"group-members-dark", ownGroup(), look.Dark, "en", 1, 400, 640, func(s *stage) {
			s.popMembers(s.client.Members(group))
			s.members.say(wording.GroupTrouble(messaging.ErrNotAllowed))
		}},
		{"group-menu", ownGroup(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)); s.finish(); s.members.list.press(1) }},
		{"group-add", ownGroup(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)); s.members.add(); s.finish() }},
		{"group-colour", ownGroup(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)); s.members.recolour() }},
		{"group-colour-dark", photographed(), look.Dark, "en", 1, 400, 640, func(s *stage) { s.popMembers(s.client.Members(group)); s.members.recolour() }},
		{"group-photograph", photographed(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)) }},
		{"group-rename-dark", ownGroup(), look.Dark, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)); s.members.rename() }},
		{"mention-light", ownGroup(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.Focus(); test.Type(s.composer.input, "Bonjour @") }},
		{"mention-dark", ownGroup(), look.Dark, "en", 1, 400, 640, func(s *stage) { s.Focus(); test.Type(s.composer.input, "@s") }},
		{"invitations-light", invited(), look.Light, "fr", 1, 560, 640, nil},
		{"invitations-dark", invited(), look.Dark, "en", 1, 400, 640, nil},
		{"members", onCall(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.popMembers(s.client.Members(group)) }},
		{"offline-light", troubled(), look.Light, "fr", 1, 560, 640, nil},
		{"offline-dark-narrow", troubled(), look.Dark, "fr", 1, 340, 800, nil},
		{"offline-largest-narrow", troubled(), look.Light, "en", 2, 360, 900, nil},
		{"rich-light", rich(), look.Light, "fr", 1, 560, 1000, nil},
		{"rich-dark", rich(), look.Dark, "fr", 1, 560, 1000, nil},
		{"rich-english-narrow", rich(), look.Light, "en", 1, 320, 1200, nil},
		{"rich-large-dark", rich(), look.Dark, "en", 1.5, 720, 1400, nil},
		{"rich-found", rich(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.Show(s.client.messages()[2].Cursor) }},
		{"bar-other-light", rich(), look.Light, "fr", 1, 560, 1000, func(s *stage) { s.bar.enterRow(s.thread.entries[4]) }},
		{"bar-own-dark", rich(), look.Dark, "fr", 1, 560, 1000, func(s *stage) { s.bar.at = 1; s.bar.enterRow(s.thread.entries[2]) }},
		{"chosen-menu", rich(), look.Light, "fr", 1, 560, 1000, func(s *stage) {
			for s.chosen != s.thread.entries[2] {
				s.choose(-1)
			}
			s.chosenKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}},
		{"answering-light", rich(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.answer(s.thread.entries[4]) }},
		{"correcting-dark", rich(), look.Dark, "en", 1, 560, 640, func(s *stage) { s.correctIt(s.thread.entries[2]) }},
		{"picker-light", rich(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.pick(s.thread.entries[4]) }},
		{"picker-dark-narrow", rich(), look.Dark, "en", 1, 320, 640, func(s *stage) { s.pick(s.thread.entries[4]) }},
		{"withdraw", rich(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.askRetract(s.thread.entries[2]) }},
		{"nicknames-light", nicknames(), look.Light, "fr", 1, 560, 500, nil},
		{"nicknames-dark", nicknames(), look.Dark, "en", 1, 560, 500, nil},
		{"readers-light", onCall(), look.Light, "en", 1, 560, 640, func(s *stage) {
			s.tell("Read by", s.readerLines(s.thread.entries[2], []messaging.Reader{{Name: "Dr Julien Roux", Time: noon}}, s.client.Members(group)))
		}},
		{"readers-dark", onCall(), look.Dark, "fr", 1, 560, 640, func(s *stage) {
			s.tell("Lu par", s.readerLines(s.thread.entries[2], []messaging.Reader{{Name: "Dr Julien Roux", Time: noon}, {Name: "Sophie Bernard", Time: noon}}, s.client.Members(group)))
		}},
		{"files-light", shared(), look.Light, "fr", 1, 560, 1900, nil},
		{"files-dark-large", shared(), look.Dark, "en", 1.5, 720, 2600, nil},
		{"files-narrow", shared(), look.Light, "fr", 1, 320, 1900, nil},
		{"tray-light", onCall(), look.Light, "fr", 1, 560, 640, attach},
		{"tray-dark-narrow", onCall(), look.Dark, "en", 1, 320, 640, func(s *stage) {
			attach(s)
			for _, a := range s.composer.tray.list {
				if a.choosable {
					s.composer.tray.choose(a)
				}
			}
		}},
		{"tray-film-light", onCall(), look.Light, "fr", 1, 560, 640, attachFilms},
		{"tray-film-dark-narrow", onCall(), look.Dark, "en", 1, 320, 640, attachFilms},
		{"viewer-light", shared(), look.Light, "fr", 1, 720, 640, func(s *stage) { s.finish(); s.openViewer(s.thread.entries[0].files[0]) }},
		{"viewer-dark", shared(), look.Dark, "en", 1, 560, 640, func(s *stage) { s.finish(); s.openViewer(s.thread.entries[3].files[0]) }},
		{"viewer-not-here", shared(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.finish(); s.openViewer(s.thread.entries[2].files[0]); s.finish() }},
		{"gallery-light", shared(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.finish(); s.ShowFiles(); s.settle() }},
		{"gallery-dark", shared(), look.Dark, "en", 1.5, 720, 800, func(s *stage) { s.finish(); s.ShowFiles(); s.settle() }},
		{"gallery-narrow", shared(), look.Light, "fr", 1, 320, 640, func(s *stage) { s.finish(); s.ShowFiles(); s.settle() }},
		{"gallery-empty-dark", person(3), look.Dark, "fr", 1, 560, 400, func(s *stage) { s.ShowFiles(); s.settle() }},
		{"directions-light", directions(), look.Light, "fr", 1, 560, 640, func(s *stage) { s.mark(s.thread.entries[1], 10, 60) }},
		{"directions-dark-narrow", directions(), look.Dark, "fr", 1.5, 360, 900, nil},
		{"empty", empty, look.Light, "fr", 1, 560, 500, nil},
		{"long", long, look.Light, "fr", 1, 560, 640, func(s *stage) {
			s.timeline.ToRow(30, 0)
			s.client.receive("Et voici la suite.")
			s.client.receive("Elle est là.")
			s.finish()
			s.composer.input.SetText("Bonjour,\nvoici un message en plusieurs lignes, assez long pour passer à la ligne tout seul.\nCordialement")
			s.Focus()
			s.mark(s.thread.entries[32], 4, 40)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			test.ApplyTheme(t, look.New(c.variant, c.scale))
			if err := i18n.Speak(c.language); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				test.ApplyTheme(t, look.New(look.Light, 1))
				if err := i18n.Speak("fr"); err != nil {
					t.Fatal(err)
				}
			})
			s := newStage(t, c.client, c.width, c.height)
			s.clock = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.Local)
			s.open()
			if c.then != nil {
				c.then(s)
			}
			s.finish()
			picture := s.window.Canvas().Capture()
			for _, o := range looktest.NotReached(s.window.Canvas()) {
				t.Errorf("Tab does not reach %T", o)
			}
			if got := fyne.NewSize(float32(picture.Bounds().Dx()), float32(picture.Bounds().Dy())); got.IsZero() {
				t.Fatal("nothing was drawn")
			}
			if folder == "" {
				return
			}
			f, err := os.Create(filepath.Join(folder, c.name+".png"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := png.Encode(f, picture); err != nil {
				t.Fatal(err)
			}
		})
	}
}

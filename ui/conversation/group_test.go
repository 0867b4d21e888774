package conversation

import (
	"slices"
	"testing"

	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/look"
	"discussions/ui/look/looktest"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// button is something over the window that can be pressed.
type button interface {
	fyne.Tappable
	fyne.Accessible
	Visible() bool
}

func buttons(s *stage) (list []button) {
	top := s.window.Canvas().Overlays().Top()
	if top == nil {
		return nil
	}
	for _, o := range test.LaidOutObjects(top) {
		if b, ok := o.(button); ok && b.Visible() && b.AccessibilityRole() == fyne.AccessibleRoleButton {
			list = append(list, b)
		}
	}
	return list
}

func labels(s *stage) (list []string) {
	for _, b := range buttons(s) {
		list = append(list, b.AccessibilityLabel())
	}
	return list
}

// pressOver presses something over the window.
func pressOver(t *testing.T, s *stage, label string) {
	t.Helper()
	i := slices.Index(labels(s), label)
	if i < 0 {
		t.Fatalf("no %q among %q", label, labels(s))
	}
	buttons(s)[i].Tapped(nil)
}

// openGroup opens the members of a group in which the user has a role.
func openGroup(t *testing.T, role messaging.Role) *stage {
	t.Helper()
	c := ownGroup()
	c.edit(func(v *messagingtest.Conversation) { v.Role = role; v.People[0].Role = role })
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.popMembers(s.client.Members(group))
	return s
}

func TestWhatAGroupOffersDependsOnTheRole(t *testing.T) {
	for role, want := range map[messaging.Role][]string{
		messaging.Owner:     {"Ajouter des membres", "Renommer le groupe", "Changer la couleur", "Quitter le groupe", "Supprimer le groupe"},
		messaging.Organiser: {"Ajouter des membres", "Quitter le groupe"},
		messaging.Plain:     {"Quitter le groupe"},
	} {
		s := openGroup(t, role)
		if diff := cmp.Diff(want, labels(s)); diff != "" {
			t.Errorf("%s: %s", role, diff)
		}
	}
}

func TestTheRoleDecidesWhoMayChangeTheGroup(t *testing.T) {
	for _, tt := range []struct {
		own  messaging.Role
		i    int // of the people of ownGroup: oneself, a moderator, two members
		want []string
	}{
		{messaging.Owner, 0, nil},
		{messaging.Owner, 1, []string{"Retirer la modération", "Confier le groupe", "Retirer du groupe"}},
		{messaging.Owner, 2, []string{"Confier la modération", "Confier le groupe", "Retirer du groupe"}},
		{messaging.Organiser, 1, nil},
		{messaging.Organiser, 2, []string{"Retirer du groupe"}},
		{messaging.Plain, 2, nil},
	} {
		s := openGroup(t, tt.own)
		s.finish()
		panel := s.window.Canvas().Overlays().Top()
		s.members.list.press(tt.i)
		var got []string
		if s.window.Canvas().Overlays().Top() != panel {
			got = labels(s)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s, person %d: %s", tt.own, tt.i, diff)
		}
	}
}

func TestMembersAreChangedFromTheirList(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	roles := func() (list []messaging.Role) {
		for _, m := range s.client.Members(group) {
			list = append(list, m.Role)
		}
		return list
	}
	s.members.list.press(2)
	pressOver(t, s, "Confier la modération")
	s.runUntil(func() bool { return roles()[2] == messaging.Organiser })
	s.runUntil(func() bool { return s.members.list.members[2].Role == messaging.Organiser })
	s.members.list.press(3)
	pressOver(t, s, "Retirer du groupe")
	pressOver(t, s, "Retirer du groupe") // the question
	s.runUntil(func() bool { return len(roles()) == 3 })
	s.runUntil(func() bool { return len(s.members.list.members) == 3 })
}

func TestAGroupSaysWhatItRefuses(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	s.client.Fail("SetRole", messaging.ErrNotAllowed)
	s.members.list.press(2)
	pressOver(t, s, "Confier la modération")
	s.runUntil(func() bool { return s.members.trouble.Visible() })
	if got := s.members.trouble.Text; got != wording.GroupTrouble(messaging.ErrNotAllowed) {
		t.Error(got)
	}
}

func TestMembersAreAddedByName(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	pressOver(t, s, "Ajouter des membres")
	field := s.window.Canvas().Focused().(*look.Field)
	s.runUntil(func() bool { return len(s.members.picker.Found()) == 3 }) // who is not in the group
	test.Type(field, "nadia")
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	pressOver(t, s, "Ajouter")
	s.runUntil(func() bool { return len(s.client.Members(group)) == 5 })
	s.runUntil(func() bool {
		return slices.Contains(s.client.Calls(), "invite p0@example.org: Dr Claire Martin vous invite dans le groupe «\u00a0Astreinte cardiologie\u00a0».")
	})
}

func TestAGroupIsRenamedAndLeft(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	pressOver(t, s, "Renommer le groupe")
	field := s.window.Canvas().Focused().(*look.Field)
	field.SetText("Nuit")
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.runUntil(func() bool { return s.members.title.Text == "Nuit" })
	pressOver(t, s, "Quitter le groupe")
	pressOver(t, s, "Quitter le groupe")
	s.runUntil(func() bool { return s.members.trouble.Text == wording.GroupTrouble(messaging.ErrLastOwner) })
}

func TestAGroupGetsAnotherColour(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	avatar := func() *messaging.Avatar { return s.client.Get(group).Avatar }
	pressOver(t, s, "Changer la couleur")
	for range 5 {
		s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	pressOver(t, s, "Choisir")
	blue := picture.AvatarColours()[4]
	s.runUntil(func() bool { return avatar() != nil && avatar().Colour == blue })
	s.runUntil(func() bool { return s.header.avatar == avatar() })

	pressOver(t, s, "Renommer le groupe") // its initials change for other programs too
	field := s.window.Canvas().Focused().(*look.Field)
	field.SetText("Nuit")
	was := avatar()
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.runUntil(func() bool { return avatar() != was && avatar().Colour == blue })

	s.client.Fail("SetGroupPicture", messaging.ErrNotAllowed)
	pressOver(t, s, "Changer la couleur")
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	pressOver(t, s, "Choisir")
	s.runUntil(func() bool { return s.members.trouble.Text == wording.GroupTrouble(messaging.ErrNotAllowed) })
	s.client.Fail("SetGroupPicture", nil)

	pressOver(t, s, "Changer la couleur")
	for range 5 {
		s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	}
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.runUntil(func() bool { return avatar() == nil })
}

// TestARenamedGroupKeepsThePictureOfAnotherProgram: what is drawn there is not ours to draw anew.
func TestARenamedGroupKeepsThePictureOfAnotherProgram(t *testing.T) {
	s := openGroup(t, messaging.Owner)
	s.finish()
	photograph := looktest.Photograph()
	s.client.edit(func(v *messagingtest.Conversation) { v.Avatar = photograph })
	s.conversation.Avatar = photograph
	pressOver(t, s, "Renommer le groupe")
	field := s.window.Canvas().Focused().(*look.Field)
	field.SetText("Nuit")
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.runUntil(func() bool { return s.members.title.Text == "Nuit" })
	s.finish()
	if got := s.client.Get(group).Avatar; got != photograph {
		t.Errorf("%+v", got)
	}
}

func TestAnInvitationIsAnswered(t *testing.T) {
	for _, answer := range []messaging.Answer{messaging.Accepted, messaging.Declined} {
		s := newStage(t, invited(), 560, 900).open()
		s.finish()
		e := s.thread.entries[4]
		block := newInvitation(e, e.Content.(messaging.Invitation))
		actions := block.actions(s.View)
		if len(actions) != 2 {
			t.Fatalf("%d actions", len(actions))
		}
		if answer == messaging.Accepted {
			actions[0].do()
		} else {
			actions[1].do()
		}
		s.runUntil(func() bool { return s.thread.entries[4].Content.(messaging.Invitation).Answer == answer })
		e = s.thread.entries[4]
		if len(newInvitation(e, e.Content.(messaging.Invitation)).actions(s.View)) != 0 {
			t.Error("it can be answered again")
		}
	}
}

// Somebody may come into the group while their name is being typed.
func TestANameIsProposedAsSoonAsItsOwnerIsAMember(t *testing.T) {
	g := ownGroup()
	s := newStage(t, g, 560, 640).open()
	s.finish()
	s.Focus()
	in := s.composer.input
	test.Type(in, "@nad")
	s.runUntil(func() bool { return in.mention.members != nil })
	if in.mention.Visible() {
		t.Fatal("proposed already")
	}
	if err := s.client.AddMembers(t.Context(), group, []messaging.ConversationID{"nadia@example.org"}, ""); err != nil {
		t.Fatal(err)
	}
	s.runUntil(func() bool { return in.mention.Visible() })
}

func TestNamesAreCompletedBehindAnAt(t *testing.T) {
	type step struct {
		typed string
		keys  []fyne.KeyName
	}
	for name, tt := range map[string]struct {
		steps []step
		want  string
	}{
		"the only one":                        {[]step{{"Bonjour @soph", []fyne.KeyName{fyne.KeyTab}}}, "Bonjour @Sophie Bernard "},
		"with Enter":                          {[]step{{"@mou", []fyne.KeyName{fyne.KeyReturn}}}, "@Moussa Keïta "},
		"without accents, by the family name": {[]step{{"@keita", []fyne.KeyName{fyne.KeyTab}}}, "@Moussa Keïta "},
		"the second":                          {[]step{{"@", []fyne.KeyName{fyne.KeyDown, fyne.KeyTab}}}, "@Moussa Keïta "},
		"the last, by going up":               {[]step{{"@", []fyne.KeyName{fyne.KeyUp, fyne.KeyTab}}}, "@Sophie Bernard "},
		"in the middle of a text":             {[]step{{"a  b", []fyne.KeyName{fyne.KeyLeft, fyne.KeyLeft}}, {"@so", []fyne.KeyName{fyne.KeyTab}}}, "a @Sophie Bernard  b"},
		"left as it is":                       {[]step{{"@so", []fyne.KeyName{fyne.KeyEscape}}, {"phie", nil}}, "@sophie"},
		"an address":                          {[]step{{"sophie@so", []fyne.KeyName{fyne.KeyLeft}}}, "sophie@so"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, ownGroup(), 560, 640).open()
			s.finish()
			s.Focus()
			in := s.composer.input
			for _, step := range tt.steps {
				test.Type(in, step.typed)
				if in.mention.asked {
					s.runUntil(func() bool { return in.mention.members != nil })
				}
				for _, key := range step.keys {
					in.TypedKey(&fyne.KeyEvent{Name: key})
				}
			}
			if in.Text != tt.want {
				t.Errorf("%q", in.Text)
			}
			if len(tt.steps) == 1 && in.mention.Visible() {
				t.Error("people are still proposed")
			}
		})
	}
}

func TestNobodyIsProposedOutsideOfAGroup(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.finish()
	s.Focus()
	test.Type(s.composer.input, "@")
	s.finish()
	if s.composer.input.mention.Visible() {
		t.Error("people are proposed")
	}
	s.composer.input.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.runUntil(func() bool { return s.composer.input.Text == "" })
}

func TestAMembersCardIsOpenedFromTheList(t *testing.T) {
	for _, tt := range []struct {
		name  string
		own   messaging.Role
		press func(*stage)
		want  messaging.ConversationID
	}{
		{"from the menu of who may change the group", messaging.Owner, func(s *stage) { s.members.list.press(2); pressOver(t, s, "Voir la fiche") }, "m"},
		{"by the pointer", messaging.Plain, func(s *stage) { s.members.list.drawn[1].Tapped(nil) }, "j"},
		{"by the keyboard", messaging.Plain, func(s *stage) {
			for _, key := range []fyne.KeyName{fyne.KeyEnd, fyne.KeyReturn} {
				s.members.list.TypedKey(&fyne.KeyEvent{Name: key})
			}
		}, "s"},
		{"not the own one", messaging.Plain, func(s *stage) { s.members.list.press(0) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got messaging.ConversationID
			c := ownGroup()
			c.edit(func(v *messagingtest.Conversation) { v.Role = tt.own; v.People[0].Role = tt.own })
			s := newStage(t, c, 560, 640).open()
			s.o.Person = func(who messaging.ConversationID) { got = who }
			s.finish()
			s.popMembers(s.client.Members(group))
			s.finish()
			tt.press(s)
			if got != tt.want {
				t.Errorf("the card of %q, not of %q", got, tt.want)
			}
			if open := s.window.Canvas().Overlays().Top() != nil; open != (tt.want == "") {
				t.Errorf("the list over the window: %t", open)
			}
		})
	}
}

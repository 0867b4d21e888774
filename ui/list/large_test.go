package list

import (
	"fmt"
	"slices"
	"testing"

	"discussions/internal/fold"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// many is as many conversations as a hospital's directory has people.
func many(n int) []messaging.Conversation {
	all := make([]messaging.Conversation, n)
	for i := range all {
		all[i] = messaging.Conversation{
			ID: messaging.ConversationID(fmt.Sprintf("p%d@example.org", i)), Name: fmt.Sprintf("Élodie Lefèvre %d", i), Detail: "Kinésithérapeute", Group: i%10 == 0,
		}
	}
	return all
}

// TestOnlyWhatIsInViewIsDrawn counts the rows that are filled: their number does not depend on that of the conversations.
func TestOnlyWhatIsInViewIsDrawn(t *testing.T) {
	a := test.NewApp()
	defer a.Quit()
	a.Settings().SetTheme(look.New(look.Light, 1))
	drawn := func(n int) (first, again, chosen int) {
		rows := newRowList(nil, func(messaging.Conversation) {})
		filled := 0
		fill := rows.UpdateItem
		rows.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) { filled++; fill(i, o) }
		w := test.NewWindow(rows)
		defer w.Close()
		w.Resize(fyne.NewSize(360, 640))
		all := many(n)
		filled = 0
		rows.show(all)
		first, filled = filled, 0
		rows.show(all)
		again, filled = filled, 0
		rows.choose(n - 1) // scrolls to the end
		return first, again, filled
	}
	first, again, chosen := drawn(50)
	if first == 0 || chosen == 0 {
		t.Fatal("nothing is drawn")
	}
	manyFirst, manyAgain, manyChosen := drawn(5000)
	if manyFirst > first || manyAgain > again || manyChosen > chosen {
		t.Errorf("of 5,000 conversations %d, %d and %d rows are drawn, of 50 %d, %d and %d", manyFirst, manyAgain, manyChosen, first, again, chosen)
	}
}

// TestAMessageDrawsOneRow: where the list is as long as before, Fyne is not asked to draw it anew.
func TestAMessageDrawsOneRow(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	rows := newRowList(nil, func(messaging.Conversation) {})
	made, create := 0, rows.CreateItem
	rows.CreateItem = func() fyne.CanvasObject { made++; return create() }
	w := test.NewTempWindow(t, rows)
	w.Resize(fyne.NewSize(360, 640))
	all := many(50)
	rows.show(all)
	rows.ScrollTo(40)
	inView := func() (names []string) {
		for row, i := range rows.live {
			if row.title.Text != rows.found[i].Name {
				t.Errorf("row %d is called %q", i, row.title.Text)
			}
			names = append(names, row.title.Text)
		}
		return names
	}
	before := inView()
	made = 0
	moved := append([]messaging.Conversation{all[40]}, slices.Delete(slices.Clone(all), 40, 41)...) // it has the newest message now
	moved[0].Name, moved[1].Unread = "Élodie", 3
	rows.show(moved)
	if after := inView(); len(after) != len(before) || len(after) == 0 || made > 0 {
		t.Errorf("%d rows in view, %d before; %d were made", len(after), len(before), made)
	}
	rows.ScrollTo(0)
	inView()
	rows.Refresh()
	if len(rows.live) > len(before) {
		t.Errorf("%d rows are kept, %d are in view", len(rows.live), len(before))
	}
}

func TestCandidatesArePeopleThenGroupsByName(t *testing.T) {
	list := candidates([]messaging.Conversation{
		{ID: "1", Name: "Équipe", Group: true, Unread: 2}, {ID: "2", Name: "zoé"}, {ID: "3", Name: "Émile", Draft: true}, {ID: "4", Name: "Fatou"}, {ID: "5", Name: "Astreinte", Group: true},
	})
	got := ""
	for _, c := range list {
		got += string(c.ID)
		if c.Unread != 0 || c.Draft {
			t.Errorf("%s tells what was said", c.Name)
		}
	}
	if got != "34251" {
		t.Errorf("order %s", got)
	}
}

func BenchmarkSearch(b *testing.B) {
	all := candidates(many(5000))
	for range b.N {
		wanted := fold.NewSearch("elo le")
		for _, c := range all {
			wanted.Fits(c.words)
		}
	}
}

package people

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Message is one that was written before the sandbox started.
type Message struct {
	ID    string
	From  Person
	To    Person // unless Group is set
	Group *Group
	Body  string
	Time  time.Time
}

// historyDays is how far back the pauses between exchanges reach in a long
// conversation; nights make it about twice as far.
const historyDays = 120

// shortHistory is the length of the other conversations.
const shortHistory = 12

// History is what everybody has written until now, oldest first: long messages
// between Dr Claire Martin and each of Sophie Bernard and Dr Julien Roux, some
// in the groups and between others. The texts are the same at each run, their
// times count back from now.
func History(everyone []Person, groups []Group, long int, now time.Time) []Message {
	claire, paul, amelie, sophie := everyone[0], everyone[1], everyone[2], everyone[3]
	julien, moussa, nadia, helene := everyone[4], everyone[5], everyone[6], everyone[7]
	short := min(long, shortHistory)
	var all []Message
	add := func(minutes, n int, to *Group, pair ...Person) {
		last := now.Add(-time.Duration(minutes) * time.Minute)
		all = append(all, conversation(n, last, to, pair)...)
	}
	// The newest message of each is that many minutes old: the order of the list.
	add(38, long, nil, claire, sophie)
	add(125, long, nil, claire, julien)
	add(60*20, short, nil, claire, moussa)
	add(60*26, short, nil, claire, amelie)
	add(60*75, short, nil, claire, helene)
	add(55, short, nil, paul, sophie)
	add(60*8, short, nil, paul, amelie)
	add(60*30, short, nil, paul, moussa)
	add(60*50, short, nil, paul, nadia)
	for i := range groups {
		add(70+i*700, min(long, 5*shortHistory), &groups[i], groups[i].Members...)
	}
	slices.SortStableFunc(all, func(a, b Message) int { return a.Time.Compare(b.Time) })
	return all
}

// conversation writes n messages among the people, the last one at the time.
func conversation(n int, last time.Time, group *Group, among []Person) []Message {
	seed := fnv.New64a()
	for _, p := range among {
		_, _ = seed.Write([]byte(p.JID))
	}
	if group != nil {
		_, _ = seed.Write([]byte(group.JID))
	}
	draw := rand.New(rand.NewPCG(seed.Sum64(), 1))
	list := make([]Message, 0, n)
	for len(list) < n {
		two := [2]Person{among[0], among[1]}
		if group != nil || draw.IntN(2) == 0 {
			i := draw.Perm(len(among))
			two = [2]Person{among[i[0]], among[i[1]]}
		}
		for _, line := range exchange(draw) {
			m := Message{From: two[0], To: two[1], Group: group, Body: line.text}
			if line.second {
				m.From, m.To = two[1], two[0]
			}
			m.ID = fmt.Sprintf("seed-%x-%d", seed.Sum64(), len(list))
			list = append(list, m)
		}
	}
	list = list[:n]
	date(list, last, draw)
	return list
}

// date gives the messages their times, from the newest back: minutes within an
// exchange, hours or days between two, by day rather than by night.
func date(list []Message, last time.Time, draw *rand.Rand) {
	// On average an exchange has three messages.
	pause := historyDays * 24 * time.Hour / time.Duration(max(len(list)/3, 1))
	pause = min(pause, 30*time.Hour)
	at := last
	for i := len(list) - 1; i >= 0; i-- {
		list[i].Time = at.Add(time.Duration(draw.IntN(1_000_000)) * time.Microsecond)
		if draw.IntN(3) > 0 {
			at = at.Add(-time.Duration(20+draw.IntN(280)) * time.Second)
			continue
		}
		at = at.Add(-time.Duration(float64(pause) * (0.4 + 1.2*draw.Float64())))
		if h := at.Hour(); h < 7 && draw.IntN(4) > 0 {
			at = at.Add(-time.Duration(h+3+draw.IntN(10)) * time.Hour)
		}
	}
	// Earlier by the clock means earlier in the list: the random parts of a
	// second may have swapped two.
	for i := len(list) - 2; i >= 0; i-- {
		if !list[i].Time.Before(list[i+1].Time) {
			list[i].Time = list[i+1].Time.Add(-time.Millisecond)
		}
	}
}

type line struct {
	second bool
	text   string
}

//go:embed dialogues.txt
var dialogueText string

var dialogues = func() (list [][]line) {
	for paragraph := range strings.SplitSeq(dialogueText, "\n\n") {
		var lines []line
		for text := range strings.Lines(paragraph) {
			mark, text, _ := strings.Cut(strings.TrimSpace(text), " ")
			if mark == "<" || mark == ">" {
				lines = append(lines, line{second: mark == ">", text: text})
			}
		}
		if len(lines) > 0 {
			list = append(list, lines)
		}
	}
	return list
}()

var words = map[string][]string{
	"{patient}":     {"Mme B.", "Mme Garcia", "Mme Lopez", "Mme R.", "Mme Fabre", "Mme T.", "Mme Delmas", "la patiente du 12", "Mme Roche", "Mme V."},
	"{heure}":       {"8 h 30", "9 h", "10 h 15", "11 h", "14 h", "15 h 30", "16 h", "17 h 45"},
	"{jour}":        {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "demain", "ce soir"},
	"{tension}":     {"12/7", "13/8", "14/8", "11/7", "15/9"},
	"{bilan}":       {"rien d’inquiétant", "CRP à 12", "CRP à 48, en baisse", "un peu au-dessus de la norme", "hémoglobine à 10,8"},
	"{medicament}":  {"paracétamol", "furosémide", "bisoprolol", "tramadol", "ramipril"},
	"{salle}":       {"B2", "12", "204", "3", "A1"},
	"{kilos}":       {"1 kg", "1,5 kg", "2 kg"},
	"{glycemie}":    {"1,12", "1,35", "1,48", "0,98"},
	"{inr}":         {"2,1", "2,4", "2,8", "3,0"},
	"{temperature}": {"37,8", "38,1", "38,3"},
}

// slots are the keys of words in order: a map has none, and the draw must be the
// same each time.
var slots = func() (list []string) {
	for slot := range words {
		list = append(list, slot)
	}
	slices.Sort(list)
	return list
}()

// exchange draws a dialogue and its words.
func exchange(draw *rand.Rand) []line {
	chosen := dialogues[draw.IntN(len(dialogues))]
	pairs := make([]string, 0, 2*len(slots))
	for _, slot := range slots {
		pairs = append(pairs, slot, words[slot][draw.IntN(len(words[slot]))])
	}
	filler := strings.NewReplacer(pairs...)
	lines := make([]line, 0, len(chosen))
	for _, l := range chosen {
		l.text = upperFirst(filler.Replace(l.text))
		lines = append(lines, l)
	}
	return lines
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

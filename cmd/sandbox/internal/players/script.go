package players

import (
	"strings"

	"discussions/cmd/sandbox/internal/people"
)

// script is what a person writes without being asked, over and over.
type script struct {
	lines, yes    []string
	next, nextYes int

	answersTo bool     // says in a group what is answered
	reactions []string // in turn: after every third answer
	answered  int
}

var scripts = map[string]script{
	"sophie.bernard": {
		reactions: []string{"👍", "🙏"},
		lines: []string{
			"C’est noté, je m’en occupe.",
			"Merci, je préviens l’équipe.",
			"D’accord, je passe la voir cet après-midi.",
			"Bien reçu. Je vous tiens au courant.",
			"Parfait, je l’ajoute à la transmission de ce soir.",
		},
		yes: []string{
			"Oui, c’est fait depuis ce matin.",
			"Je vérifie et je vous réponds tout de suite.",
			"Oui, sans problème.",
			"Pas encore, je m’en charge avant midi.",
		},
	},
	"julien.roux": {
		answersTo: true,
		lines: []string{
			"Bien reçu, merci.",
			"Très bien. On garde le traitement en l’état.",
			"Merci pour l’information, je regarde le dossier.",
			"Entendu, je la vois en consultation jeudi.",
		},
		yes: []string{
			"Oui, un ECG de contrôle suffit.",
			"Je préfère la voir avant. Demain 9 h ?",
			"Oui, vous pouvez.",
			"Attendons le bilan de demain.",
		},
	},
}

func newScript(p people.Person) *script {
	s := scripts[p.Local()]
	return &s
}

// answer to what was heard.
func (s *script) answer(heard string) string {
	if strings.HasSuffix(strings.TrimSpace(heard), "?") {
		s.nextYes++
		return s.yes[(s.nextYes-1)%len(s.yes)]
	}
	s.next++
	return s.lines[(s.next-1)%len(s.lines)]
}

// reaction is how the person reacts to what was just answered; mostly "".
func (s *script) reaction() string {
	s.answered++
	if len(s.reactions) == 0 || s.answered%3 != 1 {
		return ""
	}
	return s.reactions[s.answered/3%len(s.reactions)]
}

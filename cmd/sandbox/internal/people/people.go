// Package people is the fictitious organisation of the sandbox: its
// professionals, their groups and what they have written to each other.
package people

import (
	"fmt"
	"strings"
)

// Domain is the XMPP domain of the organisation; Rooms that of its groups.
// The top-level domain is reserved for tests (RFC 6761), it resolves nowhere.
const (
	Domain = "spico.test"
	Rooms  = "groupes." + Domain

	// Provider is the name of the OpenID provider where it has one.
	Provider = "id." + Domain
)

// Person is a professional with both ways to log in.
type Person struct {
	Name         string `json:"name"`
	Mail         string `json:"mail"`
	Password     string `json:"password"`
	Card         string `json:"card"`      // number of the simulated health professional card
	CardCode     string `json:"card_code"` // its four digits
	JID          string `json:"jid"`
	Job          string `json:"job_title"`
	Organisation string `json:"organization"`

	// Answers says that this person writes back by themselves.
	Answers bool `json:"answers"`

	// Pair is the number of the pair that this person belongs to, from 1 on; [OfFirst]
	// for a contact of the first person alone; 0 for everybody else.
	Pair int `json:"pair,omitempty"`
}

// OfFirst is the Pair of those who know nobody but the first person.
const OfFirst = -1

// Knows reports whether two people are contacts of each other.
func (p Person) Knows(other Person) bool {
	if p.Pair == OfFirst || other.Pair == OfFirst {
		return p.Pair != other.Pair && (p.Local() == firsts[0].local || other.Local() == firsts[0].local)
	}
	return p != other && p.Pair == other.Pair
}

// Subject is the identifier of the person at the OpenID provider.
func (p Person) Subject() string {
	return "sante-" + p.Card
}

// Group is a multi-user chat whose members are known in advance; the first
// member owns it.
type Group struct {
	JID     string
	Name    string
	Members []Person
	Painted bool // it has a picture, where the server keeps it
}

// Firsts is the number of people who always exist: the groups and the long
// histories are theirs.
const Firsts = 9

var firsts = []struct{ name, local, job, organisation string }{
	{"Dr Claire Martin", "claire.martin", "Médecin", "CHU de Montpellier"},
	{"Paul Durand", "paul.durand", "Infirmier libéral", "Cabinet infirmier des Tilleuls"},
	{"Amélie Laurent", "amelie.laurent", "Pharmacienne", "Pharmacie du Pont"},
	{"Sophie Bernard", "sophie.bernard", "Infirmière coordinatrice", "CHU de Montpellier"},
	{"Dr Julien Roux", "julien.roux", "Cardiologue", "CHU de Montpellier"},
	{"Moussa Keïta", "moussa.keita", "Aide à domicile", "Soins à domicile de l’Autan"},
	{"Nadia Benali", "nadia.benali", "Sage-femme", "Maternité des Oliviers"},
	{"Dr Hélène Lefèvre", "helene.lefevre", "Gériatre", "Résidence Les Cèdres"},
	{"Thomas Girard", "thomas.girard", "Kinésithérapeute", "Cabinet de rééducation du Parc"},
}

var (
	givenNames  = []string{"Camille", "Antoine", "Inès", "Hugo", "Léa", "Karim", "Manon", "Pierre", "Chloé", "Yann", "Fatou", "Louis", "Élodie", "Mehdi", "Sarah", "Bruno"}
	familyNames = []string{"Petit", "Moreau", "Fournier", "Mercier", "Blanc", "Guérin", "Faure", "Chevalier", "Diallo", "Perrin", "Marchand", "Haddad", "Renaud", "Colin", "Lemoine", "Vidal"}
	otherJobs   = []string{"Infirmier", "Aide-soignante", "Médecin généraliste", "Orthophoniste", "Diététicienne", "Psychologue", "Ergothérapeute", "Secrétaire médicale"}
)

// Everyone lists n people, never fewer than [Firsts]. The list is the same at
// each call.
func Everyone(n int) []Person {
	n = max(n, Firsts)
	list := make([]Person, 0, n)
	for i, f := range firsts {
		p := person(i, f.name, f.local, f.job, f.organisation)
		p.Answers = f.local == "sophie.bernard" || f.local == "julien.roux"
		list = append(list, p)
	}
	for i := Firsts; i < n; i++ {
		k := i - Firsts
		given := givenNames[k%len(givenNames)]
		family := familyNames[(k/len(givenNames)+k)%len(familyNames)]
		name, local := given+" "+family, plain(given)+"."+plain(family)
		if round := k / (len(givenNames) * len(familyNames)); round > 0 {
			local = fmt.Sprintf("%s.%d", local, round+1)
		}
		list = append(list, person(i, name, local, otherJobs[k%len(otherJobs)], "CHU de Montpellier"))
	}
	return list
}

func person(i int, name, local, job, organisation string) Person {
	return Person{
		Name:         name,
		Mail:         local + "@" + Domain,
		Password:     fmt.Sprintf("Tilleul-%d", 4100+i),
		Card:         fmt.Sprintf("8001%06d", 320417+i*7919),
		CardCode:     fmt.Sprintf("%d", 1000+(1580+i*13)%9000),
		JID:          local + "@" + Domain,
		Job:          job,
		Organisation: organisation,
	}
}

var unaccent = strings.NewReplacer("é", "e", "è", "e", "ë", "e", "ï", "i", "É", "e", "ç", "c", "â", "a")

func plain(s string) string {
	return strings.ToLower(unaccent.Replace(s))
}

// Groups lists the groups of the first people.
func Groups(everyone []Person) []Group {
	members := func(index ...int) (list []Person) {
		for _, i := range index {
			list = append(list, everyone[i])
		}
		return list
	}
	return []Group{
		{JID: "astreinte-cardiologie@" + Rooms, Name: "Astreinte cardiologie", Members: members(0, 1, 3, 4, 6, 7)},
		{JID: "soins-tournefeuille@" + Rooms, Name: "Soins Tournefeuille", Members: members(0, 1, 2, 5, 8)},
		{JID: "equipe-de-nuit@" + Rooms, Name: "Équipe de nuit", Members: members(0, 1, 3, 6, 7), Painted: true},
	}
}

// Contacts lists n people who are contacts of the first person alone.
func Contacts(n int) (list []Person) {
	for i := range n {
		name := fmt.Sprintf("%s %s", givenNames[i%len(givenNames)], familyNames[i/len(givenNames)%len(familyNames)])
		p := person(20_000+i, name, fmt.Sprintf("contact-%d", i+1), otherJobs[i%len(otherJobs)], "CHU de Montpellier")
		p.Pair = OfFirst
		list = append(list, p)
	}
	return list
}

// Pairs lists n pairs of people, who are contacts of each other alone.
func Pairs(n int) (list []Person) {
	for i := range 2 * n {
		local := fmt.Sprintf("poste-%d%c", i/2+1, 'a'+i%2)
		p := person(10_000+i, "Poste "+local[len("poste-"):], local, "Poste de garde", "CHU de Montpellier")
		p.Pair = i/2 + 1
		list = append(list, p)
	}
	return list
}

// PairGroups lists the groups of the pairs, one each, with an owner who is in none of them.
func PairGroups(owner Person, pairs []Person) (list []Group) {
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, Group{JID: fmt.Sprintf("paire-%d@%s", pairs[i].Pair, Rooms), Name: fmt.Sprintf("Paire %d", pairs[i].Pair), Members: []Person{owner, pairs[i], pairs[i+1]}})
	}
	return list
}

// ByJID finds a person by bare JID.
func ByJID(list []Person, jid string) (Person, bool) {
	for _, p := range list {
		if p.JID == jid {
			return p, true
		}
	}
	return Person{}, false
}

// Local is the part of the JID before the at sign.
func (p Person) Local() string {
	local, _, _ := strings.Cut(p.JID, "@")
	return local
}

// Local is the part of the JID before the at sign.
func (g Group) Local() string {
	local, _, _ := strings.Cut(g.JID, "@")
	return local
}

// GivenName of a name with or without title.
func GivenName(name string) string {
	given, _, _ := strings.Cut(strings.TrimPrefix(name, "Dr "), " ")
	return given
}

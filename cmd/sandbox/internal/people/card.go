package people

import (
	"fmt"
	"strings"
)

// Unit is the part of the organisation that a person works in, "" where it has none.
func (p Person) Unit() string {
	switch {
	case !strings.HasPrefix(p.Organisation, "CHU"):
		return ""
	case p.Job == "Cardiologue" || p.Job == "Infirmière coordinatrice":
		return "Cardiologie"
	}
	return "Médecine interne"
}

// Town is where a person works.
func (p Person) Town() string {
	switch p.Organisation {
	case "CHU de Montpellier":
		return "Montpellier"
	case "Soins à domicile de l’Autan":
		return "Tournefeuille"
	}
	return "Toulouse"
}

// Phone is a telephone number of the block that is kept for fiction.
func (p Person) Phone() string {
	sum := 0
	for _, r := range p.JID {
		sum = (sum*31 + int(r)) % 10_000
	}
	return fmt.Sprintf("+33 4 65 71 %02d %02d", sum/100, sum%100)
}

// Names are the given and the family name.
func (p Person) Names() (given, family string) {
	given, family, _ = strings.Cut(strings.TrimPrefix(p.Name, "Dr "), " ")
	return given, family
}

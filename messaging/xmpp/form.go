package xmpp

import "encoding/xml"

// XEP-0004: Data Forms, to see which fields there are, to submit them, and to read what services say of themselves (XEP-0128).

type dataForm struct {
	XMLName xml.Name    `xml:"jabber:x:data x"`
	Type    string      `xml:"type,attr"`
	Fields  []formField `xml:"field"`
}

type formField struct {
	Var   string `xml:"var,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Value string `xml:"value"`
}

func submit(formType string, fields ...formField) dataForm {
	return dataForm{Type: "submit", Fields: append([]formField{{Var: "FORM_TYPE", Type: "hidden", Value: formType}}, fields...)}
}

func field(name, value string) formField { return formField{Var: name, Value: value} }

// Form is what a service says of itself: the first value of each field.
type Form map[string]string

func (f *dataForm) decode() Form {
	form := Form{}
	for _, field := range f.Fields {
		if _, twice := form[field.Var]; !twice {
			form[field.Var] = field.Value
		}
	}
	return form
}

package xmpp

import "encoding/xml"

// XEP-0004: Data Forms, to see which fields there are, and to submit them.

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

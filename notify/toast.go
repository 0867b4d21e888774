package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
)

// toast is the content of a Windows toast (schema "ToastGeneric").
type toast struct {
	XMLName    xml.Name `xml:"toast"`
	Activation string   `xml:"activationType,attr"`
	Launch     string   `xml:"launch,attr"`
	Visual     struct {
		Binding struct {
			Template string   `xml:"template,attr"`
			Texts    []string `xml:"text"`
		} `xml:"binding"`
	} `xml:"visual"`
	Actions *toastActions `xml:"actions"` // nil: nothing can be answered
	Audio   *toastAudio   `xml:"audio"`   // nil: the system's sound
}

// toastActions is a field with a button beside it.
type toastActions struct {
	Input struct {
		ID    string `xml:"id,attr"`
		Type  string `xml:"type,attr"`
		Label string `xml:"placeHolderContent,attr"`
	} `xml:"input"`
	Action struct {
		Label      string `xml:"content,attr"`
		Activation string `xml:"activationType,attr"`
		Arguments  string `xml:"arguments,attr"`
		Input      string `xml:"hint-inputId,attr"`
	} `xml:"action"`
}

const replyInput = "reply" // names the field

type toastAudio struct {
	Silent bool `xml:"silent,attr"`
}

// toastXML describes a notification to Windows in ASCII. Other characters are numeric references, because go-ole miscounts
// strings with characters outside the Basic Multilingual Plane.
func toastXML(n Notification) (string, error) {
	n = n.cleaned()
	t := toast{Activation: "protocol", Launch: activation(n.ID)}
	t.Visual.Binding.Template = "ToastGeneric"
	t.Visual.Binding.Texts = []string{n.Title}
	if n.Body != "" {
		t.Visual.Binding.Texts = append(t.Visual.Binding.Texts, n.Body)
	}
	if n.Reply != "" {
		t.Actions = &toastActions{}
		in, action := &t.Actions.Input, &t.Actions.Action
		in.ID, in.Type, in.Label = replyInput, "text", n.Reply
		action.Label, action.Activation, action.Arguments, action.Input = n.Reply, "background", activation(n.ID), replyInput
	}
	if n.Silent {
		t.Audio = &toastAudio{Silent: true}
	}
	text, err := xml.Marshal(t)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#x%X;", r)
		}
	}
	return b.String(), nil
}

// tag is the ID in the form that Windows accepts: at most 16 characters before version 1703.
func tag(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}

package settings

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const packagingFolder = "../packaging"

// kinds are the keys of the deployment file, as in "policy.lock_after", with the kind of their value.
func kinds() map[string]string {
	all := map[string]string{}
	var add func(prefix string, table reflect.Type)
	add = func(prefix string, table reflect.Type) {
		for key := range table.Fields() {
			kind, name := key.Type, prefix+key.Tag.Get("toml")
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			if kind.Kind() == reflect.Struct {
				add(name+".", kind)
				continue
			}
			all[name] = kind.Kind().String()
		}
	}
	add("", reflect.TypeFor[deploymentFile]())
	return all
}

type admx struct {
	Policies []struct {
		Name    string `xml:"name,attr"`
		Class   string `xml:"class,attr"`
		Key     string `xml:"key,attr"`
		Value   string `xml:"valueName,attr"`
		Enabled *struct {
			Decimal struct {
				Value string `xml:"value,attr"`
			} `xml:"decimal"`
		} `xml:"enabledValue"`
		Elements struct {
			Text *struct {
				Value string `xml:"valueName,attr"`
			} `xml:"text"`
			Decimal *struct {
				Value string `xml:"valueName,attr"`
				Least string `xml:"minValue,attr"`
				Most  string `xml:"maxValue,attr"`
			} `xml:"decimal"`
			List *struct {
				Key    string  `xml:"key,attr"`
				Prefix *string `xml:"valuePrefix,attr"`
			} `xml:"list"`
			Enum *struct {
				Value string   `xml:"valueName,attr"`
				Items []string `xml:"item>value>string"`
			} `xml:"enum"`
		} `xml:"elements"`
	} `xml:"policies>policy"`
}

func decodeXML(t *testing.T, path string, into any) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(packagingFolder, path))
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(data, into); err != nil {
		t.Fatal(path, err)
	}
	return string(data)
}

// TestEveryKeyIsAGroupPolicy: with the same name, the kind of value that the program reads, and words that it knows.
func TestEveryKeyIsAGroupPolicy(t *testing.T) {
	var file admx
	decodeXML(t, "windows/policy/Discussions.admx", &file)
	got := map[string]string{}
	for _, p := range file.Policies {
		path, under := strings.CutPrefix(p.Key, `Software\Policies\Discussions\`)
		path = strings.ReplaceAll(path, `\`, ".")
		if !under || p.Class != "Machine" {
			t.Errorf("%s is written to %s of the %s", p.Name, p.Key, p.Class)
		}
		written, kind := path, ""
		switch e := p.Elements; {
		case e.Text != nil:
			kind, written = "string", path+"."+e.Text.Value
		case e.Enum != nil:
			kind, written = "string", path+"."+e.Enum.Value
			for _, word := range e.Enum.Items {
				if _, err := deployWith(deploy(t, testdata(t, "full.toml")), manage(t, map[string]map[string]any{path: {e.Enum.Value: word}})); err != nil {
					t.Errorf("%s offers %q: %v", p.Name, word, err)
				}
			}
		case e.Decimal != nil:
			kind, written = "int", path+"."+e.Decimal.Value
			for _, text := range []string{e.Decimal.Least, e.Decimal.Most} {
				number, err := strconv.ParseUint(text, 10, 32)
				if err == nil {
					_, err = deployWith(deploy(t, testdata(t, "full.toml")), manage(t, map[string]map[string]any{`policy\files`: {e.Decimal.Value: number}}))
				}
				if err != nil {
					t.Errorf("%s offers %q: %v", p.Name, text, err)
				}
			}
		case e.List != nil && e.List.Key == p.Key && e.List.Prefix != nil && *e.List.Prefix == "":
			kind = "slice"
		case p.Enabled != nil && p.Enabled.Decimal.Value == "1":
			kind, written = "bool", path+"."+p.Value
		}
		if strings.ReplaceAll(written, ".", "_") != p.Name {
			t.Errorf("%s is written as %s", p.Name, written)
		}
		got[written] = kind
	}
	if diff := cmp.Diff(kinds(), got); diff != "" {
		t.Error(diff)
	}
}

func TestEachGroupPolicyHasItsTextsInBothLanguages(t *testing.T) {
	var file admx
	text := decodeXML(t, "windows/policy/Discussions.admx", &file)
	references := func(kind string) map[string]bool {
		all := map[string]bool{}
		for _, part := range strings.Split(text, "$("+kind+".")[1:] {
			name, _, _ := strings.Cut(part, ")")
			all[name] = true
		}
		return all
	}
	for _, language := range []string{"fr-FR", "en-US"} {
		var texts struct {
			Strings []struct {
				ID   string `xml:"id,attr"`
				Text string `xml:",chardata"`
			} `xml:"resources>stringTable>string"`
			Presentations []struct {
				ID string `xml:"id,attr"`
			} `xml:"resources>presentationTable>presentation"`
		}
		decodeXML(t, "windows/policy/"+language+"/Discussions.adml", &texts)
		named, presentations := map[string]bool{}, map[string]bool{}
		for _, s := range texts.Strings {
			named[s.ID] = s.Text != ""
		}
		for _, p := range texts.Presentations {
			presentations[p.ID] = true
		}
		if diff := cmp.Diff(references("string"), named); diff != "" {
			t.Error(language, diff)
		}
		if diff := cmp.Diff(references("presentation"), presentations); diff != "" {
			t.Error(language, diff)
		}
	}
}

// plist is a value of a property list.
func plist(d *xml.Decoder, start xml.StartElement) (any, error) {
	switch start.Name.Local {
	case "true", "false":
		return start.Name.Local == "true", d.Skip()
	case "integer":
		var number int
		err := d.DecodeElement(&number, &start)
		return number, err
	case "string":
		var text string
		err := d.DecodeElement(&text, &start)
		return text, err
	}
	dict, list, key := map[string]any{}, []any{}, ""
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			if start.Name.Local == "array" {
				return list, nil
			}
			return dict, nil
		case xml.StartElement:
			if token.Name.Local == "key" {
				if err := d.DecodeElement(&key, &token); err != nil {
					return nil, err
				}
				continue
			}
			value, err := plist(d, token)
			if err != nil {
				return nil, err
			}
			dict[key], list = value, append(list, value)
		}
	}
}

// TestTheConfigurationProfileIsADeployment: it has every key, and the program reads it as macOS hands it over.
func TestTheConfigurationProfileIsADeployment(t *testing.T) {
	f, err := os.Open(filepath.Join(packagingFolder, "macos", "Discussions.mobileconfig"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	var profile any
	for profile == nil {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "dict" {
			if profile, err = plist(d, start); err != nil {
				t.Fatal(err)
			}
		}
	}
	contents := profile.(map[string]any)["PayloadContent"].([]any)[0].(map[string]any)
	if contents["PayloadType"] != "org.spico.discussions" {
		t.Errorf("it is for %v", contents["PayloadType"])
	}
	got := map[string]string{}
	var add func(prefix string, table map[string]any)
	add = func(prefix string, table map[string]any) {
		for key, value := range table {
			if below, ok := value.(map[string]any); ok {
				add(prefix+key+".", below)
			} else if !strings.HasPrefix(key, "Payload") {
				got[prefix+key] = reflect.TypeOf(value).Kind().String()
			}
		}
	}
	add("", contents)
	if diff := cmp.Diff(kinds(), got); diff != "" {
		t.Error(diff)
	}
	delete(contents["network"].(map[string]any), "ca_file") // is not here
	data, err := json.Marshal(contents)
	if err != nil {
		t.Fatal(err)
	}
	m, err := fromPreferences("/Library/…", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loadManaged(m); err != nil {
		t.Error(err)
	}
}

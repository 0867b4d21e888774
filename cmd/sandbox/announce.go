package main

import (
	"discussions/cmd/sandbox/internal/people"
)

// announcement is the line on standard output.
type announcement struct {
	Server    string          `json:"server"`
	Config    string          `json:"config"`
	Issuer    string          `json:"issuer"`
	WebSocket string          `json:"websocket"`
	CAFile    string          `json:"ca_file"`
	Control   string          `json:"control"`
	Client    string          `json:"client"` // host and port for other programs: XMPP with STARTTLS; the password is an access token
	Domain    string          `json:"domain"`
	People    []people.Person `json:"people"`
	Groups    []group         `json:"groups"`

	Behind map[string]string `json:"behind,omitempty"` // host and port, as a proxy is asked for them → where they are
}

type group struct {
	Name    string   `json:"name"`
	JID     string   `json:"jid"`
	Members []string `json:"members"`
}

func announceGroups(groups []people.Group) (list []group) {
	for _, g := range groups {
		members := make([]string, 0, len(g.Members))
		for _, p := range g.Members {
			members = append(members, p.JID)
		}
		list = append(list, group{Name: g.Name, JID: g.JID, Members: members})
	}
	return list
}

package main

import (
	"fmt"
	"os"

	"discussions/cmd/sandbox/internal/people"
	"discussions/cmd/sandbox/internal/provider"
)

// organisation is the name of the organisation.
const organisation = "SPICO Discussions"

// deployment is the application's deployment file for this organisation.
const deployment = `# Written by the sandbox: the deployment file of its organisation.
[organisation]
name = %q
domain = %q
websocket = %q

[login]
issuer = %q
client_id = %q
jid_claim = "jid"

[[login.methods]]
name = "Pro Santé Connect"
hint = { kc_idp_hint = "psc" }

[[login.methods]]
name = "Mail, mot de passe et code"

[network]
ca_file = %q

[policy]
logout_removes = false
lock_after = "5m"
code_lifetime = "720h"
notification_content = "full"
`

func (s *sandbox) writeDeployment(path string) error {
	text := fmt.Sprintf(deployment, organisation, people.Domain, s.webSocket(), s.issuer, provider.ClientID, s.caFile)
	return os.WriteFile(path, []byte(text), 0o600)
}

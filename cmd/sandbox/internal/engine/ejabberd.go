package engine

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
)

//go:embed ejabberd.yml.tmpl
var ejabberdConfiguration string

// ejabberd is started without a node name unless it is one of several: so there is no Erlang distribution, no epmd and no cookie.
type ejabberd struct {
	Options
	database database
	joined   bool // it has taken the cluster's tables
}

// Node is the place of an ejabberd in a cluster.
//
// The nodes have a loopback address each and one port for all, so they find each other without epmd.
type Node struct {
	Address  string // on loopback: the node is named after it
	Control  string // on loopback: for the node's HTTP commands
	Port     int
	Cookie   string
	Join     string      // address of the node whose cluster it joins at its first start; "": it is the first
	Database *PostgreSQL // of all nodes
}

func (n *Node) name() string { return nodeName(n.Address) }

func nodeName(address string) string { return "ejabberd@" + address }

func (e *ejabberd) files() (map[string][]byte, error) {
	parsed, err := template.New("ejabberd.yml").Parse(ejabberdConfiguration)
	if err != nil {
		return nil, err
	}
	var yml bytes.Buffer
	if err := parsed.Execute(&yml, e.Options); err != nil {
		return nil, fmt.Errorf("write ejabberd's configuration: %w", err)
	}
	return map[string][]byte{"ejabberd.yml": yml.Bytes(), "server.pem": e.Certificate, "token.jwk": e.TokenKey}, nil
}

// command is as ejabberdctl would have it but for the user switch and the node name.
func (e *ejabberd) command() *exec.Cmd {
	arguments := []string{"+P", "250000", "-noinput",
		"+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", // a scheduler without work leaves the processor to others at once
		"-mnesia", "dir", `"` + filepath.Join(e.Dir, "mnesia") + `"`,
		"-ejabberd", "log_rotate_size", "infinity"}
	arguments = append(arguments, first()...)
	if n := e.Node; n != nil {
		arguments = append(arguments, n.arguments()...)
		if n.Join != "" && !e.joined {
			e.joined = true
			arguments = append(arguments, "-eval", fmt.Sprintf("ejabberd_cluster_mnesia:join('%s').", nodeName(n.Join)))
		}
	}
	c := exec.Command("erl", append(arguments, "-s", "ejabberd")...)
	c.Env = append(os.Environ(),
		"HOME="+e.Dir,
		"ERL_LIBS="+library,
		"ERL_CRASH_DUMP_BYTES=0",
		"EJABBERD_CONFIG_PATH="+filepath.Join(e.Dir, "ejabberd.yml"),
		"EJABBERD_LOG_PATH="+filepath.Join(e.Dir, "ejabberd.log"),
		"CONTRIB_MODULES_PATH="+filepath.Join(e.Dir, "modules"),
	)
	return c
}

func (n *Node) arguments() []string {
	return []string{"-name", n.name(), "-setcookie", n.Cookie, "-start_epmd", "false", "-erl_epmd_port", fmt.Sprint(n.Port),
		"-kernel", "inet_dist_use_interface", erlangAddress(n.Address)}
}

// first are the libraries that most modules come from. Erlang looks for each module in one folder after the other, of 48 on Debian: a tenth
// of what a start takes.
func first() (arguments []string) {
	for _, name := range []string{"compiler", "mnesia", "p1_xmpp", "jose", "ssl", "inets", "p1_utils", "public_key", "p1_eimp", "idna"} {
		if found, _ := filepath.Glob("/usr/lib/erlang/lib/" + name + "-*/ebin"); len(found) == 1 {
			arguments = append(arguments, "-pa", found[0])
		}
	}
	return arguments
}

// library is where Debian puts ejabberd and its dependencies.
var library = func() string {
	if found, _ := filepath.Glob("/usr/lib/*/ejabberd-*/ebin"); len(found) > 0 {
		return filepath.Dir(filepath.Dir(found[0]))
	}
	return "/usr/lib"
}()

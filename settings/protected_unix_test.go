//go:build !windows

package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/needs"
)

func TestWhoCanChangeAFileByItsMode(t *testing.T) {
	for name, c := range map[string]struct {
		owner uint32
		mode  fs.FileMode
		want  error
	}{
		"root's":                              {0, 0o644, nil},
		"root's folder":                       {0, fs.ModeDir | 0o755, nil},
		"a user's":                            {1000, 0o644, errOwner},
		"a user's that nobody may write":      {1000, 0o444, errOwner},
		"a group's":                           {0, 0o664, errOthers},
		"everybody's":                         {0, 0o646, errOthers},
		"a folder of everybody":               {0, fs.ModeDir | 0o777, errOthers},
		"a folder of everybody, such as /tmp": {0, fs.ModeDir | fs.ModeSticky | 0o777, nil},
		"a sticky file":                       {0, fs.ModeSticky | 0o666, errOthers},
		"a link":                              {0, fs.ModeSymlink | 0o777, nil},
		"a user's link":                       {1000, fs.ModeSymlink | 0o777, errOwner},
	} {
		if got := modeRisk(c.owner, c.mode); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

const nobody = 65534

// asRoot skips where the test cannot make files of others.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		needs.Missing(t, "root")
	}
	if _, err := os.Stat("/etc/discussions"); err == nil {
		needs.Missing(t, "a machine without a deployment of its own")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place writes a deployment file into a folder of all users, and another one into the user's.
func place(t *testing.T, machine, own string) (machineFile, ownFile string) {
	t.Helper()
	system, config := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CONFIG_DIRS", system)
	t.Setenv("XDG_CONFIG_HOME", config)
	machineFile, ownFile = filepath.Join(system, "discussions", deploymentName), filepath.Join(config, "discussions", deploymentName)
	for path, text := range map[string]string{machineFile: machine, ownFile: own} {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if text != "" {
			must(t, os.WriteFile(path, []byte(text), 0o644))
		}
	}
	must(t, os.Chown(filepath.Dir(ownFile), nobody, nobody)) // the user is somebody else than root
	return machineFile, ownFile
}

const someFile = `[organisation]
name = "CHU"
domain = "chat.example.org"
[login]
issuer = "https://id.example.org"
client_id = "c"
`

func TestAPlantedFileForAllUsersIsIgnored(t *testing.T) {
	asRoot(t)
	for name, plant := range map[string]func(file string) error{
		"it is a user's":                 func(f string) error { return os.Chown(f, nobody, nobody) },
		"everybody may write it":         func(f string) error { return os.Chmod(f, 0o666) },
		"its folder is a user's":         func(f string) error { return os.Chown(filepath.Dir(f), nobody, nobody) },
		"everybody may write its folder": func(f string) error { return os.Chmod(filepath.Dir(f), 0o777) },
		"it is a link to a user's": func(f string) error {
			target := filepath.Join(filepath.Dir(f), "planted")
			return errors.Join(os.Rename(f, target), os.Chown(target, nobody, nobody), os.Symlink("planted", f))
		},
		"it is a link through a user's folder": func(f string) error {
			folder := filepath.Join(filepath.Dir(f), "folder")
			return errors.Join(os.Mkdir(folder, 0o755), os.Rename(f, filepath.Join(folder, "x")), os.Chown(folder, nobody, nobody), os.Symlink("folder/x", f))
		},
		"it links to itself": func(f string) error { return errors.Join(os.Remove(f), os.Symlink(f, f)) },
	} {
		t.Run(name, func(t *testing.T) {
			machine, own := place(t, strings.Replace(someFile, "CHU", "Planted", 1), someFile)
			must(t, plant(machine))
			d, err := Deploy("")
			if err != nil || d.Path != own || d.Protected || d.Organisation.Name != "CHU" {
				t.Fatalf("%+v, %v", d, err)
			}
			if len(d.Ignored) != 1 && name != "it links to itself" || len(d.Ignored) > 0 && d.Ignored[0].Path != machine {
				t.Errorf("ignored: %v", d.Ignored)
			}
			must(t, os.Remove(own))
			var fe *FileError
			if _, err := Deploy(""); name != "it links to itself" && (!errors.As(err, &fe) || fe.Problem != ProblemUnprotected) {
				t.Errorf("without another one: %v", err)
			}
		})
	}
}

func TestAFileOfTheCommandLineDoesNotWeakenTheMachines(t *testing.T) {
	asRoot(t)
	machine, own := place(t, someFile+"[policy]\ncode_lifetime = \"1h\"\nlogout_removes = true\n", "")
	mine := filepath.Join(filepath.Dir(own), "mine.toml")
	const loose = "[network]\nproxy = \"http://evil.example:1\"\n[policy]\ncode_lifetime = \"0s\"\nlock_after = \"1m\"\n"
	must(t, os.WriteFile(mine, []byte(someFile+loose), 0o666))
	must(t, os.Chmod(mine, 0o666))
	d, err := Deploy(mine)
	must(t, err)
	if d.Path != machine || !d.Protected || d.Network.Proxy != "" {
		t.Errorf("of the same issuer: %+v", d)
	}
	if p := d.Policy; p.CodeLifetime != time.Hour || !p.LogoutRemoves || p.LockAfter != time.Minute {
		t.Errorf("of the same issuer: %+v", p)
	}
	must(t, os.WriteFile(mine, []byte(strings.Replace(someFile+loose, "id.example.org", "id.other.org", 1)), 0o666))
	d, err = Deploy(mine)
	must(t, err)
	if d.Path != mine || d.Protected || d.Network.Proxy == "" || d.Policy.CodeLifetime != time.Hour || !d.Policy.LogoutRemoves {
		t.Errorf("of another issuer: %+v", d)
	}
	must(t, os.WriteFile(machine, []byte("?"), 0o644))
	if _, err := Deploy(mine); err == nil {
		t.Error("a machine's file with a mistake is passed over")
	}
}

func TestTheAuthorityOfAProtectedFileIsProtected(t *testing.T) {
	asRoot(t)
	machine, _ := place(t, someFile+"[network]\nca_file = \"ca.pem\"\n", "")
	ca := filepath.Join(filepath.Dir(machine), "ca.pem")
	must(t, os.WriteFile(ca, authority(t), 0o644))
	d, err := Deploy("")
	must(t, err)
	if !d.Protected {
		t.Error("not protected")
	}
	must(t, os.Chown(ca, nobody, nobody))
	var fe *FileError
	if _, err := Deploy(""); !errors.As(err, &fe) || fe.Problem != ProblemUnprotected || fe.Key != "network.ca_file" {
		t.Errorf("%v", err)
	}
}

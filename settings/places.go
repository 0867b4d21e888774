package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNoDeployment means that there is no deployment file. The error that wraps it names the places.
var ErrNoDeployment = errors.New("there is no deployment file")

const deploymentName = "discussions.toml"

// Deploy loads the deployment file at path, or the first of the places that has one if path is "": next to the program, then for all users,
// then for this user. Managed keys (see managed) take precedence over each of them. A file for all users counts only if nobody but
// administrators can change it; others are in Ignored.
//
// Another file, which anybody can name on the command line, does not weaken what administrators have decided: if there is a
// protected file, both policies hold, and only the protected file says where to look for newer versions. If both have the same
// issuer, the protected file is used alone.
func Deploy(path string) (Deployment, error) {
	m, err := readManaged()
	if err != nil {
		return Deployment{}, err
	}
	return deployWith(path, m)
}

func deployWith(path string, m managed) (Deployment, error) {
	machine, protected, ignored, err := machineDeployment(m)
	if err != nil {
		return Deployment{}, err
	}
	if path == "" {
		path, err = findDeployment()
		switch {
		case err == nil:
		case protected: // what is managed is enough
			machine.Ignored = ignored
			return machine, nil
		case len(ignored) > 0:
			return Deployment{}, ignored[0]
		case !m.empty():
			return loadManaged(m) // says what is missing
		default:
			return Deployment{}, err
		}
	}
	d, err := load(path, m)
	if err != nil {
		return Deployment{}, err
	}
	if protected && d.Path != machine.Path {
		policy := d.Policy.Strictest(machine.Policy)
		if d.Login.Issuer == machine.Login.Issuer {
			d = machine
		}
		d.Policy, d.Updates = policy, machine.Updates
	}
	d.Ignored = ignored
	return d, nil
}

// machineDeployment loads the first file that only administrators can change, next to the program or for all users. Found is false if there
// is none. Ignored are files for all users that others can change.
//
// What is managed holds over that file; without a file it counts as one if it names everything that is needed.
func machineDeployment(m managed) (d Deployment, found bool, ignored []*FileError, err error) {
	for i, place := range paths(append(programFolders(), machineFolders()...)) {
		if !exists(place) {
			continue
		}
		if err := protect(place); err != nil {
			if i >= len(programFolders()) {
				ignored = append(ignored, &FileError{Path: place, Problem: ProblemUnprotected, Err: err})
			}
			continue
		}
		d, err = load(place, m)
		return d, err == nil, ignored, err
	}
	if !m.empty() {
		if d, err := loadManaged(m); err == nil {
			return d, true, ignored, nil
		}
	}
	return Deployment{}, false, ignored, nil
}

// findDeployment returns the path of the first file that counts. One that exists but cannot be read counts, so that its problem is
// reported.
func findDeployment() (path string, err error) {
	for _, place := range paths(programFolders()) {
		if exists(place) {
			return place, nil
		}
	}
	for _, place := range paths(machineFolders()) {
		if exists(place) && protect(place) == nil {
			return place, nil
		}
	}
	for _, place := range paths([]string{ownFolder()}) {
		if exists(place) {
			return place, nil
		}
	}
	return "", fmt.Errorf("%w: looked at %s", ErrNoDeployment, strings.Join(DeploymentPlaces(), ", "))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

// DeploymentPlaces are the possible paths of the deployment file, in order of precedence.
func DeploymentPlaces() []string {
	return paths(slices.Concat(programFolders(), machineFolders(), []string{ownFolder()}))
}

func paths(folders []string) (list []string) {
	for _, dir := range folders {
		if filepath.IsAbs(dir) {
			list = append(list, filepath.Join(dir, deploymentName))
		}
	}
	return list
}

// programFolder is the folder of the program's executable, after resolving links.
func programFolder() string {
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		exe = real
	}
	return filepath.Dir(exe)
}

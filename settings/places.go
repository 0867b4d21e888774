package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNoDeployment means that none of the places has a deployment file. The error around it names them.
var ErrNoDeployment = errors.New("there is no deployment file")

const deploymentName = "discussions.toml"

// FindDeployment gives the path of the deployment file: beside the program, else in the configuration folders of the
// machine, else in the user's own. A file that exists and cannot be read counts as found, so that nothing hides it.
func FindDeployment() (path string, err error) {
	places := DeploymentPlaces()
	for _, place := range places {
		if _, err := os.Stat(place); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return place, nil
		}
	}
	return "", fmt.Errorf("%w: looked at %s", ErrNoDeployment, strings.Join(places, ", "))
}

// DeploymentPlaces are the paths at which a deployment file is looked for, in order.
func DeploymentPlaces() []string {
	var places []string
	for _, dir := range append(programFolders(), configFolders()...) {
		if filepath.IsAbs(dir) {
			places = append(places, filepath.Join(dir, deploymentName))
		}
	}
	return places
}

// programFolder is where the program's own file is, links followed.
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

package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNoDeployment means that there is no deployment file. The error that wraps it names the places.
var ErrNoDeployment = errors.New("there is no deployment file")

const deploymentName = "discussions.toml"

// FindDeployment returns the path of the deployment file: next to the program, else in the machine's configuration folders,
// else in the user's. A file that exists but cannot be read counts as found, so that its problem is reported.
func FindDeployment() (path string, err error) {
	places := DeploymentPlaces()
	for _, place := range places {
		if _, err := os.Stat(place); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return place, nil
		}
	}
	return "", fmt.Errorf("%w: looked at %s", ErrNoDeployment, strings.Join(places, ", "))
}

// DeploymentPlaces are the possible paths of the deployment file, in order of precedence.
func DeploymentPlaces() []string {
	var places []string
	for _, dir := range append(programFolders(), configFolders()...) {
		if filepath.IsAbs(dir) {
			places = append(places, filepath.Join(dir, deploymentName))
		}
	}
	return places
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

package settings

import (
	"fmt"
	"os"
	"path/filepath"

	"discussions/internal/atomicfile"
)

// For whom a deployment file is installed.
const (
	Everybody = true // all users of the computer; needs an administrator
	ThisUser  = false
)

// Install checks the deployment file at path and puts a copy in its place. The file of its certificates comes along if it lies beside it;
// one that lies elsewhere stays where it is. Where anything is wrong, nothing changes and the error is a [*FileError] where it is the file's.
func Install(path string, everybody bool) (place string, err error) {
	d, err := LoadDeployment(path)
	if err != nil {
		return "", err
	}
	folder := ownFolder()
	if everybody {
		folder = machineFolders()[0]
	}
	if err := makeFolder(folder, everybody); err != nil {
		return "", fmt.Errorf("make %s: %w", folder, withoutPath(err))
	}
	files := []string{d.Path}
	if ca := d.Network.CAFile; ca != "" && filepath.Dir(ca) == filepath.Dir(d.Path) {
		files = []string{ca, d.Path}
	}
	for _, file := range files {
		place = filepath.Join(folder, filepath.Base(file))
		if file == d.Path {
			place = filepath.Join(folder, deploymentName)
		}
		data, err := readBounded(file, maxCA)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", file, withoutPath(err))
		}
		if err := atomicfile.Write(place, data); err != nil {
			return "", fmt.Errorf("%s: %w", folder, err)
		}
		if !everybody {
			continue
		}
		if err := makeReadable(place); err != nil {
			return "", fmt.Errorf("let everybody read %s: %w", place, withoutPath(err))
		}
		if err := protect(place); err != nil {
			os.Remove(place)
			return "", &FileError{Path: place, Problem: ProblemUnprotected, Err: err}
		}
	}
	return place, nil
}

package settings

import (
	"crypto/x509"
	"encoding/pem"
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

// Install checks the deployment file at path and puts a copy in its place. The file of its certificates comes along if it lies beside it; one
// that lies elsewhere stays where it is. If anything is wrong, nothing changes; an error in the file is a [*FileError].
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
		read, name := readCertificates, filepath.Base(file)
		if file == d.Path {
			read, name = readChecked, deploymentName
		}
		place = filepath.Join(folder, name)
		data, err := read(file)
		if err != nil {
			return "", err
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

// readChecked reads a deployment file and checks what it has read: an administrator's copy is for everybody to read, and somebody else may
// meanwhile have put a link to a secret in the place of their file.
func readChecked(path string) ([]byte, error) {
	data, err := readBounded(path, maxDeployment)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, withoutPath(err))
	}
	if _, mistake := parseDeployment(data, filepath.Dir(path), managed{}); mistake != nil {
		mistake.Path = path
		return nil, mistake
	}
	return data, nil
}

// readCertificates reads the certificates of a file, and nothing else that it may hold, such as a key.
func readCertificates(path string) (certificates []byte, err error) {
	_, data, err := readCA(path, x509.NewCertPool())
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			certificates = append(certificates, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
		}
	}
	return certificates, err
}

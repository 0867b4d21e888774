package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Why somebody else than an administrator can change a file.
var (
	errOwner  = errors.New("it does not belong to the administrators")
	errOthers = errors.New("others than the administrators can write to it")
)

// maxLinks bounds the links of a path.
const maxLinks = 16

// protect checks that only administrators can change the file at path, or put another one in its place: the file, each folder above it,
// and each link on the way. What they are: see risk, for each operating system.
func protect(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	return protectLinked(path, maxLinks)
}

func protectLinked(path string, links int) error {
	if links == 0 {
		return errors.New("too many links")
	}
	for _, at := range ancestors(path) {
		info, err := os.Lstat(at)
		if err != nil {
			return withoutPath(err)
		}
		if err := risk(at, info, at == path); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		target, err := os.Readlink(at)
		if err != nil {
			return withoutPath(err)
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(at), target)
		}
		rest, err := filepath.Rel(at, path)
		if err != nil {
			return err
		}
		return protectLinked(filepath.Join(target, rest), links-1)
	}
	return nil
}

// ancestors are the folders above a path, the outermost first, and the path itself.
func ancestors(path string) (list []string) {
	for {
		list = append(list, path)
		above := filepath.Dir(path)
		if above == path {
			slices.Reverse(list)
			return list
		}
		path = above
	}
}

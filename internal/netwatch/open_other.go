//go:build !linux && !darwin && !windows

package netwatch

import "errors"

func open() (source, error) { return nil, errors.ErrUnsupported }

//go:build !linux && !windows && !(darwin && cgo)

package systemproxy

import (
	"context"
	"net/url"
)

// find returns no proxy: there are no settings to read here.
func find(context.Context, *url.URL) (*url.URL, error) { return nil, nil }

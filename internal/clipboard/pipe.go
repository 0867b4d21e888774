//go:build unix

package clipboard

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"
)

// Offers is what the program that holds the clipboard offers, where it writes its content into a pipe, as on Wayland.
type Offers interface {
	// Types are the media types, as that program calls them. [ErrUnavailable]: they cannot be read here.
	Types(ctx context.Context) ([]string, error)

	// Receive asks for the content in one of them. It gives the end of a pipe with deadlines, or [ErrEmpty].
	Receive(ctx context.Context, kind string) (*os.File, error)
}

// textTypes are the media types of texts in UTF-8, the best one first. Programs that say no character set mean that one.
var textTypes = [...]string{"text/plain;charset=utf-8", "UTF8_STRING", "text/plain"}

// ReadTextOf reads the text that is offered as [ReadText] does.
func ReadTextOf(ctx context.Context, o Offers, most int) (string, error) {
	types, err := o.Types(ctx)
	if err != nil {
		return "", err
	}
	for _, kind := range textTypes {
		if slices.Contains(types, kind) {
			data, err := received(ctx, o, kind, most)
			if err != nil && !errors.Is(err, ErrTooLarge) {
				return "", err
			}
			return beginning(string(data), most)
		}
	}
	return "", ErrEmpty
}

// ReadOf reads what is offered as [Read] does.
func ReadOf(ctx context.Context, o Offers, most int) (Content, error) {
	types, err := o.Types(ctx)
	if err != nil {
		return Content{}, err
	}
	if slices.Contains(types, fileList) {
		data, err := received(ctx, o, fileList, mostListSize)
		if err != nil && !errors.Is(err, ErrEmpty) {
			return Content{}, err
		}
		if files := filesOf(data); files != nil {
			return Content{Files: files}, nil
		}
	}
	for _, kind := range pictureTypes {
		if slices.Contains(types, kind) {
			data, err := received(ctx, o, kind, most)
			if err != nil {
				return Content{}, err
			}
			return Content{Picture: data}, nil
		}
	}
	return Content{}, ErrEmpty
}

// received is the content in one type. [ErrEmpty]: it is not given. With [ErrTooLarge] it is the first bytes, one more than allowed.
func received(ctx context.Context, o Offers, kind string, most int) ([]byte, error) {
	pipe, err := o.Receive(ctx, kind)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pipe.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = pipe.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	data, err := io.ReadAll(io.LimitReader(pipe, int64(most)+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	case len(data) == 0:
		return nil, ErrEmpty
	case len(data) > most:
		return data, ErrTooLarge
	}
	return data, nil
}

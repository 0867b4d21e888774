package messaging

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// How much is asked of the server at once.
const (
	background = 2
	foreground = 4
)

// each runs f for each of list, at most n at a time, and returns the first error.
func each[T any](ctx context.Context, n int, list []T, f func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(n)
	for _, v := range list {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f(ctx, v)
		})
	}
	return g.Wait()
}

package xmpp

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"discussions/internal/portal"
)

// explainPortal wraps the error of an attempt in [ErrPortal] where a captive portal is the reason.
func (c *Client) explainPortal(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, ErrPortal) || !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrCertificate) && !errors.Is(err, ErrToken) {
		return err
	}
	if portal.Before(ctx, c.transport, cmp.Or(c.cfg.WebSocket, "https://"+c.cfg.Domain)) {
		return fmt.Errorf("%w: %w", ErrPortal, err)
	}
	return err
}

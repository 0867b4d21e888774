package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0363: HTTP File Upload.

const nsUpload = "urn:xmpp:http:upload:0"

// Errors of uploads, for errors.Is.
var (
	// ErrNoUpload: the server has no service that takes files.
	ErrNoUpload = errors.New("no upload service")
	// ErrFileTooLarge: the service takes no file of this size.
	ErrFileTooLarge = errors.New("file too large for the upload service")
	// ErrQuota: the account has uploaded as much as it may, for now.
	ErrQuota = errors.New("upload quota reached")
)

// UploadService takes files of the account.
type UploadService struct {
	JID     jid.JID
	MaxSize int64 // bytes of a file; 0 if the service does not say
}

// UploadSlot is a place for one file.
type UploadSlot struct {
	Put     string      // where the file is sent, http or https
	Headers http.Header // to be sent with it
	Get     string      // where everybody who knows this address can fetch it
}

type uploadRequest struct {
	XMLName  xml.Name `xml:"urn:xmpp:http:upload:0 request"`
	FileName string   `xml:"filename,attr"`
	Size     int64    `xml:"size,attr"`
	Type     string   `xml:"content-type,attr,omitempty"`
}

type slotElement struct {
	Put struct {
		URL     string `xml:"url,attr"`
		Headers []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:",chardata"`
		} `xml:"header"`
	} `xml:"put"`
	Get struct {
		URL string `xml:"url,attr"`
	} `xml:"get"`
}

// UploadService looks for the upload service of the account's server. [ErrNoUpload]: there is none.
func (c *Client) UploadService(ctx context.Context) (UploadService, error) {
	var service UploadService
	found, err := c.findService(ctx, func(who jid.JID, info Info) (bool, error) {
		if !slices.Contains(info.Features, nsUpload) {
			return false, nil
		}
		size, _ := strconv.ParseInt(info.form(nsUpload, "max-file-size"), 10, 64)
		service = UploadService{JID: who, MaxSize: max(0, size)}
		return true, nil
	})
	if err != nil {
		return UploadService{}, fmt.Errorf("look for an upload service: %w", err)
	}
	if !found {
		return UploadService{}, ErrNoUpload
	}
	return service, nil
}

// UploadSlot requests a place for a file. name and mediaType go into addresses and logs of servers: they should say nothing.
func (c *Client) UploadSlot(ctx context.Context, service jid.JID, name, mediaType string, size int64) (UploadSlot, error) {
	iq, err := c.request(ctx, service, "get", uploadRequest{FileName: name, Size: size, Type: mediaType})
	var refused *StanzaError
	if errors.As(err, &refused) {
		switch refused.Condition {
		case "not-acceptable":
			return UploadSlot{}, fmt.Errorf("%w: %w", ErrFileTooLarge, err)
		case "resource-constraint":
			return UploadSlot{}, fmt.Errorf("%w: %w", ErrQuota, err)
		}
	}
	if err != nil {
		return UploadSlot{}, fmt.Errorf("request an upload slot: %w", err)
	}
	if iq.Slot == nil || !webURL(iq.Slot.Put.URL) || !webURL(iq.Slot.Get.URL) {
		return UploadSlot{}, fmt.Errorf("request an upload slot: %w", ErrProtocol)
	}
	slot := UploadSlot{Put: iq.Slot.Put.URL, Get: iq.Slot.Get.URL, Headers: http.Header{}}
	for _, h := range atMost(8, iq.Slot.Put.Headers) {
		switch name := http.CanonicalHeaderKey(h.Name); name { // §5: no others
		case "Authorization", "Cookie", "Expires":
			slot.Headers.Set(name, strings.NewReplacer("\r", "", "\n", "").Replace(h.Value))
		}
	}
	return slot, nil
}

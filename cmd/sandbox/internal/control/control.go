// Package control is the HTTP service that drives the sandbox.
package control

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// longest is the longest time that a request may take.
const longest = 2 * time.Minute

// wait returns the context of a long poll, which ends after the parameter "wait", in
// seconds, or at once.
func wait(r *http.Request) (context.Context, context.CancelFunc) {
	s, err := strconv.ParseFloat(r.FormValue("wait"), 64)
	if err != nil || s < 0 {
		s = 0
	}
	return context.WithTimeout(r.Context(), min(longest, seconds(s)))
}

// read decodes the body, which holds one JSON object with known keys.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // an error means that the client has gone
}

// done answers a call without a result.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, struct{}{})
}

func fail(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusConflict)
}

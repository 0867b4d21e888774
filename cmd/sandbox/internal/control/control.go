// Package control is the HTTP service that drives the sandbox.
package control

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// longest is the longest time that a request may wait.
const longest = 2 * time.Minute

// wait reads the parameter "wait", in seconds.
func wait(r *http.Request) time.Duration {
	seconds, err := strconv.ParseFloat(r.FormValue("wait"), 64)
	if err != nil || seconds < 0 {
		return 0
	}
	return min(longest, time.Duration(seconds*float64(time.Second)))
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
	_ = json.NewEncoder(w).Encode(v) // the client went away: nobody to tell
}

func fail(w http.ResponseWriter, err error) bool {
	if err == nil {
		return false
	}
	http.Error(w, err.Error(), http.StatusConflict)
	return true
}

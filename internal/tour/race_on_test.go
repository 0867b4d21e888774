//go:build linux && race

package tour

// raceDetector says whether these tests run with the race detector: the program they start then does, too.
const raceDetector = true

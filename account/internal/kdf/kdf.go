// Package kdf turns a code into key material with Argon2id (RFC 9106), with a cost that is measured on this machine
// when a vault is sealed and bounded when it is read back.
//
// Argon2id alone does not protect four digits: all 10,000 codes fall in minutes at any bearable cost. It slows down
// whoever already holds the device secret; see package vault.
package kdf

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

// Size is the length in bytes of what Derive returns.
const Size = 64

// Cost is what one derivation takes: Memory in KiB, Time in passes, Threads in lanes.
type Cost struct {
	Memory, Time uint32
	Threads      uint8
}

// Bounds are the cheapest and the dearest cost that a file may ask for. The zero Bounds means [Default].
type Bounds struct{ Floor, Ceiling Cost }

// Default holds for every vault that the program writes. The ceiling is half a gigabyte: a file that asks for more
// is damaged or hostile, and is refused before any memory is taken.
var Default = Bounds{
	Floor:   Cost{Memory: 64 << 10, Time: 3, Threads: 1},
	Ceiling: Cost{Memory: 512 << 10, Time: 12, Threads: 8},
}

// ErrCost is returned for a cost outside the bounds.
var ErrCost = errors.New("the cost of the key derivation is out of bounds")

// Check returns an error wrapping [ErrCost] unless c lies within b.
func (b Bounds) Check(c Cost) error {
	b = b.orDefault()
	if c.Memory < b.Floor.Memory || c.Time < b.Floor.Time || c.Threads < b.Floor.Threads ||
		c.Memory > b.Ceiling.Memory || c.Time > b.Ceiling.Time || c.Threads > b.Ceiling.Threads {
		return fmt.Errorf("%d KiB, %d passes, %d lanes: %w", c.Memory, c.Time, c.Threads, ErrCost)
	}
	return nil
}

// Derive returns [Size] bytes for the code and salt at cost c, which the caller has checked. It takes c.Memory of
// memory and, at a calibrated cost, 150 to 300 ms: never call it where the screen is drawn.
func Derive(code, salt []byte, c Cost) []byte {
	return argon2.IDKey(code, salt, c.Time, c.Memory, c.Threads, Size)
}

// What a derivation should take; calibration aims at the middle of 150 to 300 ms.
const (
	target    = 220 * time.Millisecond
	maxMemory = 256 << 10 // KiB; several accounts may be opened at once on a small workstation
	maxTime   = 8
)

// Calibrate measures this machine and returns the cost that takes about 220 ms, never under the floor. It takes about
// as long as one derivation.
func (b Bounds) Calibrate() Cost {
	b = b.orDefault()
	c := b.Floor
	c.Threads = uint8(max(int(b.Floor.Threads), min(runtime.NumCPU(), 4)))
	if b != Default {
		return c // tests lower the floor to be fast
	}
	salt := make([]byte, 16)
	for range 2 {
		start := time.Now()
		Derive([]byte("0000"), salt, c)
		next := scale(c, time.Since(start))
		if next == c {
			break
		}
		c = next
	}
	return c
}

// scale corrects a cost that took the given time: memory first, which hurts attackers most, then passes.
func scale(c Cost, took time.Duration) Cost {
	if took >= 150*time.Millisecond && took <= 300*time.Millisecond {
		return c
	}
	floor := Default.Floor
	work := float64(c.Memory) * float64(c.Time) * float64(target) / float64(max(took, time.Millisecond))
	memory := uint32(min(work/float64(floor.Time), maxMemory))
	memory = max(memory/1024*1024, floor.Memory)
	time := uint32(min(work/float64(memory), maxTime))
	return Cost{Memory: memory, Time: max(time, floor.Time), Threads: c.Threads}
}

func (b Bounds) orDefault() Bounds {
	if b == (Bounds{}) {
		return Default
	}
	return b
}

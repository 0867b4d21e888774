// Package storm has two people and a group write to each other while everything breaks: their networks, disks, clocks, tokens and programs,
// and the message server. Each person's program is a process of its own, with its messages on disk as they are in a real profile, but
// without the screens, the login and the code.
//
// Afterwards every message that a program took is with both people and in both archives, once and in the archive's order, and nothing
// waits any more.
//
// What happens, and when, comes from a number, the seed, alone. See docs/debugging.md for the commands.
package storm

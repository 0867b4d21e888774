// Package tour holds the tests and the benchmarks of the whole program: the real executable on a real screen, against the
// sandbox's servers, used by a robot through nothing but its keyboard, its mouse and a real browser.
//
//	make tour     the robot's walk, a picture of each step in build/tour
//	make bench    what a user waits for, in figures
//
// The robot knows what the program shows from its log, which names each screen and no person, from the titles of its windows,
// and from what the other persons' own clients say they received.
package tour

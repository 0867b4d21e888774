#!/bin/sh
# Waits for SIGTERM, then ends every program with this in its environment, and removes the folders:
# setpriv --pdeathsig TERM sweep.sh NAME=VALUE FOLDER... The kernel sends that signal when the caller ends, even if it was killed.
# What a killed go test has started is found by its environment, as it has no parent any more.
set -u

mark=$1
shift
programs() { grep -lsxzF "$mark" /proc/[0-9]*/environ | sed 's|/proc/||; s|/environ||'; }
sweep() {
	for signal in TERM KILL; do
		for i in 1 2 3 4 5 6 7 8 9 10; do
			left=$(programs)
			[ -n "$left" ] || break 2
			[ "$i" -ne 1 ] || kill -$signal $left 2>/dev/null
			sleep 0.2
		done
	done
	rm -rf "$@" 2>/dev/null || { sleep 1; rm -rf "$@"; } # something may still be ending that was no program of the session
}
trap '' HUP INT
trap 'kill $! 2>/dev/null; sweep "$@"; exit' TERM
sleep infinity &
wait

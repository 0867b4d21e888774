#!/bin/sh
# `make run`: the program against a sandbox of its own, both from build/; the profile and the sandbox end with the program.
# `make run CONFIG=file`, run.sh FILE: the program alone, against that deployment file.
# On a machine without a screen or a secret service, a private one stands in.
set -eu

if [ "$(uname -s)" != Linux ]; then
	[ $# -eq 1 ] || { echo "The servers of the sandbox run on Debian and Ubuntu. Here: make run CONFIG=discussions.toml" >&2; exit 1; }
	exec build/discussions --config "$1"
fi

if [ -z "${DISCUSSIONS_SESSION:-}" ]; then
	if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
		internal/dev/packages.sh secrets screen
		echo "No screen here: using a virtual one." >&2
		exec internal/dev/session.sh "$0" "$@"
	fi
	if ! dbus-send --session --print-reply --reply-timeout=3000 --dest=org.freedesktop.secrets /org/freedesktop/secrets \
		org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1; then
		internal/dev/packages.sh secrets
		echo "No secret service here: using a private one for this run." >&2
		DISCUSSIONS_KEEP_DISPLAY=1 exec internal/dev/session.sh "$0" "$@"
	fi
fi

work= sandbox= program=
end() {
	trap '' HUP INT TERM
	kill $program $sandbox 2>/dev/null || true
	wait
	browser=$(readlink "$work/browser/SingletonLock" | sed 's/.*-//') # Chromium's: a link to HOST-PROCESS
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -n "$browser" ] && kill "$browser" 2>/dev/null && sleep 0.2 || break
	done
	[ -z "$work" ] || rm -rf "$work"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

work=$(mktemp -d "${TMPDIR:-/tmp}/discussions-XXXXXX")
if [ $# -eq 0 ]; then
	mkfifo "$work/ready"
	setpriv --pdeathsig TERM build/sandbox --greet >"$work/ready" &
	sandbox=$!
	read -r ready <"$work/ready" || true
	config=$(printf '%s' "$ready" | sed -n 's/.*"config":"\([^"]*\)".*/\1/p')
	[ -n "$config" ] || { echo "The sandbox did not start; see above." >&2; exit 1; }
	set -- "$config" --data "$work/profile"
fi
if [ -n "${DISCUSSIONS_SCREEN:-}" ]; then
	echo "The program is on the virtual screen $DISPLAY. Ctrl+C ends it." >&2
	for command in chromium chromium-browser google-chrome; do
		[ -z "${BROWSER:-}" ] && command -v "$command" >/dev/null || continue
		export BROWSER="$command --user-data-dir=$work/browser --no-first-run --window-position=10,40 --window-size=560,860"
		[ "$(id -u)" -ne 0 ] || BROWSER="$BROWSER --no-sandbox --test-type" # it refuses root its sandbox
	done
fi
build/discussions --config "$@" &
program=$!
status=0
wait "$program" || status=$?
exit "$status"

#!/bin/sh
# Runs a command in a desktop session of its own, and ends all of it with the command: a session bus, an unlocked secret
# service with an empty keyring, a screen (Xvfb, 1600x1000) with a window manager. session.sh COMMAND [ARGUMENT...]
# With DISCUSSIONS_KEEP_DISPLAY=1 the screen of the caller is used where there is one.
set -eu

if [ "${DISCUSSIONS_SESSION:-}" != inside ]; then
	root=$(mktemp -d "${TMPDIR:-/tmp}/discussions-session.XXXXXX")
	chmod 700 "$root"
	trap 'rm -rf "$root"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -p "$root/data/keyrings" "$root/config" "$root/run"
	chmod 700 "$root/run"
	export XDG_DATA_HOME="$root/data" XDG_CONFIG_HOME="$root/config" XDG_RUNTIME_DIR="$root/run"
	export DISCUSSIONS_SESSION=inside DISCUSSIONS_SESSION_ROOT="$root"
	unset DBUS_SESSION_BUS_ADDRESS
	dbus-run-session -- "$0" "$@"
	exit
fi
unset DISCUSSIONS_SESSION

# "\n" is the empty password of the keyring that is made now; the daemon ends with its bus.
eval "$(printf '\n' | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"

screen= manager=
if [ -z "${DISCUSSIONS_KEEP_DISPLAY:-}" ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	unset WAYLAND_DISPLAY
	fifo="$DISCUSSIONS_SESSION_ROOT/display"
	mkfifo "$fifo"
	Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp -noreset 3>"$fifo" 2>/dev/null &
	screen=$!
	read -r number <"$fifo"
	export DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1
	openbox 2>/dev/null &
	manager=$!
fi
end() { kill $manager $screen 2>/dev/null || true; }
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$@"

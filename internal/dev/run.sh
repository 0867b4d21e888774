#!/bin/sh
# `make run`: the program against a sandbox of its own, both from build/. The profile and the sandbox end with the program.
# On a machine without a screen or a secret service, a private one stands in.
set -eu

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	[ -n "${DISCUSSIONS_SESSION_ROOT:-}" ] || echo "No screen here: using a virtual one." >&2
	exec internal/dev/session.sh "$0"
fi
if [ -z "${DISCUSSIONS_SESSION_ROOT:-}" ] && ! dbus-send --session --print-reply --reply-timeout=3000 --dest=org.freedesktop.secrets /org/freedesktop/secrets \
	org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1; then
	echo "No secret service here: using a private one for this run." >&2
	DISCUSSIONS_KEEP_DISPLAY=1 exec internal/dev/session.sh "$0"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/discussions-run.XXXXXX")
sandbox=
end() {
	[ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" || true; }
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkfifo "$work/ready"
build/sandbox >"$work/ready" &
sandbox=$!
read -r ready <"$work/ready" || { echo "The sandbox did not start; see above." >&2; exit 1; }
config=$(printf '%s' "$ready" | sed 's/.*"config":"\([^"]*\)".*/\1/')
[ -z "${DISPLAY:-}" ] || echo "The program is on the screen $DISPLAY." >&2
build/discussions --config "$config" --data "$work/profile"

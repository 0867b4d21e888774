#!/bin/sh
# Runs a command in a desktop session of its own, and ends all of it with the command: a session bus, an unlocked secret
# service with an empty keyring, a screen (Xvfb, 1600x1000) with a window manager. session.sh COMMAND [ARGUMENT...]
# With DISCUSSIONS_KEEP_DISPLAY=1 the screen of the caller is used where there is one. With DISCUSSIONS_IN_MEMORY=1 the session's
# files, all but what Go builds, are kept in memory where there is room for 4 GB of them: databases, servers and keyrings wait for the
# disk at each step.
set -eu

root=$(mktemp -d "${TMPDIR:-/tmp}/discussions-XXXXXX")
builds= helpers= command= sweeper=
end() {
	trap '' HUP INT TERM
	[ -z "$helpers$sweeper" ] || kill $helpers $sweeper 2>/dev/null || true
	wait
	rm -rf "$root" "$builds"
}
# A signal of the terminal has reached the command as well; it is waited for. SIGTERM may be for this shell alone.
stop() {
	[ "$1" -ne 143 ] || [ -z "$command" ] || kill "$command" 2>/dev/null || true
	[ -z "$command" ] || wait "$command" || true
	exit "$1"
}
trap end EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# help FILE COMMAND...: descriptor 3 of the command is the file; what else it prints is not for the user. It ends with this
# shell, even when that is killed.
help() {
	file=$1
	shift
	setpriv --pdeathsig TERM "$@" >/dev/null 2>&1 3>"$file" &
	helpers="$! $helpers"
}
fail() {
	echo "$1" >&2
	exit 1
}

if [ -n "${DISCUSSIONS_IN_MEMORY:-}" ] && [ "$(df -Pk /dev/shm 2>/dev/null | awk 'END { print $4 + 0 }')" -gt 4000000 ]; then
	builds=$root
	root=$(mktemp -d /dev/shm/discussions-XXXXXX)
	printf '#!/bin/sh\n' >"$root/program" && chmod 700 "$root/program"
	if "$root/program" 2>/dev/null; then
		export GOTMPDIR="$builds"
	else # no programs may be there
		rm -r "$root"
		root=$builds builds=
	fi
fi

# Ends what is left of the session, and removes its folders, even when this shell is killed.
setpriv --pdeathsig TERM "$(dirname "$0")/sweep.sh" "DISCUSSIONS_SESSION=$root" "$root" ${builds:+"$builds"} </dev/null >/dev/null 2>&1 &
sweeper=$!

# What programs put somewhere goes into the folder that goes at the end; the settings and the cache of Go stay the user's.
if command -v go >/dev/null; then
	GOENV=$(go env GOENV) GOCACHE=$(go env GOCACHE)
	export GOENV GOCACHE
fi
case "${WAYLAND_DISPLAY:-/}" in
/*) ;;
*) export WAYLAND_DISPLAY="${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY" ;;
esac
if [ -x /snap/bin/chromium ]; then # Ubuntu's: a snap starts in the user's own session only
	mkdir "$root/bin"
	own="/run/user/$(id -u)"
	printf '#!/bin/sh\nXDG_RUNTIME_DIR=%s DBUS_SESSION_BUS_ADDRESS=unix:path=%s/bus exec /snap/bin/chromium "$@"\n' "$own" "$own" >"$root/bin/chromium"
	chmod 700 "$root/bin/chromium"
	PATH="$root/bin:$PATH"
fi
mkdir -p "$root/data/keyrings" "$root/config" "$root/cache" "$root/run" "$root/t"
chmod 700 "$root/run"
export XDG_DATA_HOME="$root/data" XDG_CONFIG_HOME="$root/config" XDG_CACHE_HOME="$root/cache" XDG_RUNTIME_DIR="$root/run" TMPDIR="$root/t"

mkfifo "$root/ready"
help "$root/ready" dbus-daemon --session --nofork --address="unix:path=$root/run/bus" --print-address=3
read -r DBUS_SESSION_BUS_ADDRESS <"$root/ready" || fail "The session bus (dbus-daemon) did not start."
export DBUS_SESSION_BUS_ADDRESS
# "\n" is the empty password of the keyring that is made now. The daemon goes on in the background, ready or not, and ends with
# its bus.
{
	printf '\n' | gnome-keyring-daemon --unlock --components=secrets
	dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.DBus.Peer.Ping
} >/dev/null 2>&1 || fail "The secret service (gnome-keyring-daemon) did not start."

if [ -z "${DISCUSSIONS_KEEP_DISPLAY:-}" ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	unset WAYLAND_DISPLAY
	help "$root/ready" Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp -noreset
	read -r number <"$root/ready" || fail "The virtual screen (Xvfb) did not start."
	export DISPLAY=":$number" DISCUSSIONS_SCREEN=virtual LIBGL_ALWAYS_SOFTWARE=1
	help /dev/null openbox
fi

# In the background, as a shell that waits for a foreground command hears no signal; such a command would ignore SIGINT.
DISCUSSIONS_SESSION="$root" env --default-signal=INT,QUIT "$@" <&0 &
command=$!
status=0
wait "$command" || status=$?
exit "$status"

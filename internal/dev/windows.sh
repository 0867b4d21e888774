#!/bin/sh
# Runs tests as programs of Windows, under Wine, in a Windows of their own that goes at the end: windows.sh PACKAGE...
# The packages need no C. What Wine 8 lacks for them is in windows.c.
set -eu

here=$(dirname "$0")
wine=/usr/lib/wine/wine64 server=/usr/lib/wine/wineserver64 # Debian's
[ -x $wine ] || wine=$(command -v wine64 || command -v wine) || { echo "Wine is needed." >&2; exit 1; }
[ -x $server ] || server=$(command -v wineserver)

root=$(mktemp -d "${TMPDIR:-/tmp}/discussions-XXXXXX")
tests=
# Ends what is left, even when this shell is killed.
setpriv --pdeathsig TERM "$here/sweep.sh" "WINEPREFIX=$root/windows" "$root" </dev/null >/dev/null 2>&1 &
sweeper=$!
end() {
	trap '' HUP INT TERM
	[ -z "$tests" ] || kill "$tests" 2>/dev/null || true
	"$server" -k 2>/dev/null || true
	"$server" -w || true
	kill "$sweeper" 2>/dev/null || true
	wait
	rm -rf "$root"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# No screen, no download of .NET or of a browser engine, no entries in the menus of the user's desktop.
unset DISPLAY WAYLAND_DISPLAY
mkdir "$root/windows"
export WINEPREFIX="$root/windows" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=;bcryptprimitives=n'
(
	umask 077 # Wine derives a file's access list from its mode, and inherits none: so files are the user's alone, as in a profile
	"$server" -p
)
# Any first program makes the Windows. "wineboot" itself would boot it twice: with two masters of services none can be started.
HOME="$root" "$wine" cmd /c exit >"$root/log" 2>&1 || { cat "$root/log" >&2; exit 1; }
x86_64-w64-mingw32-gcc -Wall -Os -s -shared -Wl,--image-base=0x1c0000000,--disable-dynamicbase \
	-o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" "$here/windows.c" -ladvapi32 -lntdll

# In the background, as a shell that waits for a foreground command hears no signal. Vetted they are by make check.
CGO_ENABLED=0 GOOS=windows go test -count=1 -vet=off -timeout 5m -exec "$wine" "$@" &
tests=$!
status=0
wait "$tests" || status=$?
tests=
exit "$status"

#!/usr/bin/env bash
# Installs, starts, upgrades, repairs and removes both Windows installers of a folder under Wine, in a Windows of its own:
# windows.sh FOLDER. Pictures of the first screen are left in FOLDER/../pictures. What Wine 8 cannot show is said at the end.
set -euo pipefail

from=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
wine=/usr/lib/wine/wine64 server=/usr/lib/wine/wineserver64 # Debian's
[ -x $wine ] || wine=$(command -v wine64 || command -v wine)
[ -x $server ] || server=$(command -v wineserver)
work=$(mktemp -d)
pictures=$from/../pictures
mkdir -p "$pictures"
end() {
	trap '' HUP INT TERM
	"$server" -k 2>/dev/null || true
	"$server" -w || true
	[ -z "${screen:-}" ] || kill "$screen" 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# shellcheck source=packaging/check/common.sh
. "$here/check/common.sh"

mkdir "$work/windows"
screen
unset WAYLAND_DISPLAY
export WINEPREFIX="$work/windows" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=;bcryptprimitives=n'
"$server" -p
export HOME="$work" # where Wine looks for folders such as the desktop
# Any first program makes the Windows; "wineboot" itself would boot it twice.
"$wine" cmd /c exit >"$work/boot" 2>&1 || { cat "$work/boot" >&2; exit 1; }
drive=$WINEPREFIX/drive_c
x86_64-w64-mingw32-gcc -Wall -Os -s -shared -Wl,--image-base=0x1c0000000,--disable-dynamicbase \
	-o "$drive/windows/system32/bcryptprimitives.dll" "$here/../internal/dev/windows.c" -ladvapi32 -lntdll
x86_64-w64-mingw32-gcc -Wall -Os -s -municode -o "$work/closeapp.exe" "$here/check/closeapp.c" 2>/dev/null ||
	x86_64-w64-mingw32-gcc -Wall -Os -s -o "$work/closeapp.exe" "$here/check/closeapp.c"
be() { # VERSION BUILD: Wine shows itself as that Windows, but for the build in the registry
	"$wine" reg add 'HKCU\Software\Wine' /v Version /d "$1" /f >/dev/null
	"$wine" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion' /v CurrentBuildNumber /d "$2" /f >/dev/null
}
be win10 17763
user=$(basename "$(find "$drive/users" -mindepth 1 -maxdepth 1 ! -name Public | head -1)")
local="$drive/users/$user/AppData/Local"

# The next version has the same program with a byte more, so that it can be told from this one.
version=$(basename "$from"/discussions-*-x64.msi)
version=${version#discussions-}
version=${version%-x64.msi}
next=${version%.*}.$((${version##*.} + 1))
(
	cd "$work"
	msiextract -C unpacked "$from/discussions-$version-x64.msi" >/dev/null
	cp "$(find unpacked -name Discussions.exe)" discussions.exe
	printf 'x' >>discussions.exe
	convert "$here/../assets/discussions.png" -resize 32x32 discussions.ico
	export SOURCE_DATE_EPOCH=1700000000
	"$here/windows/msi.sh" perMachine "$next" "$work/discussions-$next-x64.msi"
	"$here/windows/msi.sh" perUser "$next" "$work/discussions-$next-x64-user.msi"
)
cat >"$work/a good.toml" <<-'TOML'
	[organisation]
	name = "Maison de santé"
	domain = "chat.example.org"
	[login]
	issuer = "http://127.0.0.1:9"
	client_id = "discussions"
TOML
sed 's/client_id/client/' "$work/a good.toml" >"$work/broken.toml"

msi() { # EXPECTED ARGUMENT...: runs msiexec without a window; EXPECTED is works or refused
	local expected=$1 status=0
	shift
	timeout 300 "$wine" msiexec "$@" /qn >"$work/log" 2>&1 || status=$?
	case "$expected $status" in
	"works 0") ;;
	"works "*) fail "msiexec $* ended with $status" ;;
	"refused 0") fail "msiexec $* was not refused" ;;
	esac
}
registry() { { "$wine" reg query "$1" /s 2>/dev/null || true; } | tr -d '\r'; }
path() { "$wine" winepath -w "$1" | tr -d '\r'; }
wait_for() { # TEXT: in the log of the running program
	local i
	for ((i = 0; i < 600; i++)); do
		if grep -q "$1" "$work/log"; then return 0; fi
		kill -0 "$program" 2>/dev/null || fail "the program ended before it said $1"
		sleep 0.1
	done
	fail "the program does not say $1"
}
start() { # TEXT: the program, until it says that; sets program and elapsed
	local begun
	begun=$(now)
	# Wine says so where a program asks for something that Wine has not, such as RegisterApplicationRestart.
	WINEDEBUG=-all,fixme+process "$wine" "$exe" "${options[@]}" --log-level info >/dev/null 2>"$work/log" &
	program=$!
	wait_for "$1"
	elapsed=$(took "$begun")
}
stop() { # as an installer that replaces it
	timeout 60 "$wine" "$work/closeapp.exe" | grep >/dev/null asked || fail "no running program could be asked to end"
	local status=0
	wait "$program" || status=$?
	[ "$status" = 0 ] || fail "the program ended with $status"
}

try() { # SCOPE SUFFIX ROOT FOLDER PLACE
	local scope=$1 suffix=$2 root=$3 folder=$4 place=$5
	# Wine 8 lets no file of C: belong to the administrators, so a good file for everybody is refused there.
	local config='' options=(--config "$(path "$work/a good.toml")")
	if [ "$scope" = user ]; then config="CONFIG=$(path "$work/a good.toml")" options=(); fi
	local this="$from/discussions-$version-x64$suffix.msi" newer="$work/discussions-$next-x64$suffix.msi" before after begun
	exe=$folder/Discussions.exe
	before=$(registry "$root\\Software\\SPICO"; registry "$root\\Software\\Classes\\discussions"; registry "$root\\Software\\Classes\\AppUserModelId"; registry "$root\\Software\\Classes\\CLSID\\{4C0E5C1B-6E0D-4F3A-9B55-2D8A7E61F0C4}")

	msi refused /i "$(path "$this")" "CONFIG=$(path "$work/broken.toml")"
	[ ! -e "$exe" ] || fail "$scope: a broken CONFIG leaves the program"
	[ ! -e "$place" ] || fail "$scope: a broken CONFIG is put into its place"
	msi refused /i "$(path "$this")" 'CONFIG=C:\absent.toml'
	[ ! -e "$exe" ] || fail "$scope: an absent CONFIG leaves the program"

	for older in 'win7 7601' 'win81 9600' 'win10 17134'; do
		# shellcheck disable=SC2086 # version and build
		be $older
		msi refused /i "$(path "$this")"
		[ ! -e "$exe" ] || fail "$scope: installed on $older"
	done
	be win10 17763

	begun=$(now)
	msi works /i "$(path "$this")" ${config:+"$config"} AUTOSTART=1 DESKTOP=1
	echo "$scope: installed in $(took "$begun"), $(du -sb "$folder" | cut -f1) bytes"
	[ "$(find "$folder" -type f ! -name discussions.toml -printf %P)" = Discussions.exe ] || fail "$scope: in the folder: $(ls "$folder")"
	[ -z "$config" ] || cmp "$work/a good.toml" "$place" || fail "$scope: the deployment file"
	registry "$root\\Software\\Microsoft\\Windows\\CurrentVersion\\Run" | grep >/dev/null 'Discussions.exe" --hidden' || fail "$scope: AUTOSTART"
	registry "$root\\Software\\Classes\\discussions" | grep >/dev/null 'Discussions.exe" "%1"' || fail "$scope: the address discussions:"
	[ "$(find "$work" -name 'Discussions*.lnk' | wc -l)" = 2 ] || fail "$scope: the shortcuts: $(find "$work" -name '*.lnk')"
	"$wine" "$exe" --version | grep >/dev/null "discussions $version" || fail "$scope: --version"
	if "$wine" "$exe" --check-config "$(path "$work/broken.toml")" 2>"$work/sentence"; then fail "$scope: a broken file passes"; fi
	grep -q 'login.client" is not known here' "$work/sentence" || fail "$scope: no sentence: $(cat "$work/sentence")"

	start '"first frame"'
	echo "$scope: first screen after $elapsed"
	wait_for '"msg":"screen"'
	sleep 1 # for the picture only
	import -window root "$pictures/$scope.png"
	grep -q '"a deployment file is not used"' "$work/log" && fail "$scope: the deployment file is not used"
	timeout 60 "$wine" "$exe" "${options[@]}" >/dev/null 2>&1 || fail "$scope: the second start"
	kill -0 "$program" || fail "$scope: the second start ended the first"

	# Windows would end it, replace it, and start it again with what it has asked for: not after a crash, a hang or a reboot (11).
	local again
	again=$(sed -n 's/.*RegisterApplicationRestart (L"\(.*\)",11).*/\1/p' "$work/log" | sed 's/\\\(["\\]\)/\1/g')
	[[ $again == *--hidden ]] || fail "$scope: it did not ask to be started again: $again"
	stop
	cp -r "$local/Discussions/Profile" "$work/profile"
	msi works /i "$(path "$newer")"
	[ "$(stat -c %s "$exe")" = "$(stat -c %s "$work/discussions.exe")" ] || fail "$scope: not upgraded"
	diff -r "$work/profile" "$local/Discussions/Profile" || fail "$scope: the upgrade changed the profile"
	[ -z "$config" ] || cmp "$work/a good.toml" "$place" || fail "$scope: the upgrade changed the deployment file"
	local given=("${options[@]}")
	eval "options=($again)" # a path with a space is in quotes, as the shell has them
	start '"main window hidden"'
	grep -q '"a deployment file is not used"' "$work/log" && fail "$scope: after the upgrade, the deployment file is not used"
	timeout 60 "$wine" "$exe" "${given[@]}" >/dev/null 2>&1 || fail "$scope: a start beside the one that came back"
	wait_for '"first frame"'
	echo "$scope: after the upgrade, back in the tray after $elapsed; a second start shows it"
	stop
	msi refused /i "$(path "$this")"
	[ "$(stat -c %s "$exe")" = "$(stat -c %s "$work/discussions.exe")" ] || fail "$scope: the refused downgrade changed the program"
	rm "$exe"
	msi works /i "$(path "$newer")" REINSTALL=ALL REINSTALLMODE=amus # what /fa does; Wine 8 has it not
	[ -e "$exe" ] || fail "$scope: not repaired"

	if [ "$scope" = machine ]; then
		msi works /x "$(path "$newer")"
		[ -d "$local/Discussions/Profile" ] || fail "$scope: the profile went with the program"
		rm -rf "$local/Discussions"
	else
		msi works /x "$(path "$newer")" REMOVEPROFILE=1
		[ ! -e "$local/Discussions/Profile" ] || fail "$scope: the profile is left"
	fi
	[ ! -e "$exe" ] || fail "$scope: the program is left"
	[ -z "$(find "$work" -name 'Discussions*.lnk')" ] || fail "$scope: a shortcut is left"
	after=$(registry "$root\\Software\\SPICO"; registry "$root\\Software\\Classes\\discussions"; registry "$root\\Software\\Classes\\AppUserModelId"; registry "$root\\Software\\Classes\\CLSID\\{4C0E5C1B-6E0D-4F3A-9B55-2D8A7E61F0C4}")
	[ "$before" = "$after" ] || fail "$scope: keys are left: $after"
	if registry "$root\\Software\\Microsoft\\Windows\\CurrentVersion\\Run" | grep >/dev/null Discussions; then fail "$scope: it would still open at login"; fi
	rm -rf "$work/profile"
	echo "$scope: installed, started, upgraded, repaired and removed; wrong files, an older Windows and an older version refused"
}

try machine "" HKLM "$drive/Program Files/Discussions" "$drive/ProgramData/Discussions/discussions.toml"
rm -rf "$drive/ProgramData/Discussions"
try user -user HKCU "$local/Discussions" "$local/Discussions/discussions.toml"
echo "Not shown by Wine 8: a deployment file for everybody, the Restart Manager itself, features kept at an upgrade, notifications, rights of a user without administration."

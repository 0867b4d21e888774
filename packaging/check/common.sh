# What linux.sh and windows.sh share. They set work, a folder of their own.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of theirs

fail() {
	echo "${0##*/}: $*" >&2
	[ ! -e "$work/log" ] || tail -n 20 "$work/log" >&2
	exit 1
}
now() { date +%s%N; }
took() { echo $((($(now) - $1) / 1000000)) ms; }
screen() { # a virtual one; sets screen, its process, and DISPLAY
	local number
	mkfifo "$work/display"
	Xvfb -displayfd 3 -screen 0 1280x800x24 3>"$work/display" >/dev/null 2>&1 &
	screen=$!
	read -r number <"$work/display"
	export DISPLAY=:$number
}

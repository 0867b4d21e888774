#!/bin/sh
# go build of the program as people run it: build.sh ARGUMENT... takes the arguments of go build.
# Fyne comes with our changes of third_party/fyne, without its emoji font, as ours is in assets, without the animations that no
# screen needs, of which the cursor's would draw a window all the time, without templates in its texts, without its reader of
# FyneApp.toml, as main says the same, and, on Linux, without its tray.
# The changed module is kept in build/fyne-NUMBER; plain go build takes Fyne as it is published.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
patches="$root/third_party/fyne"

number=$(cat "$0" "$root/go.mod" "$root/go.sum" "$patches"/*.patch | cksum | sed 's/ .*//')
fyne="$root/build/fyne-$number"
if [ ! -d "$fyne" ]; then
	(
		cd "$root"
		go mod download fyne.io/fyne/v2
		version=$(go list -m -f '{{.Version}}' fyne.io/fyne/v2)
		mkdir -p build
		rm -rf build/fyne-*
		new=$(mktemp -d build/fyne-new-XXXXXX)
		trap 'rm -rf "$new"' EXIT
		cp -R "$(go list -m -f '{{.Dir}}' fyne.io/fyne/v2)" "$new/fyne"
		chmod -R u+w "$new"
		for change in "$patches"/*.patch; do
			patch -s -F0 -p1 -d "$new/fyne" <"$change" >"$new/log" 2>&1 || {
				cat "$new/log" >&2
				echo "third_party/fyne/${change##*/} does not apply to Fyne $version; third_party/fyne/README.md tells how to renew it." >&2
				exit 1
			}
		done
		rm "$new/log"
		{
			cat go.mod
			echo "replace fyne.io/fyne/v2 => ./build/fyne-$number/fyne"
		} >"$new/go.mod"
		cp go.sum "$new/go.sum"
		mv "$new" "$fyne"
	)
fi
tags=no_animations,no_emoji,no_metadata,no_templates
[ "$(go env GOOS)" != linux ] || tags=$tags,no_systray
exec go build -modfile="$fyne/go.mod" -tags "$tags" "$@"

#!/bin/sh
# go build of the program as people run it: build.sh ARGUMENT... takes the arguments of go build. build.sh --flags prints the flags with
# which go takes the same libraries, for tests.
# Fyne and GLFW come with our changes of third_party, Fyne without its emoji font, as ours is in assets, without the animations that no
# screen needs, of which the cursor's would draw a window all the time, without templates in its texts, without its reader of
# FyneApp.toml, as main says the same, and, on Linux, without its tray.
# The changed modules are kept in build/fyne-NUMBER; plain go build and go test take them as they are published.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
changed="fyne=fyne.io/fyne/v2 glfw=github.com/go-gl/glfw/v3.4/glfw" # folder=module

number=$(cat "$0" "$root/go.mod" "$root/go.sum" "$root"/third_party/*/*.patch | cksum | sed 's/ .*//')
fyne="$root/build/fyne-$number"
if [ ! -d "$fyne" ]; then
	(
		cd "$root"
		unset GOFLAGS # they may lead to changed modules
		mkdir -p build
		rm -rf build/fyne-*
		new=$(mktemp -d build/fyne-new-XXXXXX)
		trap 'rm -rf "$new"' EXIT
		cp go.mod go.sum "$new"
		for of in $changed; do
			name=${of%%=*} module=${of#*=}
			go mod download "$module"
			cp -R "$(go list -m -f '{{.Dir}}' "$module")" "$new/$name"
			chmod -R u+w "$new/$name"
			for change in third_party/"$name"/*.patch; do
				patch -s -F0 -p1 -d "$new/$name" <"$change" >"$new/log" 2>&1 || {
					cat "$new/log" >&2
					echo "$change does not apply to $module $(go list -m -f '{{.Version}}' "$module"); third_party/README.md tells how to renew it." >&2
					exit 1
				}
			done
			echo "replace $module => ./build/fyne-$number/$name" >>"$new/go.mod"
		done
		rm "$new/log"
		mv "$new" "$fyne"
	)
fi
tags=no_animations,no_emoji,no_metadata,no_templates
[ "$(go env GOOS)" != linux ] || tags=$tags,no_systray
if [ "${1:-}" = --flags ]; then
	echo "'-modfile=$fyne/go.mod' -tags=$tags" # in quotes, as the folder may have a space
	exit
fi
exec go build -modfile="$fyne/go.mod" -tags "$tags" "$@"

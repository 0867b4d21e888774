#!/usr/bin/env bash
# Checks that the commit that is checked out gives the same packages twice: reproducible.sh FOLDER [SYSTEM...]. It is cloned into two
# folders and built there under different conditions, both times without keys; the packages of the first are left in FOLDER. What is
# compiled is shared between both through Go's cache, unless COLD is set: then the second build has a cache of its own, and takes a
# quarter of an hour.
set -euo pipefail

mkdir -p "$1"
out=$(cd "$1" && pwd) # the builds below run in other folders
shift
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
unset AUTHENTICODE RPM_KEY MINISIGN_KEY
version=${VERSION:-0.0.1}

mkdir -p "$work/a deeper/folder"
git clone -q --shared "$source" "$work/one"
git clone -q --shared "$work/one" "$work/a deeper/folder/two"
(cd "$work/one" && umask 022 && TZ=UTC LC_ALL=C packaging/release.sh "$version" "$out" "$@")
(
	cd "$work/a deeper/folder/two"
	umask 077
	[ -z "${COLD:-}" ] || export GOCACHE="$work/cache"
	TZ=Asia/Tokyo LC_ALL=C.UTF-8 TMPDIR="$work/a deeper" packaging/release.sh "$version" build/elsewhere "$@"
)
if ! diff "$out/SHA256SUMS" "$work/a deeper/folder/two/build/elsewhere/SHA256SUMS"; then
	echo "reproducible.sh: these files differ between the two folders" >&2
	exit 1
fi
echo "The same bytes twice: $(wc -l <"$out/SHA256SUMS") files."

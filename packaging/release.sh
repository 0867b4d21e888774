#!/usr/bin/env bash
# Makes the packages: release.sh VERSION FOLDER [SYSTEM...]; a SYSTEM is linux, arm64 or windows, all by default. VERSION is as in
# 1.2.3. The commit that is checked out is built; the same commit gives the same bytes, but for signatures. What signs comes from
# outside, see sign.sh. UPDATE_KEY is the public minisign key, such as RWQ…, with which the program checks notices of updates;
# without it, it looks for none.
set -euo pipefail

version=$1 out=$2
shift 2
systems=${*:-linux arm64 windows}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "release.sh: $version is no version such as 1.2.3" >&2; exit 2; }
[[ ${UPDATE_KEY:-} =~ ^[A-Za-z0-9+/=]*$ ]] || { echo "release.sh: UPDATE_KEY is no public key of minisign" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo "release.sh: what was changed here is not committed" >&2; exit 2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH VERSION=$version MAINTAINER=${MAINTAINER:-SPICO <support@example.org>} HOMEPAGE=${HOMEPAGE:-https://www.example.org}
export DOWNLOADS=${DOWNLOADS:-https://www.example.org/discussions/$version} # where the files of this release will lie
export TZ=UTC LC_ALL=C.UTF-8 GOFLAGS="${GOFLAGS:-} -buildvcs=false"
umask 022
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK" cmd/discussions/resources_windows_amd64.syso' EXIT
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
flags="-s -w -buildid= -X main.version=$version -X main.built=$date -X main.updateKey=${UPDATE_KEY:-}"

icons() { # SIZE...: into $WORK/icons
	mkdir -p "$WORK/icons"
	local size
	for size in "$@"; do
		convert assets/discussions.png -resize "${size}x$size" -strip -define png:exclude-chunks=date,time "$WORK/icons/$size.png"
	done
}

contents() { # what is in the program, by module and licence; its tool reads a clone only, not a worktree
	git clone -q --depth=1 "file://$PWD" "$WORK/source"
	git -C "$WORK/source" -c user.name=release -c user.email=release tag "v$version" 2>/dev/null || true
	(cd "$WORK/source" && go run "$sbom" app -json -licenses -noserial -notimestamp -main cmd/discussions -output "$out/discussions-$version.sbom.json" . 2>"$WORK/sbom.log") ||
		{ cat "$WORK/sbom.log" >&2; return 1; }
	rm -rf "$WORK/source"
}

copyright() { # for the packages: our licence, and those of the modules
	echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
	echo "Upstream-Name: Discussions"
	echo
	echo "Files: *"
	echo "Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) SPICO and the authors of Discussions"
	echo "License: Apache-2.0"
	echo " On Debian systems the licence is in /usr/share/common-licenses/Apache-2.0."
	echo
	echo "Comment: The program holds these modules, under the licences named."
	jq -r '.components[] | " " + .name + " " + .version + ": " + ([.evidence.licenses[]?.license.id // empty] | unique | if length == 0 then ["see the module"] else . end | join(", "))' "$out/discussions-$version.sbom.json"
}

changelog() { # in Debian's form; what changed is in the notes of the release
	printf 'discussions (%s) stable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' "$version" "$version" "$MAINTAINER" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

# squeeze packs a .deb, as nfpm's own xz makes it a sixth larger.
squeeze() {
	local folder="$WORK/deb" filter=
	[ "$ARCH" != amd64 ] || filter=--x86 # makes jumps of that processor alike; for arm64 older systems have none
	rm -rf "$folder"
	mkdir "$folder"
	(cd "$folder" && ar x "$1" && xz -T1 $filter --lzma2=preset=9e,dict=64MiB data.tar && rm "$1" &&
		ar rcD "$1" debian-binary control.tar* data.tar.xz)
}

# packages ARCHITECTURE: a .deb, an .rpm and a .tar.gz of the program in $WORK/discussions.
packages() {
	local name kind
	export ARCH=$1
	icons 16 24 32 48 64 128 256
	for name in org.spico.discussions.metainfo.xml discussions.1; do
		sed "s/@VERSION@/$version/; s/@DATE@/$date/" "packaging/linux/$name" >"$WORK/$name"
	done
	gzip -9nf "$WORK/discussions.1"
	copyright >"$WORK/copyright"
	changelog | gzip -9n >"$WORK/changelog.gz"
	sed "s|\${WORK}|$WORK|g" packaging/linux/nfpm.yaml >"$WORK/nfpm.yaml"
	for kind in deb rpm; do
		go run "$nfpm" package -f "$WORK/nfpm.yaml" -p "$kind" -t "$out/" >/dev/null
	done
	squeeze "$out/discussions_${version}_$ARCH.deb"
	local folder="discussions-$version"
	rm -rf "${WORK:?}/$folder"
	mkdir -p "$WORK/$folder"
	cp "$WORK/discussions" packaging/linux/org.spico.discussions.desktop assets/discussions.svg LICENSE "$WORK/copyright" "$WORK/$folder/"
	tar -C "$WORK" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$folder" | gzip -9n >"$out/discussions-$version-linux-$ARCH.tar.gz"
}

linux() {
	internal/dev/build.sh -trimpath -buildmode=pie -ldflags "$flags" -o "$WORK/discussions" ./cmd/discussions
	packages amd64
}

arm64() {
	local folder=${XDG_CACHE_HOME:-$HOME/.cache}/discussions/sysroot-arm64
	packaging/linux/sysroot.sh arm64 "$folder"
	local root=$folder/root
	local libraries=$root/usr/lib/aarch64-linux-gnu
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$root/usr/share/pkgconfig \
		CGO_ENABLED=1 GOOS=linux GOARCH=arm64 CC="aarch64-linux-gnu-gcc --sysroot=$root -B$libraries" \
		internal/dev/build.sh -trimpath -buildmode=pie -ldflags "$flags" -o "$WORK/discussions" ./cmd/discussions
	packages arm64
}

windows() {
	icons 16 24 32 48 64 256
	convert "$WORK"/icons/{16,24,32,48,64,256}.png "$WORK/discussions.ico"
	sed "s/NUMBERS/${version//./,},0/; s/VERSION_TEXT/$version/; s/DATE_TEXT/$date/" packaging/windows/discussions.rc >"$WORK/discussions.rc"
	(cd "$WORK" && x86_64-w64-mingw32-windres --codepage=65001 discussions.rc -O coff -o resources.syso)
	cp "$WORK/resources.syso" cmd/discussions/resources_windows_amd64.syso
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc internal/dev/build.sh -trimpath -ldflags "$flags -H windowsgui" \
		-o "$WORK/discussions.exe" ./cmd/discussions
	"$here/sign.sh" windows "$WORK/discussions.exe"
	local scope name
	for scope in perMachine perUser; do
		name=discussions-$version-x64.msi
		[ "$scope" = perMachine ] || name=discussions-$version-x64-user.msi
		(cd "$WORK" && "$here/windows/msi.sh" "$scope" "$version" "$out/$name")
		"$here/sign.sh" windows "$out/$name"
	done
}

rm -rf "${out:?}"/{discussions[-_]*,notes-*,SHA256SUMS*,latest.json*,apt,winget,homebrew} # of an earlier release
contents
for system in $systems; do
	"$system"
done
for package in "$out"/*.rpm; do
	[ ! -e "$package" ] || "$here/sign.sh" rpm "$package"
done
awk -v v="$version" '/^## /{on = ($2 == v || $2 == "["v"]" || ($2 == "Unreleased" && !seen)); seen = 1} on' CHANGELOG.md >"$out/notes-$version.md"
"$here/manifests.sh" "$version" "$out"

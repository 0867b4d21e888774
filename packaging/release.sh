#!/usr/bin/env bash
# Makes the packages: release.sh VERSION FOLDER [SYSTEM...]; a SYSTEM is linux or windows, both by default. VERSION is as in 1.2.3.
# The same commit gives the same bytes, but for signatures. Keys come from outside:
#   SIGN_EXE     a command that signs the Windows file that is its argument (Authenticode), such as a script around osslsigncode
#   SIGN_SUMS    a command that signs the file of checksums that is its argument (minisign)
set -euo pipefail

version=$1 out=$2
shift 2
systems=${*:-linux windows}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "release.sh: $version is no version such as 1.2.3" >&2; exit 2; }
cd "$(dirname "$0")/.."
mkdir -p "$out"
out=$(cd "$out" && pwd)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH VERSION=$version MAINTAINER=${MAINTAINER:-SPICO <support@example.org>} HOMEPAGE=${HOMEPAGE:-https://www.example.org} ARCH=amd64
export TZ=UTC LC_ALL=C.UTF-8
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK" cmd/discussions/resources_windows_amd64.syso' EXIT
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
flags="-s -w -buildid= -X main.version=$version"

icons() { # SIZE...: into $WORK/icons
	mkdir -p "$WORK/icons"
	local size
	for size in "$@"; do
		convert assets/discussions.png -resize "${size}x$size" -strip -define png:exclude-chunks=date,time "$WORK/icons/$size.png"
	done
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

linux() {
	internal/dev/build.sh -trimpath -buildmode=pie -ldflags "$flags" -o "$WORK/discussions" ./cmd/discussions
	icons 16 24 32 48 64 128 256
	local name
	for name in org.spico.discussions.metainfo.xml discussions.1; do
		sed "s/@VERSION@/$version/; s/@DATE@/$date/" "packaging/linux/$name" >"$WORK/$name"
	done
	gzip -9n "$WORK/discussions.1"
	copyright >"$WORK/copyright"
	changelog | gzip -9n >"$WORK/changelog.gz"
	sed "s|\${WORK}|$WORK|g" packaging/linux/nfpm.yaml >"$WORK/nfpm.yaml"
	local kind
	for kind in deb rpm; do
		go run "$nfpm" package -f "$WORK/nfpm.yaml" -p "$kind" -t "$out/" >/dev/null
	done
	local folder="discussions-$version"
	mkdir -p "$WORK/$folder"
	cp "$WORK/discussions" packaging/linux/org.spico.discussions.desktop assets/discussions.svg LICENSE "$WORK/copyright" "$WORK/$folder/"
	tar -C "$WORK" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$folder" | gzip -9n >"$out/discussions-$version-linux-amd64.tar.gz"
}

windows() {
	icons 16 24 32 48 64 256
	convert "$WORK"/icons/{16,24,32,48,64,256}.png "$WORK/discussions.ico"
	sed "s/NUMBERS/${version//./,},0/; s/TEXT/\"$version\"/" packaging/windows/discussions.rc >"$WORK/discussions.rc"
	(cd "$WORK" && x86_64-w64-mingw32-windres --codepage=65001 discussions.rc -O coff -o resources.syso)
	cp "$WORK/resources.syso" cmd/discussions/resources_windows_amd64.syso
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc internal/dev/build.sh -trimpath -ldflags "$flags -H windowsgui" \
		-o "$WORK/discussions.exe" ./cmd/discussions
	[ -z "${SIGN_EXE:-}" ] || $SIGN_EXE "$WORK/discussions.exe"
	local scope name
	for scope in perMachine perUser; do
		name=discussions-$version-x64.msi
		[ "$scope" = perMachine ] || name=discussions-$version-x64-user.msi
		(cd "$WORK" && "$OLDPWD/packaging/windows/msi.sh" "$scope" "$version" "$out/$name")
		[ -z "${SIGN_EXE:-}" ] || $SIGN_EXE "$out/$name"
	done
}

# What is in the program, by module and licence.
go run "$sbom" app -json -licenses -noserial -main cmd/discussions -output "$out/discussions-$version.sbom.json" . 2>/dev/null
for system in $systems; do
	"$system"
done
awk -v v="$version" '/^## /{on = ($2 == v || $2 == "["v"]" || ($2 == "Unreleased" && !seen)); seen = 1} on' CHANGELOG.md >"$out/notes-$version.md"
(cd "$out" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' -printf '%P\n' | sort | xargs sha256sum >SHA256SUMS)
[ -z "${SIGN_SUMS:-}" ] || $SIGN_SUMS "$out/SHA256SUMS"

#!/usr/bin/env bash
# Checks what is in the packages of a folder: contents.sh FOLDER [KIND...]; a KIND is a function check_KIND below, all by default. The lists are
# beside this script.
set -euo pipefail

export LC_ALL=C
from=$(cd "$1" && pwd)
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "contents.sh: $*" >&2; exit 1; }
same() { # NAME LIST: the list on standard input
	diff -u "$here/$2" - || fail "$1 holds something else than $2"
}
cd "$work"

check_deb() {
	for package in "$from"/*.deb; do
		name=${package##*/}
		dpkg-deb -c "$package" | awk '$1 !~ /^d/ {print $1, $2, substr($6, 2)}' | sort -k3 | same "$name" linux.txt
		lintian --fail-on error --no-tag-display-limit --suppress-tags embedded-library "$package" >lintian 2>&1 || { cat lintian >&2; fail "$name: lintian"; }
		rm -rf files
		dpkg-deb -x "$package" files
		desktop-file-validate files/usr/share/applications/*.desktop || fail "$name: the desktop entry"
		appstreamcli validate --no-net --no-color files/usr/share/metainfo/*.xml >appstream || { cat appstream >&2; fail "$name: the metainfo"; }
		LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z files/usr/share/man/man1/discussions.1.gz 2>warnings >/dev/null
		[ ! -s warnings ] || { cat warnings >&2; fail "$name: the manual"; }
		for size in 16 24 32 48 64 128 256; do
			[ "$(identify -format '%wx%h' "files/usr/share/icons/hicolor/${size}x$size/apps/org.spico.discussions.png")" = "${size}x$size" ] || fail "$name: the icon of $size"
		done
		readelf -hd files/usr/bin/discussions >elf
		grep -q 'Type: *DYN' elf || fail "$name: the program is at a fixed place in memory"
	done
}

check_rpm() {
	for package in "$from"/*.rpm; do
		rpm --dbpath "$work/rpm" -qlp "$package" 2>/dev/null | grep -v '^/etc/discussions$' | sort >list
		grep -v changelog "$here/linux.txt" | awk '{print $3}' | sort | diff -u - list || fail "${package##*/} holds something else"
	done
}

check_tarball() {
	for package in "$from"/*-linux-*.tar.gz; do
		tar -tzf "$package" | grep -v '/$' | sed 's|^[^/]*/||' | sort | same "${package##*/}" tar.txt
	done
}

check_msi() {
	for package in "$from"/*.msi; do
		msiextract -l "$package" | sed 's|.*/||' | sort | same "${package##*/}" windows.txt
		msiinfo export "$package" Registry | tr -d '\r' | awk -F '\t' 'NR > 3 {print $3, $4}' | sort | same "${package##*/}: registry" registry.txt
	done
}

check_exe() {
	rm -rf exe
	msiextract -C exe "$(find "$from" -name '*-x64.msi')" >/dev/null
	exe=$(find exe -name '*.exe')
	icon=$(wrestool -l "$exe" | grep -c group_icon) || fail "the program of Windows has no icon"
	[ "$icon" = 1 ] || fail "$icon icons"
	wrestool -x --raw -t 16 "$exe" | tr -d '\0' >version
	for text in "CompanyName.*SPICO" "ProductName.*Discussions" ProductVersion; do
		grep -aq "$text" version || fail "the program of Windows does not say $text"
	done
	grep -aEq 'ProductVersion[^(]*\(20[0-9]{2}-[0-9]{2}-[0-9]{2}\)' version || fail "the program of Windows does not say when it was built"
}

check_others() {
	jq -e '.bomFormat == "CycloneDX" and (.components | length) > 30 and ([.components[] | select((.evidence.licenses // []) == [])] | length) == 0' "$from"/*.sbom.json >/dev/null ||
		fail "the list of modules: $(jq -r '.components[] | select((.evidence.licenses // []) == []) | .name' "$from"/*.sbom.json)"
	(cd "$from" && sha256sum --quiet -c SHA256SUMS) || fail "SHA256SUMS"
	for file in "$from"/winget/*/*.installer.yaml; do
		for package in "$from"/*.msi; do
			grep -qi "InstallerSha256: $(sha256sum <"$package" | cut -d' ' -f1)" "$file" || fail "winget: the checksum of ${package##*/}"
		done
	done
	for package in "$from"/*.deb; do
		grep -q "^SHA256: $(sha256sum <"$package" | cut -d' ' -f1)" "$from"/apt/dists/stable/main/binary-*/Packages || fail "apt: ${package##*/}"
	done
	jq -e '.product == "org.spico.discussions" and .version and .published' "$from/latest.json" >/dev/null || fail "latest.json"
}

check_sizes() { # in bytes, and what they may be at most
	local limit
	for limit in 'discussions_*.deb 13500000' 'discussions-*.msi 15000000'; do
		# shellcheck disable=SC2086 # a pattern
		find "$from" -maxdepth 1 -name ${limit% *} -size +"${limit#* }"c -printf '%f is larger than '"${limit#* }"' bytes\n'
	done >large
	[ ! -s large ] || fail "$(cat large)"
	find "$from" -maxdepth 1 -type f -size +100k -printf '%s %f\n' | sort -k2
}

[ $# -gt 0 ] || set -- deb rpm tarball msi exe others sizes
for kind in "$@"; do
	"check_$kind"
done

#!/usr/bin/env bash
# Fills a folder with what linking for another architecture needs: sysroot.sh ARCHITECTURE FOLDER. The packages come from this
# computer's Debian sources, through an apt of their own: nothing is installed, and dpkg learns of no foreign architecture.
set -euo pipefail

architecture=$1 folder=$2
[ ! -e "$folder/complete" ] || exit 0
rm -rf "$folder"
mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
folder=$(cd "$folder" && pwd)
: >"$folder/apt/status"
apt() {
	apt-get -qq -o Dir::State="$folder/apt/state" -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache" \
		-o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=root -o Debug::NoLocking=true "$@"
}
apt update
apt install --download-only -y --no-install-recommends libc6-dev linux-libc-dev libgl-dev libx11-dev libxcursor-dev libxi-dev libxinerama-dev \
	libxrandr-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev libegl-dev >/dev/null
mkdir "$folder/root"
for package in "$folder"/apt/cache/archives/*.deb; do
	dpkg-deb -x "$package" "$folder/root"
done
rm -rf "$folder/apt"
touch "$folder/complete"

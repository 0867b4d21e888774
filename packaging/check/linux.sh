#!/usr/bin/env bash
# Installs, starts, upgrades and removes the packages of a folder in a Debian of its own, which has nothing else: linux.sh FOLDER. Needs
# root, and Debian's packages once; the empty Debian is kept in the user's cache.
set -euo pipefail

from=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/discussions
work=$(mktemp -d)
root=$work/root
end() {
	trap '' HUP INT TERM
	umount -l "$root/proc" "$root" 2>/dev/null || true # even while something is ending there
	[ -z "${screen:-}" ] || kill "$screen" 2>/dev/null || true
	[ -z "${web:-}" ] || kill "$web" 2>/dev/null || true
	GNUPGHOME=$work/gnupg gpgconf --kill all 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# shellcheck source=packaging/check/common.sh
. "$here/check/common.sh"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 DISPLAY="${DISPLAY:-}" "$@"; }
apt() { inside apt-get -qq -o Dpkg::Use-Pty=0 "$@" >"$work/log" 2>&1 || fail "apt-get $*"; }

# With what the program needs, so that only its own files come and go below. What it needs may change: the name says for what it was made.
depends=$(dpkg-deb -f "$from"/discussions_*_amd64.deb Depends | tr ',' '\n' | sed 's/ *(.*//; s/^ *//')
image=$cache/bookworm-amd64-$(cksum <<<"$depends" | cut -d' ' -f1).tar
mkdir "$root"
mount -t tmpfs -o size=1500m discussions "$root" # a disk of its own, which can be full
if [ ! -e "$image" ]; then
	mkdir -p "$cache"
	debootstrap --variant=minbase bookworm "$root" >"$work/log" 2>&1 || fail "debootstrap"
	rm -f "$cache"/bookworm-amd64*.tar
	# shellcheck disable=SC2086 # one package each
	apt install -y --no-install-recommends $depends libgl1-mesa-dri
	inside apt-get clean
	tar -C "$root" -cf "$image.new" .
	mv "$image.new" "$image"
else
	tar -C "$root" -xf "$image"
fi
mount -t proc proc "$root/proc"
screen

# The repository as make release lays it out, signed by a key of the run; first with an older version of the same program.
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Test <test@example.org>' rsa3072 sign 1d 2>/dev/null
gpg --batch --armor --export-secret-keys >"$work/key"
publish() { # VERSION DEB
	rm -rf "$root/srv/apt" "$work/packages"
	mkdir "$work/packages"
	cp "$2" "$work/packages/"
	(unset GNUPGHOME && MAINTAINER="SPICO <support@example.org>" HOMEPAGE=https://www.example.org DOWNLOADS=https://www.example.org SOURCE_DATE_EPOCH=$(date +%s) \
		APT_KEY=$work/key "$here/manifests.sh" "$1" "$work/packages")
	mkdir -p "$root/srv"
	mv "$work/packages/apt" "$root/srv/apt"
}
package=$(find "$from" -maxdepth 1 -name 'discussions_*_amd64.deb')
version=$(dpkg-deb -f "$package" Version)
dpkg-deb -R "$package" "$work/older"
sed -i 's/^Version: .*/Version: 0.0.0/' "$work/older/DEBIAN/control"
dpkg-deb -Znone --root-owner-group -b "$work/older" "$work/discussions_0.0.0_amd64.deb" >/dev/null
publish 0.0.0 "$work/discussions_0.0.0_amd64.deb"
cp "$root/srv/apt/discussions.gpg" "$root/usr/share/keyrings/discussions.gpg"
mkfifo "$work/address"
python3 -u -m http.server --bind 127.0.0.1 --directory "$root/srv" 0 >"$work/address" 2>/dev/null &
web=$!
read -r served <"$work/address" # Serving HTTP on 127.0.0.1 port 12345 …
port=${served#* port }
echo "deb [signed-by=/usr/share/keyrings/discussions.gpg] http://127.0.0.1:${port%% *}/apt stable main" >"$root/etc/apt/sources.list"

list() { (cd "$root" && find etc usr opt var/lib -xdev ! -path 'var/lib/dpkg*' ! -path 'var/lib/apt*' ! -path '*/ldconfig/*' ! -path 'usr/share/keyrings/discussions*' | sort); }
start() { # until the first screen, then it is ended as a session manager does
	local begun i pid
	begun=$(now)
	inside discussions --log-level info --data /tmp/profile --config /etc/discussions/discussions.toml >/dev/null 2>"$work/log" &
	pid=$!
	for ((i = 0; i < 300; i++)); do
		if grep -q '"first frame"' "$work/log"; then break; fi
		kill -0 "$pid" 2>/dev/null || fail "the program ended before its first screen"
		sleep 0.1
	done
	[ "$i" -lt 300 ] || fail "no first screen"
	took "$begun"
	kill -TERM "$(pgrep -P "$pid" || echo "$pid")" 2>/dev/null || kill -TERM "$pid"
	wait "$pid" || fail "the program did not end in order"
}

before=$(list)
apt update
begun=$(now)
apt install -y discussions
echo "installed in $(took "$begun"), $(dpkg-deb -f "$package" Installed-Size) KiB"
cat >"$work/good.toml" <<-'TOML'
	[organisation]
	name = "Maison de santé"
	domain = "chat.example.org"
	[login]
	issuer = "http://127.0.0.1:9"
	client_id = "discussions"
TOML
cp "$work/good.toml" "$root/tmp/good.toml"
sed 's/client_id/client/' "$work/good.toml" >"$root/tmp/broken.toml"
inside discussions --install-config /tmp/broken.toml >/dev/null 2>"$work/log" && fail "a broken deployment file is put into its place"
grep -q 'login.client" is not known here' "$work/log" || fail "no sentence for a broken deployment file"
[ ! -e "$root/etc/discussions/discussions.toml" ] || fail "a broken deployment file is in its place"
inside discussions --install-config /tmp/good.toml >"$work/log" 2>&1 || fail "a deployment file"
[ "$(stat -c '%a %u' "$root/etc/discussions/discussions.toml")" = "644 0" ] || fail "the rights of the deployment file"
inside discussions --version | grep >/dev/null -E "^discussions $version 20[0-9]{2}-[0-9]{2}-[0-9]{2}$" || fail "--version"
echo "first screen after $(start)"
grep -q '"a deployment file is not used"' "$work/log" && fail "the deployment file is not used"

# An older program refuses the profile of a newer one, and changes nothing in it.
cp "$root/tmp/profile/profile.json" "$work/mark"
sed -i 's/"messages": [0-9]*/"messages": 9999/' "$root/tmp/profile/profile.json"
contents() { (cd "$root/tmp/profile" && find . -type f ! -name '*.lock' -exec sha256sum {} + | sort); }
untouched=$(contents)
inside timeout -s INT 30 discussions --data /tmp/profile --config /etc/discussions/discussions.toml >/dev/null 2>"$work/log" &
program=$!
for ((i = 0; i < 100; i++)); do
	if grep -q 'used by a newer version' "$work/log"; then break; fi
	sleep 0.1
done
[ "$i" -lt 100 ] || fail "the profile of a newer version is not refused"
kill "$program" 2>/dev/null || true
wait "$program" 2>/dev/null || true
[ "$untouched" = "$(contents)" ] || fail "the refused profile was changed"
cp "$work/mark" "$root/tmp/profile/profile.json"
echo "the profile of a newer version is refused and left as it was"

publish "$version" "$package"
apt update

# A full disk, and a computer that is switched off in the middle: there is a program all the time, and the next try succeeds.
runs() { inside discussions --version | grep >/dev/null "^discussions $version " || fail "$1: no program"; }
fallocate -l $(($(df -B1 --output=avail "$root" | tail -n 1) - (20 << 20))) "$root/var/full"
inside apt-get -qq install -y --only-upgrade discussions >"$work/log" 2>&1 && fail "upgraded on a full disk"
[ "$(inside dpkg-query -W -f '${Version}' discussions)" = 0.0.0 ] || fail "the upgrade on a full disk took place"
runs "a full disk"
rm "$root/var/full"
inside dpkg --unpack "/srv/apt/pool/main/d/discussions/${package##*/}" >"$work/log" 2>&1 || fail "dpkg --unpack"
runs "half an upgrade"
inside dpkg --configure -a >"$work/log" 2>&1 || fail "dpkg --configure"
cp "$work/discussions_0.0.0_amd64.deb" "$root/tmp/"
inside dpkg --force-downgrade -i /tmp/discussions_0.0.0_amd64.deb >"$work/log" 2>&1 || fail "back to the older version"

apt install -y --only-upgrade discussions
[ "$(inside dpkg-query -W -f '${Version}' discussions)" = "$version" ] || fail "not upgraded"
cmp "$work/good.toml" "$root/etc/discussions/discussions.toml" || fail "the upgrade changed the deployment file"
echo "after the upgrade, first screen after $(start)"
sed -i 's/^Suite: stable/Suite: stolen/' "$root/srv/apt/dists/stable/InRelease"
inside apt-get -qq update >"$work/log" 2>&1 && ! grep -qi 'signature' "$work/log" && fail "a changed repository is accepted"

apt purge -y discussions
rm -f "$root/etc/discussions/discussions.toml" # the administrator's
rmdir "$root/etc/discussions" 2>/dev/null || true
diff <(echo "$before") <(list) || fail "these files are left, or gone"
[ -d "$root/tmp/profile" ] || fail "the profile went with the program"
echo "deb: installed from the repository, started, upgraded, on a full disk as well, and removed"

# rpm's own Debian-free root: files and database only.
rpms=$work/rpm
mkdir "$rpms"
package=$(find "$from" -maxdepth 1 -name '*.x86_64.rpm')
elsewhere() { rpm --root "$rpms" --dbpath /var/lib/rpm "$@" 2>"$work/log"; }
elsewhere --initdb
elsewhere --nodeps --noscripts -i "$package" || fail "rpm -i"
elsewhere -V --nodeps discussions || fail "rpm -V"
elsewhere --nodeps --replacepkgs -U "$package" || fail "rpm -U"
"$rpms/usr/bin/discussions" --version | grep >/dev/null "^discussions $(elsewhere -q --qf '%{VERSION}' discussions) " || fail "the program of the rpm"
elsewhere --nodeps -e discussions || fail "rpm -e"
[ -z "$(find "$rpms" -path "$rpms/var" -prune -o -type f -print)" ] || fail "the rpm leaves files: $(find "$rpms" -path "$rpms/var" -prune -o -type f -print)"
echo "rpm: installed, verified, replaced and removed"
tar -C "$work" -xzf "$from"/discussions-*-linux-amd64.tar.gz
mv "$work"/discussions-*/ "$work/unpacked"
"$work/unpacked/discussions" --version | grep >/dev/null "^discussions " || fail "the program of the tar.gz"

# What is for arm64 runs on the libraries that it was linked with.
package=$(find "$from" -maxdepth 1 -name 'discussions_*_arm64.deb')
if [ -n "$package" ]; then
	dpkg-deb -x "$package" "$work/arm64"
	qemu-aarch64 -L "$cache/sysroot-arm64/root" "$work/arm64/usr/bin/discussions" --version | grep >/dev/null "^discussions $version " || fail "the program for arm64"
	echo "arm64: the program runs"
fi

#!/bin/sh
# Installs the Debian packages that the given purposes need and that are missing: packages.sh build|run|secrets|screen|test|wayland|windows|release|packages...
# Names them before it does. Needs root or sudo. No service that a package would start is left running, or starts at a login.
set -eu

command -v go >/dev/null || { echo "Go 1.26 is needed: https://go.dev/doc/install" >&2; exit 1; }

build="gcc libc6-dev patch pkg-config libgl1-mesa-dev libx11-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev
	libwayland-dev libxkbcommon-dev"
run="ejabberd erlang-p1-sqlite3 xdg-utils libgl1-mesa-dri"
secrets="dbus gnome-keyring"
screen="xvfb openbox chromium"
test="chromium xdotool xclip dunst imagemagick x11-utils weston fonts-noto-core fonts-noto-color-emoji
	xdg-desktop-portal glib-networking gsettings-desktop-schemas libglib2.0-bin dconf-gsettings-backend libproxy1-plugin-webkit
	minisign jq wixl msitools faketime uuid-runtime cabextract
	prosody prosody-modules lua-dbi-sqlite3 lua-luaossl postgresql erlang-p1-pgsql python3-slixmpp python3-cryptography slapd curl poppler-utils"
wayland="sway"
windows="wine64 gcc-mingw-w64-x86-64-win32"
release="gcc-mingw-w64-x86-64-win32 gcc-aarch64-linux-gnu libc6-dev-arm64-cross wixl msitools faketime uuid-runtime imagemagick jq git xz-utils
	binutils minisign osslsigncode rpm gnupg apt-utils"
packages="debootstrap icoutils lintian appstream desktop-file-utils man-db xvfb wine64 shellcheck openssl procps python3 qemu-user"

[ -r /etc/os-release ] && . /etc/os-release
case "${ID:-} ${ID_LIKE:-}" in
*debian*) ;;
*) exit 0 ;; # elsewhere the README says what to install
esac

wanted=
for purpose in "$@"; do
	case "$purpose" in
	build) wanted="$wanted $build" ;;
	run) wanted="$wanted $run" ;;
	secrets) wanted="$wanted $secrets" ;;
	screen) wanted="$wanted $screen" ;;
	test) wanted="$wanted $test" ;;
	wayland) wanted="$wanted $wayland" ;;
	windows) wanted="$wanted $windows" ;;
	release) wanted="$wanted $release" ;;
	packages) wanted="$wanted $packages" ;;
	*) echo "packages.sh: unknown purpose: $purpose" >&2; exit 2 ;;
	esac
done

missing=
for package in $wanted; do
	case "$package" in
	chromium) # Chrome does as well. Ubuntu has Chromium as a snap, which its package chromium-browser brings
		if command -v chromium || command -v chromium-browser || command -v google-chrome; then continue; fi >/dev/null
		if [ "${ID:-}" = ubuntu ]; then
			package=chromium-browser
			[ -S /run/snapd.socket ] || { echo "No snapd runs here, so no Chromium: please install Google Chrome." >&2; continue; }
		fi
		;;
	esac
	case " $missing " in *" $package "*) continue ;; esac
	case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "Installing the Debian packages that are missing; this can take some minutes:" >&2
echo "$missing" | fold -s -w 120 | sed 's/^ */  /' >&2
by_hand() {
	echo "Please run this as root, then the same command again:" >&2
	echo "  apt-get install --no-install-recommends$missing" >&2
	exit 1
}
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "Neither root nor sudo here." >&2; by_hand; }
	sudo=sudo
	sudo true || by_hand # asks for the password
fi

# While packages are being installed a policy refuses every start of a service; the machine's own, if any, is kept.
policy=/usr/sbin/policy-rc.d
ours=
log=$(mktemp)
end() {
	[ -z "$ours" ] || $sudo rm -f $policy
	rm -f "$log"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -e $policy ]; then
	ours=yes
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
	$sudo chmod 755 $policy
fi

# What these packages would start by themselves from the next boot or login on. A unit that is there already is its owner's.
units=
[ -e /etc/init.d/slapd ] || units=" system/slapd.service" # it has no unit of its own
for unit in system/ejabberd.service system/epmd.service system/epmd.socket system/prosody.service system/postgresql.service \
	user/gnome-keyring-daemon.service user/gnome-keyring-daemon.socket user/gcr-ssh-agent.service user/gcr-ssh-agent.socket; do
	[ -e "/usr/lib/systemd/$unit" ] || [ -e "/lib/systemd/$unit" ] || units="$units $unit"
done

apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}
apt update || true # one unreachable source of several need not matter
if ! apt install -y --no-install-recommends $missing; then
	tail -n 40 "$log" >&2
	echo "The packages could not be installed; see above." >&2
	by_hand
fi

# As systemctl disable does, which is not everywhere yet.
for unit in $units; do
	[ ! -d /etc/systemd ] || $sudo find /etc/systemd -type l -path "/etc/systemd/${unit%/*}/*.wants/${unit#*/}" -delete
done
for service in ejabberd prosody postgresql slapd; do
	case "$units" in
	*"/$service.service"*) [ ! -e "/etc/init.d/$service" ] || $sudo update-rc.d "$service" disable >/dev/null 2>&1 || true ;;
	esac
done

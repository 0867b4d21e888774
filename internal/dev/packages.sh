#!/bin/sh
# Installs the Debian packages that the given purposes need and that are missing: packages.sh build|run|test...
# Names them before it does. Needs root or sudo. No service that a package would start is left running.
set -eu

build="gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libwayland-dev libxkbcommon-dev"
run="ejabberd erlang-p1-sqlite3 xdg-utils libgl1-mesa-dri"
desktop="xvfb xauth openbox dbus gnome-keyring procps"
test="chromium xdotool dunst imagemagick x11-utils fonts-noto-core fonts-noto-color-emoji"

[ -r /etc/os-release ] && . /etc/os-release
case "${ID:-} ${ID_LIKE:-}" in
*debian*) ;;
*) exit 0 ;; # elsewhere the README says what to install
esac
# Ubuntu has no package "chromium": "chromium-browser" brings the same program as a snap.
if [ "${ID:-}" = ubuntu ]; then
	test=$(echo "$test" | sed 's/\bchromium\b/chromium-browser/')
fi

wanted=
for purpose in "$@"; do
	case "$purpose" in
	build) wanted="$wanted $build" ;;
	run) wanted="$wanted $run" ;;
	desktop) wanted="$wanted $desktop" ;;
	test) wanted="$wanted $test" ;;
	*) echo "packages.sh: unknown purpose: $purpose" >&2; exit 2 ;;
	esac
done

missing=
for package in $wanted; do
	case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "Installing the missing Debian packages:$missing" >&2
sudo=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Neither root nor sudo here. Please install them, then run the same command again." >&2
		exit 1
	fi
	sudo=sudo
fi

# A policy that refuses every start of a service while packages are being installed; the machine's own, if any, is kept.
policy=/usr/sbin/policy-rc.d
ours=
if [ ! -e $policy ]; then
	ours=yes
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
	$sudo chmod 755 $policy
fi
trap '[ -z "$ours" ] || $sudo rm -f $policy' EXIT INT TERM
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends $missing >&2
case "$missing" in
*ejabberd*) # ours is started by the sandbox: the machine's own is not to start at the next boot either
	if command -v systemctl >/dev/null; then
		$sudo systemctl disable --quiet ejabberd >/dev/null 2>&1 || true
	fi
	;;
esac

#!/bin/bash
# Makes the packages of macOS, on a Mac with Xcode's command line tools and Go: build.sh VERSION FOLDER [ARCHITECTURE...]. An
# ARCHITECTURE is arm64, x86-64 or universal, which is the default. From each come Discussions.app in a .pkg and in a .dmg. Keys come
# from the keychain:
#   SIGN_APP         "Developer ID Application: …"; without it, the program is signed for this Mac only and nothing is notarised
#   SIGN_INSTALLER   "Developer ID Installer: …"
#   NOTARY_PROFILE   the name under which "xcrun notarytool store-credentials" has put Apple's account
# UPDATE_KEY is as in release.sh. BUILD builds the program instead of internal/dev/build.sh.
set -euo pipefail

version=$1 out=$2
shift 2
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "build.sh: $version is no version such as 1.2.3" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
build=${BUILD:-internal/dev/build.sh}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
built=$(TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y-%m-%d)
export MACOSX_DEPLOYMENT_TARGET=12.0

compile() { # GOARCH CLANG'S NAME: into $work, once
	[ ! -e "$work/discussions-$1" ] || return 0
	CGO_ENABLED=1 GOOS=darwin GOARCH=$1 CC="clang -arch $2" CGO_CFLAGS="-O2 -mmacosx-version-min=12.0" CGO_LDFLAGS="-mmacosx-version-min=12.0" \
		"$build" -trimpath -ldflags "-s -w -X main.version=$version -X main.built=$built -X main.updateKey=${UPDATE_KEY:-}" -o "$work/discussions-$1" ./cmd/discussions
}

bundle() { # PROGRAM: into $work/stage
	local contents="$work/stage/Discussions.app/Contents" language
	rm -rf "$work/stage"
	mkdir -p "$contents/MacOS" "$contents/Resources"
	cp "$1" "$contents/MacOS/discussions"
	chmod 755 "$contents/MacOS/discussions"
	sed "s/@VERSION@/$version/" "$here/Info.plist" >"$contents/Info.plist"
	printf 'APPL????' >"$contents/PkgInfo"
	cp "$here/discussions.icns" LICENSE "$contents/Resources/"
	for language in fr en; do # macOS offers the languages whose folder is there
		mkdir "$contents/Resources/$language.lproj"
		printf 'CFBundleDisplayName = "Discussions";\n' >"$contents/Resources/$language.lproj/InfoPlist.strings"
	done
}

sign() { # BUNDLE OR DISK IMAGE, FURTHER OPTION...
	local what=$1
	shift
	if [ -n "${SIGN_APP:-}" ]; then
		codesign --force --timestamp "$@" --sign "$SIGN_APP" "$what"
	else
		codesign --force "$@" --sign - "$what"
	fi
	codesign --verify --strict --verbose=2 "$what"
}

notarise() { # FILE: Apple looks at it, and the answer is attached, so that a Mac without a network accepts it
	if [ -z "${SIGN_APP:-}" ] || [ -z "${NOTARY_PROFILE:-}" ]; then return 0; fi
	xcrun notarytool submit "$1" --keychain-profile "$NOTARY_PROFILE" --wait
	xcrun stapler staple "$1"
	xcrun stapler validate "$1"
}

package() { # NAME'S END: of what is in $work/stage
	local name=discussions-$version$1
	rm -f "$out/$name.pkg" "$out/$name.dmg"
	if [ -n "${SIGN_INSTALLER:-}" ]; then
		productbuild --component "$work/stage/Discussions.app" /Applications --sign "$SIGN_INSTALLER" --timestamp "$out/$name.pkg"
	else
		productbuild --component "$work/stage/Discussions.app" /Applications "$out/$name.pkg"
	fi
	notarise "$out/$name.pkg"
	ln -s /Applications "$work/stage/Applications"
	hdiutil create -quiet -volname "Discussions $version" -srcfolder "$work/stage" -fs HFS+ -format UDZO "$out/$name.dmg"
	sign "$out/$name.dmg"
	notarise "$out/$name.dmg"
}

for architecture in "${@:-universal}"; do
	case "$architecture" in
	arm64) compile arm64 arm64; program=$work/discussions-arm64 end=-arm64 ;;
	x86-64) compile amd64 x86_64; program=$work/discussions-amd64 end=-x86-64 ;;
	universal)
		compile arm64 arm64
		compile amd64 x86_64
		program=$work/discussions-universal end=
		lipo -create "$work/discussions-arm64" "$work/discussions-amd64" -output "$program"
		;;
	*)
		echo "build.sh: unknown architecture: $architecture" >&2
		exit 2
		;;
	esac
	bundle "$program"
	sign "$work/stage/Discussions.app" --options runtime --entitlements "$here/entitlements.plist"
	package "$end"
done
(cd "$out" && shasum -a 256 discussions-"$version"*.pkg discussions-"$version"*.dmg >SHA256SUMS-macos)

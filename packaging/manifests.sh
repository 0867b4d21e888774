#!/usr/bin/env bash
# Writes what tells others about the packages of a release: manifests.sh VERSION FOLDER, a folder with the packages. MAINTAINER,
# HOMEPAGE, DOWNLOADS and SOURCE_DATE_EPOCH are as in release.sh. Written are SHA256SUMS and, where their packages are there:
#   latest.json   the notice that the program looks for; MINIMUM, if set, is the version below which it must be replaced
#   winget/       for the Windows package manager
#   homebrew/     for Homebrew, once the .pkg of macOS has been copied to the folder
#   apt/          an apt repository, signed by APT_KEY, a file with a secret key of GnuPG without a passphrase, if set
set -euo pipefail

version=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
cd "$out"
name=${MAINTAINER:-SPICO}
name=${name%% <*}
sum() { sha256sum <"$1" | cut -d' ' -f1; }
property() { msiinfo export "$1" Property | tr -d '\r' | awk -F '\t' -v name="$2" '$1 == name {print $2}'; }

notice() {
	jq -n --arg version "$version" --arg minimum "${MINIMUM:-}" --arg published "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
		--arg notes "$DOWNLOADS/notes-$version.md" \
		'{product: "org.spico.discussions", version: $version, minimum: $minimum, published: $published, notes: $notes} | if .minimum == "" then del(.minimum) else . end' \
		>latest.json
	VERSION=$version "$here/sign.sh" file latest.json
}

# https://github.com/microsoft/winget-pkgs/tree/master/doc/manifest/schema/1.6.0
winget() {
	local folder=winget/$version id=SPICO.Discussions file scope
	mkdir -p "$folder"
	head() { printf '# yaml-language-server: $schema=https://aka.ms/winget-manifest.%s.1.6.0.schema.json\nPackageIdentifier: %s\nPackageVersion: %s\n' "$1" "$id" "$version"; }
	tail() { printf 'ManifestType: %s\nManifestVersion: 1.6.0\n' "$1"; }
	{
		head version
		echo "DefaultLocale: fr-FR"
		tail version
	} >"$folder/$id.yaml"
	{
		head installer
		echo "Platform: [Windows.Desktop]"
		echo "MinimumOSVersion: 10.0.17763.0"
		echo "InstallerType: msi"
		echo "UpgradeBehavior: install"
		echo "Installers:"
		for scope in machine user; do
			file=discussions-$version-x64.msi
			[ $scope = machine ] || file=discussions-$version-x64-user.msi
			echo "- Architecture: x64"
			echo "  Scope: $scope"
			echo "  InstallerUrl: $DOWNLOADS/$file"
			echo "  InstallerSha256: $(sum "$file" | tr a-f A-F)"
			echo "  ProductCode: '$(property "$file" ProductCode)'"
			echo "  AppsAndFeaturesEntries:"
			echo "  - DisplayName: $(property "$file" ProductName)"
			echo "    UpgradeCode: '$(property "$file" UpgradeCode)'"
		done
		tail installer
	} >"$folder/$id.installer.yaml"
	locale() { # TYPE LOCALE SUMMARY
		head "$1"
		printf 'PackageLocale: %s\nPublisher: %s\nPackageName: Discussions\nPackageUrl: %s\nLicense: Apache-2.0\nShortDescription: %s\nReleaseNotesUrl: %s\n' \
			"$2" "$name" "$HOMEPAGE" "$3" "$DOWNLOADS/notes-$version.md"
		tail "$1"
	}
	locale defaultLocale fr-FR "La messagerie des professionnels de santé" >"$folder/$id.locale.fr-FR.yaml"
	locale locale en-US "Messages between health professionals" >"$folder/$id.locale.en-US.yaml"
	unset -f head tail
}

homebrew() {
	mkdir -p homebrew/Casks
	cat >homebrew/Casks/discussions.rb <<-CASK
		cask "discussions" do
		  version "$version"
		  sha256 "$(sum "discussions-$version.pkg")"

		  url "$DOWNLOADS/discussions-#{version}.pkg"
		  name "Discussions"
		  desc "Messages between health professionals"
		  homepage "$HOMEPAGE/"

		  depends_on macos: ">= :monterey"

		  pkg "discussions-#{version}.pkg"

		  uninstall quit:    "org.spico.discussions",
		            pkgutil: "org.spico.discussions"

		  zap trash: "~/Library/Application Support/Discussions"
		end
	CASK
}

# The layout of https://wiki.debian.org/DebianRepository/Format.
apt() {
	local pool=pool/main/d/discussions suite=dists/stable arch
	mkdir -p "apt/$pool" "apt/$suite"
	cp ./*.deb "apt/$pool/"
	cd apt
	for arch in amd64 arm64; do
		mkdir -p "$suite/main/binary-$arch"
		apt-ftparchive -a "$arch" packages "$pool" >"$suite/main/binary-$arch/Packages"
		xz -T1 -9k "$suite/main/binary-$arch/Packages"
	done
	apt-ftparchive -o APT::FTPArchive::Release::Origin="$name" -o APT::FTPArchive::Release::Label=Discussions -o APT::FTPArchive::Release::Suite=stable \
		-o APT::FTPArchive::Release::Codename=stable -o APT::FTPArchive::Release::Architectures="amd64 arm64" \
		-o APT::FTPArchive::Release::Components=main release "$suite" | sed "s/^Date: .*/Date: $(date -u -R -d "@$SOURCE_DATE_EPOCH")/" >Release
	mv Release "$suite/Release"
	if [ -n "${APT_KEY:-}" ]; then
		GNUPGHOME=$(mktemp -d)
		export GNUPGHOME
		gpg --batch --quiet --import "$APT_KEY"
		gpg --batch --yes --clearsign --digest-algo SHA512 -o "$suite/InRelease" "$suite/Release"
		gpg --batch --yes --armor --detach-sign --digest-algo SHA512 -o "$suite/Release.gpg" "$suite/Release"
		gpg --batch --export >discussions.gpg # for /usr/share/keyrings
		gpgconf --kill all
		rm -rf "$GNUPGHOME"
	fi
	cd ..
}

there() { compgen -G "$1" >/dev/null; }
rm -rf winget homebrew apt
notice
if there "discussions-$version-x64-user.msi"; then winget; fi
if there "discussions-$version.pkg"; then homebrew; fi
if there "*.deb"; then apt; fi
find . -type f ! -name 'SHA256SUMS*' -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS
VERSION=$version "$here/sign.sh" file SHA256SUMS

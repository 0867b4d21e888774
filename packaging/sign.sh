#!/usr/bin/env bash
# Signs one file of a release: sign.sh KIND FILE. Keys come from outside; without a key, nothing is signed:
#   windows   Authenticode, by osslsigncode: AUTHENTICODE are its options that name certificate and key, such as
#             "-certs chain.pem -key key.pem" or "-pkcs11module …"; TIMESTAMP are those of the time stamp, such as "-ts http://…"
#   rpm       RPM_KEY is a file with a secret key of GnuPG without a passphrase; its public key is put beside FILE
#   file      FILE.minisig, by minisign: MINISIGN_KEY is the file of the secret key, MINISIGN_PASSWORD its password, if it has one
set -euo pipefail

kind=$1 file=$2
version=${VERSION:-}
case "$kind" in
windows)
	[ -n "${AUTHENTICODE:-}" ] || exit 0
	# shellcheck disable=SC2086 # they are lists of options
	osslsigncode sign $AUTHENTICODE ${TIMESTAMP:-} -h sha256 -n Discussions -in "$file" -out "$file.signed" >/dev/null
	mv "$file.signed" "$file"
	;;
rpm)
	[ -n "${RPM_KEY:-}" ] || exit 0
	GNUPGHOME=$(mktemp -d)
	export GNUPGHOME
	trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT
	gpg --batch --quiet --import "$RPM_KEY"
	gpg --batch --armor --export >"$(dirname "$file")/discussions-rpm.asc" # for rpm --import
	name=$(gpg --batch --list-secret-keys --with-colons | awk -F: '/^fpr/ {print $10; exit}')
	export GPG_TTY=none # it asks for nothing
	rpmsign --dbpath "$GNUPGHOME/rpm" --define "_gpg_name $name" --define "__gpg $(command -v gpg)" --addsign "$file" >/dev/null
	;;
file)
	[ -n "${MINISIGN_KEY:-}" ] || exit 0
	printf '%s\n' "${MINISIGN_PASSWORD:-}" | minisign -S -s "$MINISIGN_KEY" -m "$file" -t "Discussions $version ${file##*/}" >/dev/null
	;;
*)
	echo "sign.sh: unknown kind: $kind" >&2
	exit 2
	;;
esac

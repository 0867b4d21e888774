#!/usr/bin/env bash
# Checks that what sign.sh signs verifies, and what was changed afterwards does not: signatures.sh FOLDER, a folder with packages
# that release.sh has made. Keys are made for the run. The packages are copied first.
set -euo pipefail

from=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'GNUPGHOME=$work/gnupg gpgconf --kill all 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "signatures.sh: $*" >&2; exit 1; }
refused() { # WHAT COMMAND...: the command must fail
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then fail "$what is accepted"; fi
}
cd "$work"

# Checksums: minisign.
minisign -G -W -p minisign.pub -s minisign.key >/dev/null
minisign -G -W -p other.pub -s other.key >/dev/null
cp "$from/SHA256SUMS" .
MINISIGN_KEY=$work/minisign.key VERSION=1.2.3 "$here/sign.sh" file SHA256SUMS
minisign -Vm SHA256SUMS -p minisign.pub >log
grep -q "Discussions 1.2.3 SHA256SUMS" log || fail "the signature of SHA256SUMS"
refused "a signature of another key" minisign -Vm SHA256SUMS -p other.pub
sed -i '1s/^./x/' SHA256SUMS
refused "a changed SHA256SUMS" minisign -Vm SHA256SUMS -p minisign.pub

# Windows: Authenticode, with a time stamp of an authority of our own where osslsigncode can be one: not in Debian 12.
timestamp="-TSA-certs time.pem -TSA-key time.key"
{ osslsigncode sign --help 2>&1 || true; } | grep >/dev/null -e -TSA-certs || timestamp=
cat >authority.cnf <<-'CNF'
	[req]
	distinguished_name = name
	[name]
	[root]
	basicConstraints = critical,CA:TRUE
	[code]
	extendedKeyUsage = codeSigning
	[time]
	extendedKeyUsage = critical,timeStamping
CNF
openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 2 -subj /CN=root -config authority.cnf -extensions root 2>/dev/null
for use in code time; do
	openssl req -newkey rsa:2048 -nodes -keyout "$use.key" -out "$use.csr" -subj "/CN=$use" -config authority.cnf 2>/dev/null
	openssl x509 -req -in "$use.csr" -CA root.pem -CAkey root.key -CAcreateserial -days 1 -extfile authority.cnf -extensions "$use" -out "$use.pem" 2>/dev/null
done
for package in "$from"/*.msi; do
	name=${package##*/}
	cp "$package" "$name"
	refused "an unsigned $name" osslsigncode verify -CAfile root.pem -in "$name"
	AUTHENTICODE="-certs code.pem -key code.key" TIMESTAMP=$timestamp "$here/sign.sh" windows "$name"
	osslsigncode verify -CAfile root.pem -TSA-CAfile root.pem -in "$name" >log 2>&1 || { cat log >&2; fail "the signature of $name"; }
	grep -q "Signature verification: ok" log || fail "the signature of $name"
	msiextract -C "unpacked-$name" "$name" >/dev/null
	printf 'x' | dd of="$name" bs=1 seek=60000 conv=notrunc status=none
	refused "a changed $name" osslsigncode verify -CAfile root.pem -TSA-CAfile root.pem -in "$name"
done
exe=$(find . -name Discussions.exe | head -1)
cp "$exe" program.exe
AUTHENTICODE="-certs code.pem -key code.key" TIMESTAMP="" "$here/sign.sh" windows program.exe
osslsigncode verify -CAfile root.pem -in program.exe >log 2>&1 || { cat log >&2; fail "the signature of the program"; }

# RPM: GnuPG. rpm has a database of keys of its own.
export GNUPGHOME=$work/gnupg
mkdir -m 700 gnupg database
gpg --batch --quiet --passphrase '' --quick-generate-key 'Test <test@example.org>' rsa3072 sign 1d 2>/dev/null
gpg --batch --armor --export-secret-keys >rpm.key
for package in "$from"/*.rpm; do
	name=${package##*/}
	cp "$package" "$name"
	RPM_KEY=$work/rpm.key "$here/sign.sh" rpm "$name"
	refused "$name by an unknown key" rpmkeys --dbpath "$work/database" --define '_pkgverify_level signature' --checksig "$name"
	rpmkeys --dbpath "$work/database" --import discussions-rpm.asc
	rpmkeys --dbpath "$work/database" --define '_pkgverify_level signature' --checksig -v "$name" >log
	grep -q 'Signature.*: OK' log || fail "the signature of $name"
	printf 'x' | dd of="$name" bs=1 seek=60000 conv=notrunc status=none
	refused "a changed $name" rpmkeys --dbpath "$work/database" --define '_pkgverify_level signature' --checksig "$name"
	rm -rf database
	mkdir -m 700 database
done
[ -n "$timestamp" ] || echo "This osslsigncode makes no time stamps of its own: the signatures of the installers have none here."
echo "Signatures: checksums, installers and packages verify; changed ones and other keys are refused."

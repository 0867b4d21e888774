#!/bin/sh
# Makes an installer: msi.sh SCOPE VERSION OUT, in a folder with discussions.exe and discussions.ico. SCOPE: perMachine or perUser.
# The same inputs give the same bytes: the codes are made of them (UUID 5), and faketime holds the clock at SOURCE_DATE_EPOCH.
set -eu

scope=$1 version=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
code() { uuidgen --sha1 --namespace 8e0b2e0e-7b7b-4e37-9b0b-0c6e1d0a5f10 --name "$1" | tr '[:lower:]' '[:upper:]'; }
still() { faketime -f "@$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S') x0.001" "$@"; }
sql() { still msibuild "$out" -q "$1"; }

rm -f "$out"
still wixl -a x64 -D Version="$version" -D Scope="$scope" -D ProductCode="$(code "product $scope $version")" -o "$out" "$here/discussions.wxs"
# What wixl has no words for: the AppUserModelID of the shortcut, which toasts need, and the language.
sql 'CREATE TABLE `MsiShortcutProperty` (`MsiShortcutProperty` CHAR(72) NOT NULL, `Shortcut_` CHAR(72) NOT NULL, `PropertyKey` CHAR(255) NOT NULL, `PropVariantValue` CHAR(255) NOT NULL PRIMARY KEY `MsiShortcutProperty`)'
sql "INSERT INTO \`MsiShortcutProperty\` (\`MsiShortcutProperty\`, \`Shortcut_\`, \`PropertyKey\`, \`PropVariantValue\`) VALUES ('MenuAumid', 'MenuShortcut', 'System.AppUserModel.ID', 'org.spico.discussions')"
still msibuild "$out" -s "Discussions $version" SPICO "x64;1036" "{$(code "package $scope $version $(sha256sum <discussions.exe)")}"

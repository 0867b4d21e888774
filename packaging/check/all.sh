#!/usr/bin/env bash
# All checks of the packages, in the order in which they are worth most: all.sh FOLDER [SYSTEM...]. The packages are left in FOLDER.
set -euo pipefail

out=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
shellcheck -S warning "$here"/*.sh "$here"/../*.sh "$here"/../*/*.sh
"$here/reproducible.sh" "$out/packages" "$@"
for check in contents signatures linux windows; do
	echo "== $check"
	"$here/$check.sh" "$out/packages"
done

#!/bin/sh
# Checks the subjects of commits: "package: what" in at most 72 characters; the package is a folder ("ui/list"), a root file or a
# document ("README"), or several of them.
#
#	subjects.sh         the commits that main does not have; on main itself, the newest one
#	subjects.sh FILE    the message in FILE: as Git's commit-msg hook
set -eu

check() {
	awk '
	{ subject = substr($0, length($1) + 2) }
	length(subject) > 72 { print $1 ": the subject has " length(subject) " characters: " subject; bad = 1 }
	subject !~ /^[A-Za-z0-9._\/*-]+(, [A-Za-z0-9._\/*-]+)*: [^ ]/ { print $1 ": not \"package: what\": " subject; bad = 1 }
	END { exit bad }' >&2
}

if [ $# -gt 0 ]; then
	case $(head -n 1 "$1") in
	"fixup! "* | "squash! "* | "Merge "*) exit 0 ;;
	esac
	head -n 1 "$1" | sed 's/^/commit /' | check
	exit
fi

git rev-parse -q --verify HEAD >/dev/null 2>&1 || exit 0 # no checkout of Git
range=main..HEAD
[ -n "$(git rev-list --no-merges "$range" 2>/dev/null || true)" ] || range=-1
git log --no-merges --format='%h %s' "$range" | check

#!/bin/sh
# Checks the commits that main does not have; on main itself, the newest one. A subject is "package: what" in at most 72
# characters; the package is a folder ("ui/list"), a root file or a document ("README"), or several of them.
set -eu

git rev-parse -q --verify HEAD >/dev/null 2>&1 || exit 0 # no checkout of Git
range=main..HEAD
[ -n "$(git rev-list --no-merges "$range" 2>/dev/null || true)" ] || range=-1
git log --no-merges --format='%h %s' "$range" | awk '
	{ subject = substr($0, length($1) + 2) }
	length(subject) > 72 { print "commit " $1 ": the subject has " length(subject) " characters: " subject; bad = 1 }
	subject !~ /^[A-Za-z0-9._\/*-]+(, [A-Za-z0-9._\/*-]+)*: [^ ]/ { print "commit " $1 ": not \"package: what\": " subject; bad = 1 }
	END { exit bad }' >&2

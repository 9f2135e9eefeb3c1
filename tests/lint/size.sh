#!/bin/sh
# usage: size.sh DIRECTORY
# No function has more than 80 lines (an option loop, which is called
# parse_options, 100). Warn about files of more than 800: that much only if it is
# one idea. Print the 90th percentile.
set -eu

cd "$1"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-size.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

find lib applets templates tests -name '*.[ch]' | sort >"$tmp/files"
[ -s "$tmp/files" ] || {
	echo "size: no sources in $1" >&2
	exit 1
}
ctags --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne \
	--output-format=json -f - -L "$tmp/files" >"$tmp/tags"
sed -n 's/.*"name": "\([^"]*\)", "path": "\([^"]*\)".*"line": \([0-9]*\).*"end": \([0-9]*\).*/\1 \2 \3 \4/p' \
	"$tmp/tags" | awk '{ print $4 - $3 + 1, $2 ":" $3, $1 }' |
	sort -n >"$tmp/functions"

awk '
{ max = $3 == "parse_options" ? 100 : 80 }
$1 > max { print $2 ": " $3 " has " $1 " lines, more than " max }
' "$tmp/functions" >"$tmp/bad"
xargs wc -l <"$tmp/files" | awk '
$2 != "total" && $1 > 800 { print "warning: " $2 ": " $1 " lines, more than 800" }
'

awk '{ n[NR] = $1 }
END { printf "%d functions, median %d lines, p90 %d, longest %d\n",
	NR, n[int((NR + 1) / 2)], n[int(NR * 0.9 + 0.999)], n[NR] }' \
	"$tmp/functions"
cat "$tmp/bad" >&2
[ ! -s "$tmp/bad" ] && [ -s "$tmp/functions" ]

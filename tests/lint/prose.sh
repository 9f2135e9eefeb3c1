#!/bin/sh
# usage: prose.sh DIRECTORY
# Name each comment that begins with What, That, Who, Of or One, each title of a
# test that begins with what, that, who or of, each "behind" that means "after",
# and each contract of a public header that begins with no verb of verbs.txt.
set -eu

verbs=$(cd "$(dirname "$0")" && pwd)/verbs.txt
cd "$1"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-prose.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# These two say which words are meant.
find Makefile README.md CONTRIBUTING.md SECURITY.md lib applets templates dist \
	tests -type f ! -path '*.corpus/*' ! -name '*.pyc' \
	! -path tests/lint/prose.sh ! -path tests/docs/messages.py |
	sort >"$tmp/files"
grep -E '^(lib|applets)/.*\.h$' "$tmp/files" >"$tmp/headers" || {
	echo "prose: no sources in $1" >&2
	exit 1
}

# A comment of lines with '#' begins where the line before has none.
# shellcheck disable=SC2016 # $0 is awk's
xargs awk '
FNR == 1 { before = "" }
/(^|[^[:alnum:]_])behind([^[:alnum:]_]|$)/ && !/(left|leave|leaves|stay) behind/ {
	print FILENAME ":" FNR ": \"behind\" for \"after\":" $0
}
/^@test "(what|that|who|of) / {
	print FILENAME ":" FNR ": a title that states no behaviour:" $0
}
{
	line = before "\n" $0
	before = $0
}
FILENAME ~ /\.md$/ { next }
line ~ /(\/\*+|\/\/|""")[ \t]*(What|That|Who|Of|One)[ ,.;]/ ||
line ~ /\/\*+\n[ \t]*\*[ \t]*(What|That|Who|Of|One)[ ,.;]/ ||
line ~ /^([^#]*|[ \t]*#+:?|#!.*)\n[ \t]*#+:?[ \t]*(What|That|Who|Of|One)[ ,.;]/ {
	if (line ~ /\n.*(\/\*|\/\/|"""|#|\*)[ \t:]*(What|That|Who|Of|One)[ ,.;]/)
		print FILENAME ":" FNR ": a comment without a subject or verb:" $0
}' <"$tmp/files" >"$tmp/bad"

# The comment before declarations of functions counts.
# shellcheck disable=SC2016 # $0 is awk's
xargs awk -v verbs="$verbs" '
BEGIN { while ((getline word <verbs) > 0) verb[word] = 1 }
FNR == 1 { word = "" }
/^\/\*/ {
	word = ""
	where = FILENAME ":" FNR
	open = 1
}
open && word == "" {
	text = $0
	sub(/^[\/ *]+/, "", text)
	split(text, words, " ")
	word = words[1]
	sub(/,$/, "", word)
}
open {
	open = !/\*\//
	next
}
/^[a-z].*\(/ && !/^(struct|enum|union)[^(]*\{/ && !/^typedef/ {
	if (word != "" && !(word in verb))
		print where ": a contract begins with \"" word "\", no verb of verbs.txt"
}
{ word = "" }' <"$tmp/headers" >>"$tmp/bad"

cat "$tmp/bad" >&2
[ ! -s "$tmp/bad" ]

#!/bin/sh
# usage: layers.sh SOURCE-DIR OBJECT-DIR
# The floors of design.md: an include goes only to the same or a lower floor,
# and only lib/os makes system calls. The second is asked of the objects, not
# of the text: what an object outside lib/os leaves undefined must be a function
# of ours or one of the few below, which compute and do nothing else. No object
# has thread-local variables.
set -eu

src=$1 obj=$2
allowed='
	memchr memcmp memcpy memmem memmove memrchr memset
	strchr strchrnul strcmp strcspn strlen strncmp strnlen strpbrk strrchr
	strspn strstr strerror
	malloc calloc realloc free bsearch qsort qsort_r
	crc32 inflate inflateEnd inflateInit2_ inflateInit_ inflateReset
	inflateBack inflateBackEnd inflateBackInit_
	getopt_long optarg opterr optind optopt
	getauxval
	environ
	_GLOBAL_OFFSET_TABLE_ __stack_chk_fail
'
tmp=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-layers.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

(cd "$src" && find lib applets templates -name '*.[ch]' | sort) >"$tmp/files"
[ -s "$tmp/files" ] || {
	echo "layers: no sources in $src" >&2
	exit 1
}

while read -r file; do
	sed -n 's/^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"\([^"]*\)".*/\1/p' \
		"$src/$file" | sed "s,^,$file ,"
done <"$tmp/files" | awk '
function floor(path) {
	if (path ~ /^(lib\/)?base\//) return 0
	if (path ~ /^(lib\/)?format\//) return 1
	if (path ~ /^(lib\/)?os\//) return 2
	if (path ~ /^(lib\/)?(python|publish)\//) return 3
	if (path ~ /^(lib\/)?wheel\//) return 4
	if (path ~ /^(lib\/)?(resolve|shell)\//) return 5
	if (path ~ /^(lib\/)?venv\//) return 6
	if (path ~ /^(applets|templates)\// || path !~ /\//) return 7
	return -1
}
floor($2) < 0 { print $1 ": \"" $2 "\" is on no floor"; next }
floor($2) > floor($1) { print $1 ": includes \"" $2 "\" of a higher floor" }
function room(path) {
	sub(/^lib\//, "", path)
	sub(/\/.*/, "", path)
	return path
}
floor($1) < 6 && floor($2) == floor($1) && room($1) != room($2) {
	print $1 ": includes \"" $2 "\" of another room on its floor"
}
$2 ~ /^os\/sys\.h$/ && $1 !~ /^lib\/(os|publish)\// {
	print $1 ": includes os/sys.h, which only lib/os and lib/publish may"
}' >"$tmp/bad"

# objects of sources that are gone do not count
find "$obj/lib" "$obj/applets" -name '*.o' | sort | while read -r o; do
	c=${o#"$obj"/}
	[ ! -e "$src/${c%.o}.c" ] || echo "$o"
done >"$tmp/objects"
grep -q /lib/os/ "$tmp/objects" || {
	echo "layers: no objects in $obj" >&2
	exit 1
}
{
	# shellcheck disable=SC2086 # a list of words
	printf '%s\n' $allowed
	xargs nm --defined-only -g --format=posix <"$tmp/objects" |
		awk 'NF > 1 { print $1 }'
	[ ! -d "$obj/gen" ] || nm --defined-only -g --format=posix "$obj"/gen/*.o |
		awk 'NF > 1 { print $1 }'
} | sort -u >"$tmp/known"
grep -v '/lib/os/' "$tmp/objects" | while read -r o; do
	nm -u --format=posix "$o" | awk '{ print $1 }' | sort -u |
		comm -23 - "$tmp/known" |
		sed "s,^\(.*\),${o#"$obj"/}: uses \1\, which is not on the list of pure functions,"
done >>"$tmp/bad"
xargs readelf -sW <"$tmp/objects" | awk '
/^File: / { file = $2 }
$4 == "TLS" { print file ": " $8 " is thread-local, which Debian 12\47s ld for " \
	"riscv64 does not link into a static PIE" }' >>"$tmp/bad"

cat "$tmp/bad" >&2
[ ! -s "$tmp/bad" ]

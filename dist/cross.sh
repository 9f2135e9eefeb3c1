#!/bin/sh
# usage: cross.sh DIRECTORY NAME...
# Makes compilers for musl, DIRECTORY/NAME/bin/musl-gcc, for architectures of
# the list `targets`, of Debian's cross compilers and musl's source; what is
# there already stays. zlib's source is put into DIRECTORY/zlib.
# With ALSO=PACKAGE, that source is there, too.
# The sources are those of the machine's own Debian release, fetched with an
# apt configuration inside of DIRECTORY: that needs no root and changes nothing
# on the machine. Elsewhere MUSL_SRC and ZLIB_SRC say where they are unpacked.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift

die()
{
	echo "cross.sh: $*" >&2
	exit 1
}

apt_here()
{
	apt-get -qq -o Dir::State::lists="$dir/apt/lists" \
		-o Dir::Cache="$dir/apt/cache" \
		-o Dir::Etc::SourceList="$dir/apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o APT::Sandbox::User="$(id -un)" "$@" >&2
}

# fetch PACKAGE VARIABLE: its source, unpacked and patched.
fetch()
{
	if [ ! -e "$dir/apt/fresh" ]; then
		mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial"
		# shellcheck disable=SC2016 # apt's own variables
		apt-get indextargets --format \
			'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' \
			'Created-By: Packages' 'Identifier: Packages' |
			awk '!seen[$0]++' >"$dir/apt/sources.list"
		# not every repository has sources
		apt_here update || :
		touch "$dir/apt/fresh"
	fi
	rm -rf "$dir/$1.src"
	mkdir "$dir/$1.src"
	(cd "$dir/$1.src" && apt_here source "$1") || {
		# the next time with another look at what there is
		rm "$dir/apt/fresh"
		die "cannot fetch the source of $1: give $2=directory"
	}
	ln -sfn "$1.src/$(cd "$dir/$1.src" && echo "$1"-*/ | tr -d /)" "$dir/$1"
}

# build TRIPLE FLAGS: musl, into the present directory.
build()
{
	prefix=$PWD
	mkdir obj
	cd obj
	CC=$1-gcc CFLAGS=$2 "$dir/musl/configure" --target="$1" \
		--prefix="$prefix" --syslibdir="$prefix/lib" \
		--disable-shared --enable-wrapper=gcc &&
		make -j"${JOBS:-2}" && make install && cd .. && rm -r obj
}

case $dir in
*[[:space:]]*) die "a compiler cannot be in a directory with blanks: $dir" ;;
esac
for package in musl zlib ${ALSO-}; do
	variable=$(echo "${package}_SRC" | tr '[:lower:]' '[:upper:]')
	given=$(eval "echo \"\${$variable-}\"")
	if [ -n "$given" ]; then
		ln -sfn "$(cd "$given" && pwd)" "$dir/$package"
	elif [ ! -d "$dir/$package/." ]; then
		fetch "$package" "$variable"
	fi
done

for name; do
	row=$(grep "^${name}[[:blank:]]" "$here/targets") ||
		die "no such architecture: $name"
	# shellcheck disable=SC2086 # a list of words
	set -- $row
	command -v "$2-gcc" >/dev/null || die "no $2-gcc (package gcc-$2)"
	key="$("$2-gcc" --version | sed 1q) $(cat "$dir/musl/VERSION") ${6-}"
	[ "$(cat "$dir/$name/made-of" 2>/dev/null)" != "$key" ] || continue
	echo "cross.sh: musl for $name" >&2
	rm -rf "${dir:?}/$name"
	mkdir "$dir/$name"
	(unset MAKEFLAGS MFLAGS MAKELEVEL CROSS_COMPILE AR RANLIB LIBCC &&
		cd "$dir/$name" && build "$2" "${6-}") \
		>"$dir/$name.log" 2>&1 || {
		tail -n 20 "$dir/$name.log" >&2
		die "cannot build musl for $name: $dir/$name.log"
	}
	echo "$key" >"$dir/$name/made-of"
done

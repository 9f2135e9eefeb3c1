#!/bin/sh
# Asks the compiler what it can do, once, and writes the answers as make
# variables to stdout. Environment: CC CFLAGS LDFLAGS ZLIB_SRC. $1: build
# directory. Three things differ between machines:
#  - Debian 12's musl-gcc takes -static-pie and makes a dynamic program: then
#    the start files of a static PIE are named one by one;
#  - musl-gcc sees neither the distribution's zlib.h nor its libz.a;
#  - older compilers do not know every hardening flag.
set -eu

out=$1
tmp=$out/probe
rm -rf "$tmp"
mkdir -p "$tmp"
trap 'rm -rf "$tmp"' EXIT

die()
{
	echo "toolchain: $*" >&2
	exit 1
}

# The missing tools, each with Debian's package for it.
lacks='' packages=''
lack()
{
	lacks="$lacks${lacks:+, }$1"
	packages="$packages $2"
}

# CC and the flags are lists of words: they are split on purpose.
# shellcheck disable=SC2086
compile()
{
	$CC ${CFLAGS-} "$@" ${LDFLAGS-} 2>>"$tmp/log"
}

is_static_pie()
{
	readelf -hldW "$1" >"$tmp/elf" 2>/dev/null &&
		grep -q 'Type: *DYN' "$tmp/elf" &&
		! grep -Eq 'INTERP|NEEDED' "$tmp/elf"
}

cat >"$tmp/t.c" <<'C'
int main(void) { return 0; }
C

[ -n "${CC-}" ] || die "CC says which compiler"
command -v readelf >/dev/null || lack readelf binutils
compile -c "$tmp/t.c" -o "$tmp/t.o" || lack "a compiler ('$CC')" "gcc libc6-dev"

# lib/os/malloc.c replaces malloc, which a static glibc does not let one do
cat >"$tmp/libc.c" <<'C'
#include <features.h>
#ifndef __GLIBC__
#error another libc
#endif
C
if compile -fsyntax-only "$tmp/libc.c"; then
	lack "a compiler for musl ('$CC' compiles for glibc; musl-gcc is the \
default, CC= names another)" musl-tools
fi
if [ -z "${ZLIB_SRC-}" ] && ! find /usr/include /usr/lib -name zlib.h \
	2>/dev/null | grep -q .; then
	lack "zlib.h and libz.a (or ZLIB_SRC=directory of zlib's source)" zlib1g-dev
fi
if [ -n "$lacks" ]; then
	packages=$(echo "$packages" | tr -s ' ' '\n' | sort -u | tr '\n' ' ')
	die "missing: $lacks. On Debian: apt-get install$packages"
fi

# --- static PIE -------------------------------------------------------------
link='-static-pie' begin='' end=''
if ! compile -fPIE $link "$tmp/t.c" -o "$tmp/t" || ! is_static_pie "$tmp/t"; then
	# the linker's trace says where this wrapper keeps musl
	scrt=$(compile "$tmp/t.c" -o "$tmp/t" -Wl,-t | tr -s ' ()' '\n' |
		grep 'crt1\.o$' | head -n 1)
	musl=${scrt%/*}
	[ -f "$musl/rcrt1.o" ] || die "'$CC' cannot make a static PIE"
	link='-static -nostartfiles -Wl,-pie,--no-dynamic-linker,-z,text'
	begin="$musl/rcrt1.o $musl/crti.o $(compile -print-file-name=crtbeginS.o)"
	end="$(compile -print-file-name=crtendS.o) $musl/crtn.o"
	# shellcheck disable=SC2086 # lists of flags and of files
	compile -fPIE $link $begin "$tmp/t.c" $end -o "$tmp/t" ||
		die "'$CC' cannot make a static PIE"
	is_static_pie "$tmp/t" || die "'$CC' cannot make a static PIE"
fi

# --- hardening, and no unwind tables: nothing here unwinds -------------------
flags=''
for flag in -fstack-protector-strong -fstack-clash-protection \
	-fno-asynchronous-unwind-tables; do
	if compile -Werror $flag -c "$tmp/t.c" -o "$tmp/t.o"; then
		flags="$flags $flag"
	fi
done

# --- zlib -------------------------------------------------------------------
cat >"$tmp/z.c" <<'C'
#include <zlib.h>
int main(int argc, char **argv)
{
	z_stream z = { .next_in = (unsigned char *)argv[0], .avail_in = 1 };
	(void)argc;
	inflateBackInit(&z, 15, (unsigned char *)argv[0]);
	return inflateBack(&z, 0, 0, 0, 0) + inflateBackEnd(&z);
}
C

# shellcheck disable=SC2086 # lists of flags and of files
links_with()
{
	compile -fPIE $zinc $link $begin "$tmp/z.c" $1 $end -o "$tmp/z"
}

zinc='' zlib=''
if [ -n "${ZLIB_SRC-}" ]; then
	mkdir -p "$out/zlib"
	for f in infback inffast inftrees zutil; do
		compile -Os -fPIE -ffunction-sections -fdata-sections -DHAVE_HIDDEN \
			-c "$ZLIB_SRC/$f.c" -o "$out/zlib/$f.o" ||
			die "cannot compile $ZLIB_SRC/$f.c: $(tail -n 3 "$tmp/log")"
		zlib="$zlib $out/zlib/$f.o"
	done
	zinc="-I$ZLIB_SRC"
	links_with "$zlib" || die "zlib of $ZLIB_SRC does not link"
else
	if ! compile -fsyntax-only "$tmp/z.c"; then
		triple=$(compile -dumpmachine)
		mkdir -p "$out/inc"
		for h in zlib.h zconf.h; do
			cp "/usr/include/$h" "$out/inc/$h" 2>/dev/null ||
				cp "/usr/include/$triple/$h" "$out/inc/$h" ||
				die "no $h (package zlib1g-dev)"
		done
		zinc="-I$out/inc"
	fi
	for z in -lz "/usr/lib/$(compile -dumpmachine)/libz.a" /usr/lib/libz.a; do
		if links_with "$z"; then
			zlib=$z
			break
		fi
	done
	[ -n "$zlib" ] || die "no static zlib that '$CC' can link: install" \
		"zlib1g-dev (Alpine: zlib-static zlib-dev)," \
		"or give ZLIB_SRC=directory of zlib's source"
fi
is_static_pie "$tmp/z" || die "the program with zlib is not a static PIE"

cat <<MK
PIE_FLAGS := $link
CRT_BEGIN := $begin
CRT_END := $end
TARGET_FLAGS :=$flags
ZLIB := $zlib
ZLIB_CPPFLAGS := $zinc
MK

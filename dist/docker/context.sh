#!/bin/sh
# usage: context.sh DIST CONTEXT
# Makes the directory CONTEXT for the Dockerfile beside this file, of the
# programs in DIST that `make dist` made: for each of these a directory of its
# own, by Docker's names for architectures, with the program and its links.
set -eu
umask 022

dist=$1 context=$2

# our name, and TARGETARCH with TARGETVARIANT; v8 is what some builders add
names='
x86_64		amd64
aarch64		arm64
aarch64		arm64v8
armhf		armv7
armel		armv6
armel		armv5
i386		386
riscv64		riscv64
s390x		s390x
ppc64le		ppc64le
mips64el	mips64le
'

[ ! -e "$context" ] || {
	echo "context.sh: there already is '$context'" >&2
	exit 1
}
found=''
mkdir -p "$context"
while read -r ours theirs; do
	for program in "$dist"/venvbox-*-"$ours"; do
		[ -f "$program" ] || continue
		mkdir "$context/$theirs"
		cp "$program" "$context/$theirs/venvbox"
		chmod 755 "$context/$theirs/venvbox"
		for link in pyvenv activate-print activate-run deactivate; do
			ln -s venvbox "$context/$theirs/$link"
		done
		found=yes
	done
done <<END
$(echo "$names" | sed "/^$/d")
END
[ -n "$found" ] || {
	rmdir "$context"
	echo "context.sh: no programs in '$dist': make dist" >&2
	exit 1
}

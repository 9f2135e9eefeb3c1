#!/bin/sh
# usage: context.sh DIST CONTEXT
# Makes the directory CONTEXT for the Dockerfile beside this file, of the
# programs in DIST that `make dist` made: for each of these a directory of its
# own, by Docker's names for architectures, with the program and its links in bin/
# and the licences, which have to go with it, in share/doc/venvbox/.
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
set -- "$dist"/venvbox-*.licenses
licenses=$1
[ -f "$licenses" ] || {
	echo "context.sh: no release in '$dist': make dist" >&2
	exit 1
}
found=''
mkdir -p "$context"
while read -r ours theirs; do
	for program in "$dist"/venvbox-*-"$ours"; do
		[ -f "$program" ] || continue
		top=$context/$theirs
		mkdir -p "$top/bin" "$top/share/doc/venvbox"
		cp "$program" "$top/bin/venvbox"
		chmod 755 "$top/bin/venvbox"
		for link in pyvenv activate-print activate-run deactivate; do
			ln -s venvbox "$top/bin/$link"
		done
		cp "$licenses" "$top/share/doc/venvbox/copyright"
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

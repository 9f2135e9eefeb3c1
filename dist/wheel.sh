#!/bin/sh
# usage: wheel.sh PREFIX VERSION ARCH OUT
# Makes a wheel for PyPI, into the directory OUT, of what `make install` left in
# PREFIX with its licences in share/doc/venvbox. ARCH is the architecture in the
# wheel's name. A wheel cannot hold links: each name is a copy of the program.
# The times in it are SOURCE_DATE_EPOCH.
set -eu
umask 022

[ $# -eq 4 ] || {
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
}
prefix=$1 version=$2 arch=$3 out=$4
: "${SOURCE_DATE_EPOCH:?}"
docs=$prefix/share/doc/venvbox
work=$(mktemp -d "${TMPDIR:-/tmp}/venvbox-wheel.XXXXXX")
trap 'rm -rf "$work" "$work.log"' EXIT
data=$work/venvbox-$version.data info=$work/venvbox-$version.dist-info

# A static program needs neither glibc nor musl, so the oldest tags that PyPI and
# the installers know are true. manylinux2014 is for pip before 20.3. uv knows
# riscv64 from glibc 2.31 on; PyPI knows armv6l under its bare name only.
case $arch in
armv6l) platforms=linux_armv6l ;;
riscv64) platforms='manylinux_2_31_riscv64 musllinux_1_1_riscv64' ;;
*) platforms="manylinux2014_$arch manylinux_2_17_$arch musllinux_1_1_$arch" ;;
esac

mkdir -p "$data/scripts" "$data/data/share" "$info/licenses"
cp -L "$prefix"/bin/* "$data/scripts"
cp -R "$prefix/share/man" "$data/data/share"
cp "$docs"/LICENSE "$docs"/COPYRIGHT.musl "$docs"/LICENSE.zlib "$info/licenses"
{
	echo 'Wheel-Version: 1.0'
	echo "Generator: venvbox $version"
	echo 'Root-Is-Purelib: false'
	for platform in $platforms; do
		echo "Tag: py3-none-$platform"
	done
} >"$info/WHEEL"
{
	cat <<END
Metadata-Version: 2.4
Name: venvbox
Version: $version
Summary: Make and use Python virtual environments without running Python
Author: The venvbox authors
License-Expression: 0BSD AND MIT AND Zlib
License-File: LICENSE
License-File: COPYRIGHT.musl
License-File: LICENSE.zlib
Classifier: Development Status :: 4 - Beta
Classifier: Environment :: Console
Classifier: Intended Audience :: Developers
Classifier: Intended Audience :: System Administrators
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: C
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Software Development :: Build Tools
Classifier: Topic :: System :: Software Distribution
Description-Content-Type: text/markdown

END
	# PyPI has no files for relative links to lead to
	sed -E 's/!?\[([^]]*)\]\([^):]*\)/\1/g' "$docs/README.md"
} >"$info/METADATA"
/usr/bin/python3 -I -m wheel pack -d "$out" "$work" >"$work.log" || {
	cat "$work.log" >&2
	exit 1
}

#!/bin/sh
# usage: pack.sh DIRECTORY TIME FILE.tar.gz
# Packs DIRECTORY, under its own name, so that its bytes depend on nothing but
# names, contents and what is executable: sorted, owned by root, all times TIME
# (seconds since 1970).
set -eu
export LC_ALL=C
unset TAR_OPTIONS GZIP

tar -C "$(dirname "$1")" --format=ustar --sort=name --mtime="@$2" \
	--owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
	-cf "$3.tmp" "$(basename "$1")"
gzip -9n <"$3.tmp" >"$3"
rm "$3.tmp"

#!/usr/bin/env bats
# The files of a release: BUILD/dist.

setup()
{
	: "${NAMES:?run by make check-dist}"
	DIST=$BUILD/dist
	ROOT=$BATS_TEST_DIRNAME/../..
	VERSION=$(sed -n 's/^VERSION := //p' "$ROOT/Makefile")
	T=$BATS_TEST_TMPDIR
	cd "$T" || return 1
}

# commit: the one that the release was made of.
commit()
{
	sed -n 's/^commit //p' "$DIST/venvbox-$VERSION.buildinfo"
}

epoch()
{
	sed -n 's/^SOURCE_DATE_EPOCH //p' "$DIST/venvbox-$VERSION.buildinfo"
}

@test "SHA256SUMS names every file, and is right" {
	(cd "$DIST" && sha256sum --quiet -c SHA256SUMS)
	[ "$(sed 's/.* //' "$DIST/SHA256SUMS" | sort)" = \
		"$(cd "$DIST" && find . -type f ! -name SHA256SUMS -printf '%P\n' |
			sort)" ]
}

@test "each program is a static PIE of its architecture, without symbols" {
	local name machine

	for name in $NAMES; do
		case $name in
		x86_64) machine='X86-64' ;;
		aarch64) machine=AArch64 ;;
		armhf | armel) machine=ARM ;;
		i386) machine='Intel 80386' ;;
		riscv64) machine=RISC-V ;;
		s390x) machine='IBM S/390' ;;
		ppc64le) machine=PowerPC64 ;;
		mips64el) machine='MIPS R3000' ;;
		esac
		readelf -hlSdrW "$DIST/venvbox-$VERSION-$name" >elf
		grep -q "Machine: .*$machine\$" elf
		grep -q 'Type: *DYN' elf
		if grep -E 'INTERP|NEEDED|\.symtab|\.debug|GNU_STACK.*RWE' elf; then
			echo "^ in $name"
			return 1
		fi
	done
}

@test "a tarball is a PREFIX: the same program, links, man pages, completions, licences" {
	local name top

	for name in $NAMES; do
		top=venvbox-$VERSION-$name
		tar -xzf "$DIST/$top.tar.gz"
		cmp "$top/bin/venvbox" "$DIST/$top"
		(cd "$top" && find . ! -type d -printf '%P %m %l\n' | sort) >list
		[ -e first ] || cp list first
		cmp list first
	done
	grep -q '^bin/pyvenv 777 venvbox$' first
	grep -q '^bin/venvbox 755 $' first
	grep -q '^share/man/man1/pyvenv.1 644 $' first
	[ "$(grep -c '^share/man/man7/venvbox-[a-z]*\.7 644 $' first)" = 4 ]
	grep -q '^share/fish/vendor_completions.d/venvbox.fish 644 $' first
	grep -q '^share/doc/venvbox/LICENSE 644 $' first
	grep -q '^share/doc/venvbox/COPYRIGHT.musl 644 $' first
	# for the programs without a tarball
	cat "$top"/share/doc/venvbox/*LICENSE* "$top"/share/doc/venvbox/COPY* |
		sort -u >words
	[ -z "$(sort -u "$DIST/venvbox-$VERSION.licenses" | comm -13 - words)" ]
}

@test "packed files are sorted, of root, of one time" {
	local file

	for file in "$DIST"/*.tar.gz; do
		TZ=UTC tar --full-time --numeric-owner -tvzf "$file" >list
		[ "$(awk '{ print $2, $4, $5 }' list | sort -u)" = \
			"0/0 $(date -u -d "@$(epoch)" '+%F %T')" ]
		# a directory, then what is in it: the order of the names' bytes
		tar -tzf "$file" | sed 's,/,\x01,g' >names
		LC_ALL=C sort -c names
		# no time of compression, no name
		[ "$(od -An -tx1 -N10 "$file" | tr -d ' ')" = 1f8b0800000000000203 ]
	done
}

@test "the source is what is committed" {
	tar -xzf "$DIST/venvbox-$VERSION.tar.gz"
	[ "$(find . -maxdepth 1 -mindepth 1)" = "./venvbox-$VERSION" ]
	git -C "$ROOT" archive --prefix="venvbox-$VERSION/" "$(commit)" |
		(mkdir git && tar -C git -xf -)
	diff -r --no-dereference "venvbox-$VERSION" "git/venvbox-$VERSION"
}

@test "another directory, user, umask, locale and time: the same bytes" {
	local name names=''

	git clone -q "$ROOT" 'another-directory-of-the-same'
	git -C another-directory-of-the-same checkout -q "$(commit)"
	for name in $NAMES; do
		case $name in
		x86_64 | s390x | riscv64) names="$names $name" ;;
		esac
	done
	set --
	if [ "$(id -u)" = 0 ]; then
		chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test "$T" "${T%/*}"
		chown -R 1234:1234 another-directory-of-the-same
		set -- setpriv --reuid=1234 --regid=1234 --clear-groups
		if ! "$@" test -r "${CROSS:-$BUILD/cross}/musl/VERSION"; then
			echo "# the other user cannot read here: the same user" >&3
			chown -R 0:0 another-directory-of-the-same
			set --
		fi
	fi
	(
		umask 077
		cd another-directory-of-the-same
		# shellcheck disable=SC2086 # a list of words
		"$@" env -i PATH="$PATH" HOME=/nowhere LC_ALL=C.UTF-8 TZ=Asia/Tokyo \
			USER=somebody CROSS="${CROSS:-$BUILD/cross}" \
			sh dist/release.sh "$PWD/out" "$VERSION" $names
	)
	cd another-directory-of-the-same/out/dist
	for name in "venvbox-$VERSION.tar.gz" venvbox-*-*; do
		cmp "$name" "$DIST/$name"
	done
}

@test "SOURCE_DATE_EPOCH is the time of all" {
	git clone -q "$ROOT" clone
	[ "$(SOURCE_DATE_EPOCH=1000000000 sh clone/dist/source.sh 1 "$T")" = 1000000000 ]
	[ "$(TZ=UTC tar --full-time -tvzf venvbox-1.tar.gz | awk '{ print $4, $5 }' |
		sort -u)" = '2001-09-09 01:46:40' ]
}

#!/usr/bin/env bats
# The Debian package: made by dpkg's tools from the source tarball, judged by
# lintian, installed in a Debian of its own and removed from it.

load helpers

setup_file()
{
	export DEB=$BATS_FILE_TMPDIR/out
	command -v dpkg-buildpackage >/dev/null || return 0
	build first with_tests
}

# build DIR: the package from the source, in DIR; the unit tests run in one of
# the builds.
build()
{
	local options=nocheck
	[ $# = 1 ] || options=''
	DEB_BUILD_OPTIONS=$options sh "$DIST/deb.sh" "$SOURCE" "$DEB/$1" \
		>"$BATS_FILE_TMPDIR/log" 2>&1 || {
		tail -n 40 "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	need dpkg-buildpackage dh
	PACKAGE=$(find "$DEB/first" -name '*.deb')
}

@test "deb: holds the program, its links, man pages and completions" {
	local name want='venvbox pyvenv activate-print activate-run deactivate'
	dpkg-deb -x "$PACKAGE" root
	dpkg-deb -c "$PACKAGE"
	is_static root/usr/bin/venvbox
	for name in $want; do
		[ "$(root/usr/bin/"$name" --help | grep -c "^usage: $name")" -ge 1 ]
		gzip -dc "root/usr/share/man/man1/$name.1.gz" | grep '^\.Sh NAME'
		[ -f "root/usr/share/bash-completion/completions/$name" ]
	done
	[ -f root/usr/share/zsh/vendor-completions/_venvbox ]
	[ ! -e root/usr/share/zsh/site-functions ]
	grep 'License: 0BSD' root/usr/share/doc/venvbox/copyright
}

@test "deb: the version is the program's, and the field says what is linked in" {
	dpkg-deb -x "$PACKAGE" root
	[ "$(dpkg-deb -f "$PACKAGE" Version)" = "$VERSION-1" ]
	[ "$(root/usr/bin/venvbox --version)" = "venvbox $VERSION" ]
	dpkg-deb -f "$PACKAGE" Static-Built-Using | tee field
	grep -E '^musl \(= [^)]+\), zlib \(= [^)]+\)$' field
	[ -z "$(dpkg-deb -f "$PACKAGE" Depends)" ]
}

@test "deb: lintian has nothing to say, pedantic or experimental" {
	need lintian
	lintian --allow-root -EviIL +pedantic "$DEB"/first/*.changes >said
	cat said
	run grep -E '^[A-Z]: ' said
	[ "$status" = 1 ]
}

@test "deb: two builds, one under another umask, locale and time, are the same" {
	(
		umask 077
		export LC_ALL=C TZ=Asia/Tokyo
		build second
	)
	cmp "$PACKAGE" "$DEB/second/${PACKAGE##*/}"
	cmp "$DEB"/first/*.debian.tar.xz "$DEB"/second/*.debian.tar.xz
}

@test "deb: a source of another version is refused" {
	mkdir -p tree/venvbox-9.9/dist
	cp -R "$DIST/debian" tree/venvbox-9.9/dist
	tar -C tree -czf venvbox-9.9.tar.gz venvbox-9.9
	run sh "$DIST/deb.sh" venvbox-9.9.tar.gz out
	[ "$status" = 1 ]
	[[ $output == *"changelog is of $VERSION-1, the source of 9.9"* ]]
	[ -z "$(ls -A out)" ]
}

@test "deb: installed in a Debian, tried there, purged: nothing is left" {
	debian_root
	listing "$ROOT" >before
	cp "$PACKAGE" "$ROOT/tmp/venvbox.deb"
	cp "$DIST/debian/tests/smoke" "$ROOT/tmp/smoke"
	in_root dpkg -i /tmp/venvbox.deb
	in_root sh /tmp/smoke
	in_root dpkg --verify venvbox
	in_root dpkg -P venvbox
	rm "$ROOT/tmp/venvbox.deb" "$ROOT/tmp/smoke"
	listing "$ROOT" >after
	# dpkg's own memory is not the package's
	diff <(grep -v ' ./var/\(lib/dpkg\|log\)/' before) \
		<(grep -v ' ./var/\(lib/dpkg\|log\)/' after)
	run grep -r venvbox "$ROOT/var/lib/dpkg/info"
	[ "$status" = 1 ]
}

#!/usr/bin/env bats
# The Debian package: made by dpkg's tools from the source tarball, judged by
# lintian, installed in a Debian of its own and removed from it.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	debian_package
	MADE=${PACKAGE%/*}
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
	for name in images shells wheels windows; do
		gzip -dc "root/usr/share/man/man7/venvbox-$name.7.gz" | grep '^\.Sh NAME'
	done
	[ -f root/usr/share/zsh/vendor-completions/_venvbox ]
	[ ! -e root/usr/share/zsh/site-functions ]
	grep 'License: 0BSD' root/usr/share/doc/venvbox/copyright
	# of what is linked in, the license of musl demands it
	grep 'Rich Felker' root/usr/share/doc/venvbox/copyright.musl
	grep 'Jean-loup Gailly' root/usr/share/doc/venvbox/copyright.zlib1g
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
	lintian --allow-root -EviIL +pedantic "$MADE"/*.changes >said
	cat said
	run grep -E '^[A-Z]: ' said
	[ "$status" = 1 ]
}

@test "deb: a build with tests, under another umask, locale and time zone, is the same" {
	(
		umask 077
		export LC_ALL=C TZ=Asia/Tokyo
		sh "$DIST/deb.sh" "$SOURCE" again >log 2>&1
	) || {
		tail -n 40 log
		return 1
	}
	grep -E '^[0-9]+ passed, 0 failed' log
	cmp "$PACKAGE" "again/${PACKAGE##*/}"
	cmp "$MADE"/*.debian.tar.xz again/*.debian.tar.xz
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

# Every file of the system but the package manager's own memory.
listing()
{
	in_root find / -xdev \( -path /in -o -path /var/lib/dpkg -o -path /var/log \) \
		-prune -o -printf '%y %m %U:%G %p %l\n' | sort
}

@test "deb: installed in a Debian, tried there, purged: nothing is left" {
	debian_root
	listing >before
	cp "$PACKAGE" "$IN/venvbox.deb"
	cp "$DIST/smoke.sh" "$IN/smoke.sh"
	in_root dpkg -i /in/venvbox.deb
	in_root sh /in/smoke.sh
	in_root dpkg --verify venvbox
	in_root dpkg -P venvbox
	listing >after
	diff before after
	run in_root grep -r venvbox /var/lib/dpkg/info
	[ "$status" = 1 ]
}

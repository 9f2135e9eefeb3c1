#!/usr/bin/env bats
# The image: built by buildah without a network, and what another build takes
# from it.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	mkdir dist
	cp "$BUILD/venvbox" "dist/venvbox-$VERSION-$(uname -m)"
	echo "what they say" >"dist/venvbox-$VERSION.licenses"
}

# in_store SCRIPT ARG...: by bash, where `b` is buildah with a store of its own,
# and what it mounts is in a namespace of this call's.
in_store()
{
	need buildah
	need_root
	# shellcheck disable=SC2016 # for the inner shell
	STORE=$BATS_FILE_TMPDIR unshare -m bash -ec '
		b()
		{
			buildah --log-level error --root "$STORE/store" \
				--runroot "$STORE/run" --storage-driver overlay "$@"
		}
		eval "$1"' - "$@"
}

# build NAME [ARG...]: without network
build()
{
	# shellcheck disable=SC2016 # for in_store
	in_store 'b build --isolation=chroot --pull-never --timestamp 1700000000 \
		-t "localhost/$2" "${@:3}"' "$@" >log 2>&1 || {
		cat log
		return 1
	}
}

# holds NAME: lists the files of an image; its program is put into the file
# program.
holds()
{
	# shellcheck disable=SC2016 # for in_store
	in_store 'container=$(b from --pull-never "localhost/$2")
		top=$(b mount "$container")
		cp "$top/bin/venvbox" program
		(cd "$top" && find . -mindepth 1 ! -type d -printf "%y %m %P %l\n" | sort)
		b rm "$container" >rm.log' "$1"
}

@test "docker: the image holds the program, its links and the licences" {
	sh "$DIST/docker/context.sh" dist context
	build venvbox -f "$DIST/docker/Dockerfile" context
	holds venvbox | tee said
	diff said - <<-'END'
		f 644 share/doc/venvbox/copyright 
		f 755 bin/venvbox 
		l 777 bin/activate-print venvbox
		l 777 bin/activate-run venvbox
		l 777 bin/deactivate venvbox
		l 777 bin/pyvenv venvbox
	END
	cmp program "$BUILD/venvbox"
}

@test "docker: each platform gets its own program" {
	local ours theirs
	while read -r ours theirs; do
		echo "program for $ours" >"dist/venvbox-$VERSION-$ours"
		# a tarball is no program
		echo >"dist/venvbox-$VERSION-$ours.tar.gz"
	done < <(sed -n "/^names='/,/^'/{/[[:blank:]]/p}" "$DIST/docker/context.sh")
	sh "$DIST/docker/context.sh" dist context
	while read -r theirs ours; do
		build platform --platform "$theirs" -f "$DIST/docker/Dockerfile" context
		holds platform >said
		grep '^f 755 bin/venvbox $' said
		[ "$(cat program)" = "program for $ours" ]
	done <<-'END'
		linux/amd64 x86_64
		linux/arm64 aarch64
		linux/arm/v7 armhf
		linux/arm/v6 armel
		linux/386 i386
		linux/riscv64 riscv64
		linux/s390x s390x
		linux/ppc64le ppc64le
		linux/mips64le mips64el
	END
}

@test "docker: every architecture of a release has a platform" {
	local name
	sed -n 's/^\([a-z0-9_]*\)[[:blank:]].*/\1/p' "$DIST/targets" >names
	[ -s names ]
	while read -r name; do
		grep "^${name}[[:blank:]]" "$DIST/docker/context.sh"
	done <names
}

@test "docker: nothing to make a context of is an error" {
	rm dist/*
	run sh "$DIST/docker/context.sh" dist context
	[ "$status" = 1 ]
	[[ $output == *"make dist" ]]
	[ ! -e context ]
}

@test "docker: another build copies from it, makes an environment and uses it" {
	debian_root
	sh "$DIST/docker/context.sh" dist context
	build venvbox -f "$DIST/docker/Dockerfile" context
	# a Python, and no shell
	mkdir app
	# shellcheck disable=SC2016 # for the inner shell
	in_root sh -ec '
		ldd /usr/bin/python3 | sed -n "s,.*[[:blank:]]\(/[^ ]*\) (0x.*,\1,p" |
		while read -r file; do
			echo "$(readlink -f "${file%/*}")/${file##*/}"
			readlink -f "$file"
		done | sort -u >/in/libraries
		tar -cf /in/python.tar -T /in/libraries --exclude=__pycache__ /bin /lib \
			/lib64 /usr/bin/python3 /usr/bin/python3.* /usr/lib/python3.*'
	mv "$IN/python.tar" app
	cat >app/Dockerfile <<-'END'
		FROM scratch
		ADD python.tar /
		COPY --from=localhost/venvbox / /usr/local/
		COPY --from=localhost/venvbox /bin/pyvenv /only/pyvenv
		RUN ["/usr/local/bin/pyvenv", "/opt/venv"]
		RUN ["/usr/local/bin/activate-run", "/opt/venv", "python", "-c", "import sys; print('in', sys.prefix)"]
		RUN ["/only/pyvenv", "--check", "/opt/venv"]
	END
	build app app
	cat log
	grep '^in /opt/venv$' log
}

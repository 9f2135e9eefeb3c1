# shellcheck shell=bash
# Functions for the tests of the recipes. SOURCE, VERSION, BUILD and CACHE
# (what is kept from run to run) are from setup_suite.bash.

# shellcheck disable=SC2034
DIST=$BATS_TEST_DIRNAME/../../dist

# need COMMAND...: skips, aloud, where one is missing.
need()
{
	local command
	for command; do
		command -v "$command" >/dev/null || skip "no $command"
	done
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "not root"
	unshare -m true 2>/dev/null || skip "no mount namespaces"
}

# is_static FILE: it needs no other file to run.
is_static()
{
	readelf -lW "$1" >"$BATS_TEST_TMPDIR/elf"
	if grep -E 'INTERP|NEEDED' "$BATS_TEST_TMPDIR/elf"; then
		return 1
	fi
}

# debian_package: builds the Debian package, once for all that use it. Sets
# PACKAGE.
debian_package()
{
	need dpkg-buildpackage dh
	local out=$BATS_RUN_TMPDIR/deb
	[ -e "$out" ] || DEB_BUILD_OPTIONS=nocheck \
		sh "$DIST/deb.sh" "$SOURCE" "$out" >"$out.log" 2>&1 || {
		tail -n 40 "$out.log"
		return 1
	}
	PACKAGE=$(find "$out" -name '*.deb')
}

# Debian's own minimal system in ROOT, with what the tests need in it; made once
# and never changed. IN: the directory /in of what in_root() makes of it. Skips
# where it cannot be made.
debian_root()
{
	local line packages=python3,initramfs-tools-core,dracut-core,busybox-static
	ROOT=$CACHE/root
	IN=$BATS_FILE_TMPDIR/overlay/upper/in
	mkdir -p "$IN" "$BATS_FILE_TMPDIR/overlay/work" "$BATS_FILE_TMPDIR/overlay/merged"
	need_root
	grep -qw overlay /proc/filesystems || skip "no overlayfs"
	[ "$(cat "$ROOT.made" 2>/dev/null)" != $packages ] || return 0
	need debootstrap apt-get
	# shellcheck disable=SC2016 # apt's own variables
	line=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' \
		'Created-By: Packages' | head -n 1)
	rm -rf "${ROOT:?}" "$ROOT.made"
	debootstrap --variant=minbase --include=$packages "${line% *}" "$ROOT" \
		"${line#* }" >"$ROOT.log" 2>&1 || {
		tail -n 5 "$ROOT.log"
		skip "debootstrap failed: $(tail -n 1 "$ROOT.log")"
	}
	echo $packages >"$ROOT.made"
}

# in_root COMMAND...: run it in a copy of ROOT that all tests of a file share,
# without the host's network and processes.
in_root()
{
	local top=$BATS_FILE_TMPDIR/overlay
	# shellcheck disable=SC2016
	unshare -m -n -p -f bash -ec '
		mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" \
			overlay "$2/merged"
		mount -t proc proc "$2/merged/proc"
		exec chroot "$2/merged" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "${@:3}"' \
		- "$ROOT" "$top" "$@"
}

# filled_in: the recipes with version and checksums, in the new directory
# recipes; the source in the new directory src. Sets TREE.
filled_in()
{
	sh "$DIST/recipes.sh" "$SOURCE" recipes
	if grep -rE '@[A-Z0-9_]+@' recipes; then
		return 1
	fi
	mkdir src
	tar -xzf "$SOURCE" -C src
	TREE=$PWD/src/venvbox-$VERSION
}

# installed DIR: as `make install` with PREFIX=/usr leaves it; the program works.
installed()
{
	local name
	is_static "$1/usr/bin/venvbox"
	for name in venvbox pyvenv activate-print activate-run deactivate; do
		[ -x "$1/usr/bin/$name" ]
		[ -f "$1/usr/share/man/man1/$name.1" ]
		[ -f "$1/usr/share/bash-completion/completions/$name" ]
		[ -f "$1/usr/share/fish/vendor_completions.d/$name.fish" ]
	done
	for name in images shells wheels windows; do
		[ -f "$1/usr/share/man/man7/venvbox-$name.7" ]
	done
	[ -f "$1/usr/share/zsh/site-functions/_venvbox" ]
	(cd "$1" && find . -mindepth 1 -maxdepth 3) | tee files
	[ "$(sort files | tr '\n' ' ')" = "./usr ./usr/bin ./usr/bin/activate-print \
./usr/bin/activate-run ./usr/bin/deactivate ./usr/bin/pyvenv ./usr/bin/venvbox \
./usr/share ./usr/share/bash-completion ./usr/share/fish ./usr/share/man \
./usr/share/zsh " ]
}

# cross_compiler: makes the one for aarch64 in CROSS, as `make dist` does, beside
# the source of zlib.
cross_compiler()
{
	need aarch64-linux-gnu-gcc dpkg-source
	CROSS=$CACHE/cross
	[ ! -d "$BUILD/cross/aarch64" ] || CROSS=$BUILD/cross
	sh "$DIST/cross.sh" "$CROSS" aarch64 ||
		skip "no compiler: the source of musl or zlib cannot be had"
}

# shellcheck shell=bash
# What the tests of the recipes have in common. SOURCE, VERSION, BUILD and CACHE
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

# unpacked DIR: the source tree, new, in DIR/venvbox-VERSION. Prints its name.
unpacked()
{
	mkdir -p "$1"
	tar -xzf "$SOURCE" -C "$1"
	echo "$1/venvbox-$VERSION"
}

# is_static FILE: it needs no other file to run.
is_static()
{
	readelf -lW "$1" >"$BATS_TEST_TMPDIR/elf"
	if grep -E 'INTERP|NEEDED' "$BATS_TEST_TMPDIR/elf"; then
		return 1
	fi
}

# listing DIR: every file, with what could have been changed.
listing()
{
	(cd "$1" && find . -path ./proc -prune -o -printf '%y %m %U:%G %p %l\n' |
		sort)
}

# Debian's own minimal system in CACHE/root, with what the tests need in it;
# made once. Skips where it cannot be made.
debian_root()
{
	local line root=$CACHE/root
	ROOT=$root
	need_root
	[ ! -e "$root.made" ] || return 0
	need debootstrap apt-get
	# shellcheck disable=SC2016 # apt's own variables
	line=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' \
		'Created-By: Packages' | head -n 1)
	rm -rf "$root"
	# two words: suite and mirror
	# shellcheck disable=SC2086
	debootstrap --variant=minbase --include="$(
		printf %s, python3-minimal initramfs-tools-core dracut-core
	)busybox-static" ${line% *} "$root" "${line#* }" >"$root.log" 2>&1 || {
		tail -n 5 "$root.log"
		skip "debootstrap failed: $(tail -n 1 "$root.log")"
	}
	touch "$root.made"
}

# in_root COMMAND...: run it in ROOT, without the host's network and processes.
in_root()
{
	# shellcheck disable=SC2016
	unshare -m -n -p -f sh -c '
		mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$ROOT" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

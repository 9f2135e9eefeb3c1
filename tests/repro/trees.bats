#!/usr/bin/env bats
# Same inputs, same bytes (design.md, promise 5): with SOURCE_DATE_EPOCH the tree
# on the disk is the same wherever and by whoever it is made, modes and times
# included; an archive is even without it.

load ../cli/helpers

# what is made, from the Python of this machine, its pip, and a directory of
# wheels: each a tree and an archive
CASES=("--with-pip" "--copies --activators all" "--minimal --wheel WHEELS")
COUNT=6

setup_file()
{
	export WHEELS=$BATS_FILE_TMPDIR/wheels
	mkdir "$WHEELS"
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B - "$WHEELS" <<'PYTHON'
import sys, make_odd
M, to = make_odd.Member, sys.argv[1]
for name in "alpha", "beta", "gamma", "delta":
    make_odd.make(to, name + "-1.0", {
        name + "/é": "x" * 1000, name + "/large": name * 300000,
        "shared/%s.py" % name: "", name + "-1.0.data/scripts/" + name:
            M("#!python\nprint(1)\n", 0o100755),
        name + "-1.0.dist-info/entry_points.txt":
            "[console_scripts]\nx%s = %s:f\n" % (name, name)})
PYTHON
	)
}

# arguments CASE: into the array args.
arguments()
{
	read -ra args <<<"${1/WHEELS/$WHEELS}"
	args+=(-p /usr/bin/python3)
}

# shot DIR: names, types, modes, times, targets and contents in DIR, with which
# names are one file.
shot()
{
	(
		cd "$1" || exit
		find . -mindepth 1 -printf '%P\t%y %m %T@ %l\n' | LC_ALL=C sort
		find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
		find . -type f -links +1 -printf '%i %P\n' | LC_ALL=C sort -k2 |
			awk '!($1 in n) { n[$1] = ++c } { print n[$1], $2 }'
	)
}

# sums BY...: a line for each tree and each archive of each case, made by `BY...
# pyvenv` in /mnt, where BY finds an empty directory.
sums()
{
	local format case n=0 by=("$@")

	rm -rf "$T/at" && mkdir -m 777 "$T/at"
	chmod 755 "$T" "$BATS_TEST_TMPDIR"
	for case in "${CASES[@]}"; do
		arguments "$case"
		n=$((n + 1))
		SOURCE_DATE_EPOCH=1700000000 "${by[@]}" "$VENVBOX" pyvenv \
			"${args[@]}" "/mnt/e $n" </dev/null || return 1
		shot "$T/at" | sha256sum
		"${by[@]}" "$VENVBOX" pyvenv "${args[@]}" --archive \
			"$([ $n = 2 ] && echo cpio || echo tar)" "/mnt/e $n" \
			</dev/null | sha256sum
	done
}

# in_mnt COMMAND...: with $T/at in the place of /mnt.
in_mnt()
{
	bwrap --dev-bind / / --bind "$T/at" /mnt "$@"
}

# expect FILE: it has the sums that setup made.
expect()
{
	[ "$(wc -l <"$1")" = $COUNT ]
	diff "$T/sums" "$1"
}

# first: what the others are compared with.
first()
{
	sums in_mnt >"$T/sums"
	[ "$(sort -u "$T/sums" | wc -l)" = $COUNT ]
}

@test "two runs make the same bytes" {
	first
	sleep 1.1
	sums in_mnt >"$T/other"
	expect "$T/other"
}

@test "the umask changes no byte" {
	first
	local mask
	for mask in 000 077; do
		(umask $mask && sums in_mnt) >"$T/other"
		expect "$T/other"
	done
}

@test "two locales, time zones, homes and terminals" {
	first
	sums in_mnt env LC_ALL=C LANG=tr_TR.UTF-8 TZ=Pacific/Kiritimati \
		HOME=/nowhere TERM=dumb USER=x LOGNAME=y >"$T/other"
	expect "$T/other"
	sums in_mnt env -u LC_ALL -u HOME LANG=de_DE.ISO-8859-1 \
		TZ=America/Lima >"$T/other"
	expect "$T/other"
}

@test "the host changes no byte" {
	first
	sums bwrap --dev-bind / / --bind "$T/at" /mnt --unshare-all --hostname \
		other >"$T/other"
	expect "$T/other"
}

@test "the current directory changes no byte" {
	first
	mkdir -p "$T/some where/else"
	cd "$T/some where/else"
	sums in_mnt >"$T/other"
	expect "$T/other"
	# and a name that is relative to it is the same as the absolute one
	arguments ""
	(cd / && "$VENVBOX" pyvenv "${args[@]}" --archive tar mnt/./e) |
		sha256sum >"$T/a"
	"$VENVBOX" pyvenv "${args[@]}" --archive tar /mnt/e >"$T/tar"
	# but for the words of the command, which pyvenv.cfg keeps
	[ "$(sha256sum <"$T/tar")" = "$(cat "$T/a")" ]
}

@test "the user changes no byte" {
	[ "$(id -u)" = 0 ] || skip "not root: there is only one"
	first
	# shellcheck disable=SC2030 # of this test only
	chmod 755 "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR" "$WHEELS"
	sums bwrap --dev-bind / / --bind "$T/at" /mnt \
		--bind "$VENVBOX" "$(readlink -f "$VENVBOX")" \
		setpriv --reuid=65534 --regid=65534 --clear-groups >"$T/other"
	expect "$T/other"
}

@test "the number of processors changes no byte" {
	first
	sums in_mnt taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" \
		>"$T/other"
	expect "$T/other"
}

@test "another order of directory entries, another file system" {
	first
	mkdir "$T/reversed" "$T/base"
	find "$WHEELS" -name '*.whl' | LC_ALL=C sort -r | while read -r file; do
		cp "$file" "$T/reversed"
		touch "$T/reversed/not-a-wheel.${file##*/}.txt"
	done
	# the same path leads to it, so that `command` in pyvenv.cfg is the same
	sums bwrap --dev-bind / / --bind "$T/at" /mnt --bind "$T/reversed" \
		"$WHEELS" >"$T/other"
	expect "$T/other"
	local at=/dev/shm
	[ "$(stat -f -c %T $at)" = tmpfs ] || skip "no tmpfs in $at"
	[ "$(stat -f -c %T "$T")" != tmpfs ] || skip "$T is a tmpfs as well"
	sums_on_tmpfs >"$T/other"
	expect "$T/other"
}

# The same, into a tmpfs and out of one.
sums_on_tmpfs()
{
	local there keep=$T result=0

	there=$(mktemp -d /dev/shm/venvbox-repro.XXXXXX)
	cp -a "$WHEELS" "$there/wheels"
	T=$there
	sums bwrap --dev-bind / / --bind "$there/at" /mnt \
		--bind "$there/wheels" "$WHEELS" || result=1
	T=$keep
	rm -rf "$there"
	return $result
}

# unpack PROGRAM ARCHIVE: into the directory got.
unpack()
{
	rm -rf "$T/got"
	mkdir "$T/got"
	cd "$T/got" || return 1
	case $1 in
	tar) tar -xpf "$2" --delay-directory-restore ;;
	bsdtar) bsdtar -xpf "$2" ;;
	busybox-tar) busybox tar -xpf "$2" ;;
	python) python3 -c 'import sys, tarfile
# the default is another one since 3.14, and 3.12 warns of that
f = {"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}
tarfile.open(sys.argv[1]).extractall(**f)' "$2" ;;
	cpio) cpio -idm --quiet <"$2" ;;
	bsdcpio) bsdcpio -idm --quiet <"$2" ;;
	busybox-cpio) busybox cpio -idm <"$2" 2>/dev/null ;;
	esac
	cd "$T" || return 1
}

# The parts of the tree that get their time from PROGRAM: others do not keep it.
times_by()
{
	case $1 in
	python) echo '^[^	]*	[df] ' ;;
	cpio | busybox-*) echo '^[^	]*	f ' ;;
	*) echo . ;;
	esac
}

@test "an archive that is unpacked is the tree, with its times" {
	local case format program
	export SOURCE_DATE_EPOCH=1700000000

	for case in "${CASES[@]}"; do
		arguments "$case"
		rm -rf at want
		mkdir -m 755 at
		in_mnt "$VENVBOX" pyvenv "${args[@]}" /mnt/e
		mkdir want
		mv at want/mnt
		touch -d @1700000000 want/mnt
		shot want >tree
		sed 's/\(	[a-z] [0-7]*\) [0-9.]*/\1/' tree >no-times
		for format in tar cpio; do
			"$VENVBOX" pyvenv "${args[@]}" --archive $format /mnt/e \
				>archive
			for program in $format bsd$format busybox-$format \
				$([ $format = cpio ] || echo python); do
				unpack "$program" "$T/archive"
				shot got >unpacked
				echo "$program"
				sed 's/\(	[a-z] [0-7]*\) [0-9.]*/\1/' unpacked |
					diff no-times -
				diff <(grep "$(times_by "$program")" tree) \
					<(grep "$(times_by "$program")" unpacked)
			done
		done
	done
}

#!/usr/bin/env bats
# --archive: an environment as an archive on standard output. Archives are
# unpacked by each program that has them to: GNU tar, libarchive, busybox,
# Python; GNU cpio. What unpacks without wrong times is compared with them.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base
	fake_python "$BASE" 3.12.4
	export WHEELS=$BATS_FILE_TMPDIR/wheels
	mkdir "$WHEELS"
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B - "$WHEELS" <<'PYTHON'
import sys, make_odd
M, to = make_odd.Member, sys.argv[1]
make_odd.make(to, "alpha-1.0", {
    "alpha/__init__.py": "", "alpha/empty/data": "", "alpha/large": "x" * 200000,
    "alpha/%s/%s.py" % ("d" * 120, "f" * 150): "long = 1\n",
    "alpha-1.0.data/scripts/run": M("#!python\nprint(1)\n", 0o100755),
    "alpha-1.0.data/data/share/doc": "text",
    "alpha-1.0.dist-info/entry_points.txt": "[console_scripts]\nal = alpha:f\n"})
make_odd.make(to, "beta-2.0", {"beta.py": "", "alpha/beta.py": ""})
PYTHON
	)
}

# archive FORMAT ARG...: pyvenv --archive into the file $ARCHIVE; sets status and
# stderr.
archive()
{
	ARCHIVE=$IO/archive
	status=0
	"$T/links/pyvenv" -p "$BASE" --archive "$@" >"$ARCHIVE" 2>"$IO/err" ||
		status=$?
	stderr=$(tr -d '\0' <"$IO/err")
	printf 'archive %s\nstatus %d\n%s\n' "$*" "$status" "$stderr"
	[ "$status" -lt 128 ]
}

# unpack PROGRAM DIR: the file archive, by a program that is called so here.
unpack()
{
	local file=$ARCHIVE

	mkdir "$2"
	(
		cd "$2" || exit
		case $1 in
		tar) tar -xpf "$file" --delay-directory-restore ;;
		bsdtar) bsdtar -xpf "$file" ;;
		busybox-tar) busybox tar -xpf "$file" ;;
		python)
			python3 -c 'import sys, tarfile
# the default is another one since 3.14, and 3.12 warns of that
f = {"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}
tarfile.open(sys.argv[1]).extractall(**f)' "$file" ;;
		cpio) cpio -idm --quiet <"$file" ;;
		bsdcpio) bsdcpio -idm --quiet <"$file" ;;
		busybox-cpio) busybox cpio -idm <"$file" ;;
		esac
	) 2>"$IO/said"
	grep -vE '^[0-9]+ blocks|hdrcharset' "$IO/said" || return 0
	echo "^ said by $1"
	return 1
}

# programs FORMAT: those that unpack it.
programs()
{
	case $1 in
	tar) echo tar bsdtar busybox-tar python ;;
	cpio) echo cpio bsdcpio busybox-cpio ;;
	esac
}

# tree_of DIR: types, modes, owners, link targets, which names are one file, and
# contents.
tree_of()
{
	(
		cd "$1" || exit
		tree .
		find . -mindepth 1 -printf '%P %U:%G\n' | LC_ALL=C sort
		find . -type f -links +1 -printf '%i %P\n' | LC_ALL=C sort -k2 |
			awk '!($1 in n) { n[$1] = ++c } { print n[$1], $2 }'
	)
}

# as_on_disk FORMAT ENV_DIR ARG...: what each program unpacks is the tree that
# pyvenv makes on the disk.
as_on_disk()
{
	local format=$1 env=$2 program above

	shift 2
	pv -p "$BASE" "$@" -- "$env"
	[ "$status" = 0 ] || return 1
	rm -rf want
	mkdir -p want/"${env%/*}"
	for above in tmp:1777 var/tmp:1777 root:700; do
		[ ! -d "want/${above%:*}" ] || chmod "${above#*:}" "want/${above%:*}"
	done
	mv "$env" want/"$env"
	tree_of want >want.tree
	archive "$format" "$@" -- "$env"
	[ "$status" = 0 ] || return 1
	for program in $(programs "$format"); do
		rm -rf got
		unpack "$program" got || return 1
		tree_of got | diff want.tree - || {
			echo "^ $program"
			return 1
		}
	done
}

# setup_dir: a place for environments, with parents as an archive has them.
setup_dir()
{
	chmod 755 "$T"
	ENV=$T/e/n/v
	mkdir -p "$T/e/n"
}

@test "unpacked, it is what is made on the disk" {
	setup_dir
	for format in tar cpio; do
		as_on_disk $format "$ENV"
		as_on_disk $format "$ENV" --copies
		as_on_disk $format "$ENV" --activators all --prompt 'a b'
		as_on_disk $format "$ENV" --wheel "$WHEELS"
		as_on_disk $format "$ENV" --copies --wheel "$WHEELS" --minimal
		as_on_disk $format "$ENV" --wheel "$WHEELS" --relocatable \
			--python-target /opt/bin/python3.12
	done
}

@test "long names, and names that are not ASCII or not UTF-8" {
	setup_dir
	local d name
	d=$(printf 'd%.0s' {1..100})
	for name in "$d" "$d/$d" "$d/$d/$d/$d/$d" été $'\xff\xfe' $'\xff/'"$d/$d/é" \
		"a b" $'a\nb'; do
		mkdir -p "$T/e/$name"
		for format in tar cpio; do
			# a newline is not for pyvenv.cfg
			case $name in *$'\n'*) continue ;; esac
			as_on_disk $format "$T/e/$name/v" --copies
			as_on_disk $format "$T/e/$name/v" --wheel "$WHEELS"
		done
	done
}

@test "a link to a far Python" {
	setup_dir
	local d
	d=$T/$(printf 'p%.0s' {1..120})
	cp -a "$BASE" "$d"
	BASE=$d as_on_disk tar "$ENV"
	BASE=$d as_on_disk cpio "$ENV"
}

@test "parents are entries, each once, before what is in them" {
	archive tar /srv/a/v /srv/a/w /x
	[ "$status" = 0 ]
	tar -tf "$ARCHIVE" >names
	[ "$(head -n 3 names)" = $'srv/\nsrv/a/\nsrv/a/v/' ]
	[ "$(sort names | uniq -d)" = "" ]
	for name in srv/ srv/a/ srv/a/v/ srv/a/w/ srv/a/w/bin/ x/ x/pyvenv.cfg; do
		grep -qx $name names
	done
	awk '{ d = $0; sub(/[^\/]*\/?$/, "", d); seen[$0] = 1 }
		d != "" && !(d in seen) { print; bad = 1 } END { exit bad }' names
	archive cpio /srv/a/v /srv/a/w /x
	cpio -t --quiet <"$ARCHIVE" | sed 's,^\./,,' >other
	sed 's,/$,,' names | diff - other
}

@test "owner is root, modes are those of umask 022, times are the epoch" {
	local umask
	for umask in 000 077; do
		umask $umask
		archive tar --wheel "$WHEELS" --copies /v
		tar -tvf "$ARCHIVE" --numeric-owner --full-time |
			awk '{ print substr($1, 1, 1), $1, $2, $4, $5 }' |
			sort -u >kinds
		diff - kinds <<-EOF
			- -rw-r--r-- 0/0 1970-01-01 00:00:00
			- -rwxr-xr-x 0/0 1970-01-01 00:00:00
			d drwxr-xr-x 0/0 1970-01-01 00:00:00
			h hrwxr-xr-x 0/0 1970-01-01 00:00:00
			l lrwxrwxrwx 0/0 1970-01-01 00:00:00
		EOF
		# and no names of owners
		tar -tvf "$ARCHIVE" >kinds
		refuse grep root kinds
	done
	SOURCE_DATE_EPOCH=1000000000 archive tar /v
	[ "$(tar -tvf "$ARCHIVE" --full-time | awk '{ print $4, $5 }' | sort -u)" = \
		"2001-09-09 01:46:40" ]
	SOURCE_DATE_EPOCH=1000000000 archive cpio /v
	[ "$(bsdcpio -tv --quiet <"$ARCHIVE" | awk '{ print $6, $7, $8 }' | sort -u)" = \
		"Sep 9 2001" ]
}

@test "times that a format cannot hold" {
	SOURCE_DATE_EPOCH=4294967295 archive cpio /v
	[ "$status" = 0 ]
	SOURCE_DATE_EPOCH=4294967296 archive cpio /v
	[ "$status" = 1 ]
	has SOURCE_DATE_EPOCH "$stderr"
	[ ! -s "$ARCHIVE" ]
	SOURCE_DATE_EPOCH=9999999999 archive tar /v
	[ "$(tar -tvf "$ARCHIVE" --full-time | awk '{ print $4, $5 }' | sort -u)" = \
		"2286-11-20 17:46:39" ]
	[ "$(bsdtar -tvf "$ARCHIVE" | awk '{ print $6, $7, $8 }' | sort -u)" = \
		"Nov 20 2286" ]
}

@test "a file that is too large for cpio" {
	cp -a "$BASE" big
	truncate -s $((1 << 32)) big/bin/python3.12 2>/dev/null ||
		skip "no large files here"
	archive cpio -p "$PWD/big" --copies /v
	[ "$status" = 1 ]
	has "File too large" "$stderr"
	[ ! -s "$ARCHIVE" ]
}

@test "cpio segments, one after the other" {
	# as the kernel reads them: each begins at a multiple of four
	archive cpio --copies /a
	[ $(($(stat -c %s "$ARCHIVE") % 512)) = 0 ]
	cp "$ARCHIVE" both
	archive cpio /b
	cat "$ARCHIVE" >>both
	python3 - both >names <<-'EOF'
		import sys
		data, at = open(sys.argv[1], "rb").read(), 0
		while at < len(data):
		    if data[at] == 0:
		        at += 1
		        continue
		    assert at % 4 == 0 and data[at:at + 6] == b"070701", at
		    f = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16)
		         for i in range(13)]
		    name = data[at + 110:at + 110 + f[11]]
		    assert name[-1] == 0 and f[2] == f[3] == f[12] == 0
		    assert f[7:11] == [0] * 4
		    print(f[0], f[4], f[6], name[:-1].decode())
		    at = (at + 110 + f[11] + 3) // 4 * 4
		    at = (at + f[6] + 3) // 4 * 4
	EOF
	[ "$(grep -c 'TRAILER!!!$' names)" = 2 ]
	# inodes are consecutive, but for the names of one file
	awk '$4 ~ /TRAILER/ { last = 0; next }
		$1 != last + 1 && !($2 > 2 && $3 == 0) { print; bad = 1 }
		{ last = $1 > last ? $1 : last }
		END { exit bad }' names
	# its content comes with the first of them
	[ "$(awk '$4 ~ /^a.bin.python/ { print $2, ($3 > 0) }' names)" = \
		$'3 1\n3 0\n3 0' ]
}

@test "nothing of the disk is looked at or written" {
	mkdir v v/bin
	echo mine >v/pyvenv.cfg
	ln -s /nowhere v/lib
	chmod 0 v/bin
	times . >"$IO/before"
	archive tar --wheel "$WHEELS" v
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	times . | diff "$IO/before" -
}

@test "no file is opened for writing, and ENV_DIR not at all" {
	need_itself "its own system calls are in the trace"
	strace -f -o "$IO/trace" "$T/links/pyvenv" -p "$BASE" --archive tar \
		--wheel "$WHEELS" "$T/v" >/dev/null
	refuse grep -F "\"$T/v" "$IO/trace"
	refuse grep -E 'O_CREAT|O_WRONLY|O_RDWR|mkdir|symlink|rename|unlink' "$IO/trace"
}

@test "without wheels it is one write" {
	need_itself "its own system calls are in the trace"
	strace -f -o "$IO/trace" -e trace=write "$T/links/pyvenv" -p "$BASE" \
		--archive tar /v >/dev/null
	[ "$(grep -c 'write(1' "$IO/trace")" = 1 ]
	[ "$(grep -c 'write(' "$IO/trace")" = 1 ]
}

@test "an error in one of several is found before the first byte" {
	cp "$WHEELS"/alpha-*.whl "$T"
	# a member that has not the hash of RECORD, and one that is a directory of
	# another wheel
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B - "$T" <<'PYTHON'
import sys, make_odd
make_odd.make(sys.argv[1], "delta-1.0", {"alpha/empty/data/x": "other"})
PYTHON
	)
	python3 - "$T/alpha-1.0-py3-none-any.whl" <<-'EOF'
		import sys, zipfile
		path = sys.argv[1]
		with zipfile.ZipFile(path) as z:
		    members = [(i, z.read(i)) for i in z.infolist()]
		with zipfile.ZipFile(path.replace("1.0", "1.1", 1), "w") as z:
		    for i, data in members:
		        i.filename = i.filename.replace("1.0", "1.1", 1)
		        data = data.replace(b"alpha-1.0", b"alpha-1.1")
		        data = data.replace(b"\nVersion: 1.0", b"\nVersion: 1.1")
		        z.writestr(i, data.replace(b"xxxx", b"xxxy", 1))
	EOF
	local wheels
	for wheels in "alpha-1.1" "alpha-1.0 delta-1.0"; do
		set --
		for name in $wheels; do
			set -- "$@" --wheel "$name-py3-none-any.whl"
		done
		archive tar "$@" /v
		[ "$status" = 1 ]
		[ ! -s "$ARCHIVE" ]
		[ "$(wc -l <"$IO/err")" = 1 ]
	done
	# the second is no name for an environment
	archive tar /v /a:b
	[ "$status" = 1 ]
	[ ! -s "$ARCHIVE" ]
	has "cannot create '/a:b'" "$stderr"
	for twice in "/v /v" "/v //v" "/v/w /v" "/v /v/bin" "/v /v/pyvenv.cfg/x"; do
		# shellcheck disable=SC2086 # two names
		archive tar $twice
		[ "$status" = 1 ]
		[ ! -s "$ARCHIVE" ]
		has "cannot create '/" "$stderr"
	done
}

@test "names that no environment may have" {
	local name
	for name in / // "" /.venvbox-x "$BASE" "${BASE%/*}" \
		"/$(printf 'n%.0s' {1..256})"; do
		archive tar "$name"
		[ "$status" = 1 ]
		[ ! -s "$ARCHIVE" ]
		has "cannot create '$name'" "$stderr"
	done
}

@test "standard output that takes nothing more" {
	status=0
	links/pyvenv -p "$BASE" --archive tar /v >/dev/full 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(cat err)" = "pyvenv: cannot write to standard output: No space left on device" ]
	status=0
	links/pyvenv -p "$BASE" --archive cpio /v >&- 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(cat err)" = "pyvenv: cannot write to standard output: Bad file descriptor" ]
	# a reader that goes away
	(
		set -o pipefail
		trap '' PIPE
		links/pyvenv -p "$BASE" --archive tar --wheel "$WHEELS" /v 2>err |
			head -c 100 >/dev/null
	) && return 1
	[ "$(cat err)" = "pyvenv: cannot write to standard output: Broken pipe" ]
	(
		set -o pipefail
		trap - PIPE
		links/pyvenv -p "$BASE" --archive tar --wheel "$WHEELS" /v 2>err |
			head -c 100 >/dev/null
	) || status=$?
	[ "$status" = 141 ]
	[ ! -s err ]
}

@test "an archive that cannot be completed has no end mark" {
	# the file shrinks between proof and writing
	cp -a "$BASE" base
	yes | head -c 9000000 >>base/bin/python3.12
	mkfifo pipe
	links/pyvenv -p "$PWD/base" --archive tar --copies /v >pipe 2>err &
	exec 4<pipe
	dd bs=1024 count=64 of=part <&4 2>/dev/null
	truncate -s 9000 base/bin/python3.12
	cat <&4 >>part
	status=0
	wait $! || status=$?
	exec 4<&-
	[ "$status" = 1 ]
	has "cannot write '/v/bin/python" "$(cat err)"
	refuse cmp -s <(tail -c 1024 part) <(head -c 1024 /dev/zero)
}

@test "an archive is not written to a terminal" {
	need_terminal
	status=0
	python3 -c 'import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
		links/pyvenv -p "$BASE" --archive tar /v >shown || status=$?
	[ "$status" = 2 ]
	has "does not write to a terminal" "$(cat shown)"
	refuse grep -q ustar shown
}

@test "options that --archive excludes are usage errors" {
	local option
	for option in --clear --upgrade --exist-ok --check -n --json; do
		archive tar $option /v
		[ "$status" = 2 ]
		[ ! -s "$ARCHIVE" ]
		has "--archive cannot be used with" "$stderr"
	done
	for option in zip ta "" TAR; do
		archive "$option" /v
		[ "$status" = 2 ]
		[ ! -s "$ARCHIVE" ]
		has "not cpio or tar" "$stderr"
	done
}

@test "messages go to standard error" {
	archive tar -v --wheel "$WHEELS" /v
	[ "$status" = 0 ]
	has "pyvenv: using $BASE" "$stderr"
	has "pyvenv: chosen: alpha 1.0" "$stderr"
	tar -tf "$ARCHIVE" >/dev/null
	# each warning once, although all is put twice
	archive tar --activators all $'/v\xff' /w
	[ "$status" = 0 ]
	has "warning: Activate.ps1 is left out" "$stderr"
	[ "$(sort "$IO/err" | uniq -d)" = "" ]
	archive tar -q --activators all $'/v\xff'
	[ -z "$stderr" ]
}

@test "an archive is made of a root, which stays unchanged" {
	mkdir -p root/usr
	cp -a "$BASE"/. root/usr
	archive tar --root "$T/root" -p /usr/bin/python3 --copies /opt/v
	[ "$status" = 0 ]
	unpack tar got
	cmp got/opt/v/bin/python3.12 "$BASE/bin/python3.12"
	grep -qx 'home = /usr/bin' got/opt/v/pyvenv.cfg
	[ ! -e root/opt ]
}

@test "directories above an environment keep the modes that they usually have" {
	archive tar /tmp/a /root/b /var/tmp/c /opt/d
	[ "$status" = 0 ]
	run sh -c "tar tvf '$ARCHIVE' | awk '\$6 ~ /^(tmp|root|var|var.tmp|opt).\$/ { print \$1, \$6 }'"
	[ "$(sort <<<"$output")" = "drwx------ root/
drwxr-xr-x opt/
drwxr-xr-x var/
drwxrwxrwt tmp/
drwxrwxrwt var/tmp/" ]
}

@test "directories above an environment keep the modes that they have in the root" {
	mkdir -p root/srv/web
	cp -a "$BASE" root/usr
	chmod 2750 root/srv
	chmod 700 root/srv/web
	"$T/links/pyvenv" --root root --archive tar /srv/web/env >"$IO/tar" 2>"$IO/err"
	run sh -c "tar tvf '$IO/tar' | awk '\$6 ~ /^srv.(web.(env.)?)?\$/ { print \$1, \$6 }'"
	[ "$output" = "drwxr-s--- srv/
drwx------ srv/web/
drwxr-xr-x srv/web/env/" ]
}

# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# For attacks that need no race. Everything is below $P, which other users can
# reach; $P/pyvenv is the program.

load ../fault/helpers

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

need_strace()
{
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
}

# picture PATH...: all that is there, as text: kind, mode, owner, inode, target
# and contents.
picture()
{
	local path
	for path; do
		find "$path" -printf '%y %m %U:%G %i %p %l\n' | LC_ALL=C sort
		find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
	done
}

# make_victim: $P/victim, of root, with what an environment may have.
make_victim()
{
	mkdir -p "$P/victim/bin" "$P/victim/lib" "$P/victim/old" "$P/victim/new"
	local name
	for name in pyvenv.cfg bin/activate bin/python lib/file old/file new/file; do
		echo precious >"$P/victim/$name"
	done
	chmod 640 "$P/victim/lib/file"
	victim=$(picture "$P/victim")
}

same_victim()
{
	diff <(echo "$victim") <(picture "$P/victim")
}

# public: sets $P, and $pattern: how the names of work directories for `env`
# begin.
public()
{
	need root
	P=$(mktemp -d /tmp/venvbox-attack.XXXXXX)
	chmod 755 "$P"
	cp -L "$T/links/pyvenv" "$P/pyvenv"
	local name=env hash=$((0x811c9dc5)) i
	for ((i = 0; i < ${#name}; i++)); do
		hash=$(((hash ^ $(printf '%d' "'${name:i:1}")) * 0x01000193 & 0xffffffff))
	done
	pattern=.venvbox-$(printf '%08x' "$hash")
}

# make_image DIR: a root with a Python.
make_image()
{
	local python name
	python=$(readlink -f /usr/bin/python3)
	name=${python##*/}
	mkdir -p "$1/usr/bin" "$1/usr/lib/$name/lib-dynload"
	cp "$python" "$1/usr/bin/"
	ln -s "$name" "$1/usr/bin/python3"
	cp "/usr/lib/$name/os.py" "$1/usr/lib/$name/"
}

# litter PATH: the work directories there.
litter()
{
	find "$1" -name '.venvbox-*'
}

# make_wheels DIR: demo-1.0 and demo-2.0.
make_wheels()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$BATS_TEST_DIRNAME/make_wheels.py" "$1"
}

# attempt COMMAND...: sets status, and out: both outputs.
attempt()
{
	status=0
	out=$(timeout 300 "$@" 2>&1 </dev/null) || status=$?
	printf '%s\nstatus %s\n%s\n' "$*" "$status" "$out"
	[ "$status" = 0 ] || [ "$status" = 1 ]
}

teardown()
{
	[ -z "${P:-}" ] || rm -rf "$P"
}

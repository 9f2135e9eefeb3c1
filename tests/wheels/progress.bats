#!/usr/bin/env bats
# The line on a terminal that says what a long run is at.

bats_require_minimum_version 1.5.0

load helpers

setup_file()
{
	base_for_wheels
	export WHEELS=$BATS_FILE_TMPDIR/wheels
	mkdir "$WHEELS"
	python3 -S - "$BATS_TEST_DIRNAME" "$WHEELS" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import Member, project
for name in "anna", "bert", "carl":
    with open(f"{sys.argv[2]}/{name}-1.0-py3-none-any.whl", "wb") as f:
        f.write(project(name, *(Member(f"{name}/m{i}.py", "x = 1\n")
                                for i in range(6))))
END
}

# at_terminal COLUMNS COMMAND...: what COMMAND writes to a terminal, \r as ^.
at_terminal()
{
	python3 - "$@" <<'END' | tr '\r' '^'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 25, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(2, termios.TIOCSWINSZ, size)
    os.execvp(sys.argv[2], sys.argv[2:])
out = b""
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    out += got
sys.stdout.buffer.write(out)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

# COMMAND after it closes each of its files only after a while
SLOW='strace -f -qq -e trace=close -e signal=none
	-e inject=close:delay_enter=40000 -o'

@test "a long run says on a terminal what it installs, and leaves nothing" {
	# shellcheck disable=SC2086 # a list of words
	at_terminal 80 $SLOW "$T/trace" "$T/links/pyvenv" -p "$BASE/bin/python3" \
		--wheel "$WHEELS" env >"$IO/out"
	has '^pyvenv: installing 2 of 3: bert 1.0' "$(cat "$IO/out")"
	has '^pyvenv: installing 3 of 3: carl 1.0' "$(cat "$IO/out")"
	# the last thing is the line in blanks
	grep -qE '\^ {35}\^$' "$IO/out"
	[ "$(wc -l <"$IO/out")" = 0 ]
	[ -d env/lib/python3.13/site-packages/carl-1.0.dist-info ]
}

@test "an interrupt leaves nothing of it, and the process ends by it" {
	python3 - "$T/links/pyvenv" "$BASE/bin/python3" "$WHEELS" <<'END'
import os, pty, signal, sys
pyvenv, base, wheels = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored in the background
    slow = ("strace -f -qq -e trace=close -e signal=none -o trace "
            "-e inject=close:delay_enter=40000").split()
    os.execvp("strace", [*slow, pyvenv, "-p", base, "--wheel", wheels, "env"])
out = b""
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    if b"installing" in got and b"installing" not in out:
        os.write(fd, b"\3")
    out += got
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(status, out)
blank, _, rest = out.rpartition(b"\r")[0].rpartition(b"\r")
assert status == -2 and not rest.strip(b" ") and len(rest) > 20, out
END
	[ ! -e env ]
	tidy
}

@test "a narrow terminal shows what fits into a line" {
	# shellcheck disable=SC2086 # a list of words
	at_terminal 20 $SLOW "$T/trace" "$T/links/pyvenv" -p "$BASE/bin/python3" \
		--wheel "$WHEELS" env >"$IO/out"
	has '^pyvenv: installing ^' "$(cat "$IO/out")"
	[ "$(tr '^' '\n' <"$IO/out" | grep -cE '.{20}')" = 0 ]
}

@test "nothing of a short run, with -q, or where stderr is no terminal" {
	[ -z "$(at_terminal 80 "$T/links/pyvenv" -p "$BASE/bin/python3" \
		--wheel "$WHEELS" env)" ]
	# shellcheck disable=SC2086 # a list of words
	[ -z "$(at_terminal 80 $SLOW "$T/trace" "$T/links/pyvenv" -q \
		-p "$BASE/bin/python3" --wheel "$WHEELS" quiet)" ]
	# shellcheck disable=SC2086 # a list of words
	$SLOW "$T/trace" "$T/links/pyvenv" -p "$BASE/bin/python3" --wheel "$WHEELS" file \
		2>"$IO/err"
	[ ! -s "$IO/err" ]
	[ -d file ]
	# it was slow enough
	[ "$(grep -c DELAYED "$T/trace")" -gt 12 ]
}

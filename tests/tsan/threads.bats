#!/usr/bin/env bats
# ThreadSanitizer looks on while several workers write wheels: in each mode, and
# while a run ends early.

bats_require_minimum_version 1.5.0

load ../wheels/helpers

setup_file()
{
	base_for_wheels
	export WHEELS=$BATS_FILE_TMPDIR/wheels
	mkdir "$WHEELS"
	python3 -S - "$BATS_TEST_DIRNAME/../wheels" "$WHEELS" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import Member, project
# enough in each for a second worker
for n in range(24):
    with open(f"{sys.argv[2]}/p{n}-1.0-py3-none-any.whl", "wb") as f:
        f.write(project(f"p{n}", *[
            Member(f"p{n}/d{k % 3}/m{k}.py", f"# {n} {k}\n" * 40)
            for k in range(200)]))
END
}

setup()
{
	T=$BATS_TEST_TMPDIR
	[ "$(nproc)" -gt 1 ] || skip "one processor: there is one worker"
	ln -s "$BUILD/tsan/venvbox" "$T/pyvenv"
	# an old kernel's random addresses are not what it expects
	run=("$(command -v setarch)" -R env TSAN_OPTIONS=exitcode=66
		"$T/pyvenv" -p "$BASE/bin/python3")
}

# sound CODE COMMAND...: it ends with CODE, and without a data race.
sound()
{
	local code=$1
	shift
	status=0
	"${run[@]}" "$@" 2>"$T/stderr" || status=$?
	! grep -A 40 ThreadSanitizer "$T/stderr" || return 1
	[ "$status" = "$code" ] || { cat "$T/stderr"; return 1; }
}

@test "several workers write the wheels" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	strace -f -qqq -o "$T/trace" -e trace=clone,clone3 \
		"${run[@]}" --wheel "$WHEELS" "$T/env"
	[ "$(grep -c CLONE_THREAD "$T/trace")" -gt 1 ]
}

@test "no data race: a new environment, each change, archives" {
	sound 0 --wheel "$WHEELS" "$T/env"
	sound 0 --exist-ok --wheel "$WHEELS" "$T/env"
	sound 0 --upgrade --wheel "$WHEELS" "$T/env"
	sound 0 --clear --wheel "$WHEELS" "$T/env"
	for kind in tar cpio; do
		sound 0 --archive "$kind" --wheel "$WHEELS" "$T/env" >"$T/$kind"
	done
}

@test "no data race: errors and signals in the middle" {
	cp -r "$WHEELS" "$T/wheels"
	for n in 3 9 20; do
		# a byte in the middle of a member
		printf 'XX' | dd of="$T/wheels/p$n-1.0-py3-none-any.whl" bs=1 \
			seek=400 conv=notrunc status=none
	done
	sound 1 --wheel "$T/wheels" "$T/env"
	grep 'p[0-9]*-1.0-py3-none-any.whl' "$T/stderr"
	for delay in 0.05 0.1 0.15 0.2 0.3; do
		"${run[@]}" --clear --wheel "$WHEELS" "$T/env" \
			2>"$T/stderr" & pid=$!
		sleep "$delay"
		kill -TERM $pid 2>/dev/null || true
		wait $pid || true
		! grep -A 40 ThreadSanitizer "$T/stderr" || return 1
	done
	[ -z "$(compgen -G "$T/.venvbox-*")" ]
}

#!/usr/bin/env bats
# Promises 2 and 6: no other program is run and no socket is opened, whatever
# is asked for. The first exec in a trace is the one that starts pyvenv.

load helpers

# traced ARG...: run pyvenv under strace; its trace must hold one exec.
traced()
{
	need_itself "its own system calls are in the trace"
	status=0
	strace -f -qq -o "$IO/trace" -e trace=execve,execveat,socket,clone,fork,vfork \
		"$T/links/pyvenv" "$@" >"$IO/out" 2>"$IO/err" || status=$?
	cat "$IO/trace" "$IO/err"
	grep -q 'execve(.*) = 0$' "$IO/trace"
	[ "$(grep -c '(' "$IO/trace")" = 1 ]
}

@test "the check sees a second exec" {
	need_itself "its own system calls are in the trace"
	ln -sf /usr/bin/env "$T/links/pyvenv"
	run traced true
	[ "$status" != 0 ]
	has 'execve("/usr/bin/true"' "$output"
}

@test "a new environment runs nothing" {
	traced "$T/env"
	[ "$status" = 0 ]
	[ -x "$T/env/bin/python" ]
}

@test "several environments, copies and options run nothing" {
	traced --copies --system-site-packages --prompt p "$T/a" "$T/b"
	[ "$status" = 0 ]
	[ -x "$T/b/bin/python" ]
}

@test "clear, upgrade and check run nothing" {
	traced "$T/env"
	traced --clear "$T/env"
	[ "$status" = 0 ]
	traced --upgrade "$T/env"
	[ "$status" = 0 ]
	traced --check "$T/env"
	[ "$status" = 0 ]
}

@test "an interpreter that is a script is read, not run" {
	printf '#!/bin/sh\ntouch %s/was-run\nexec python3 "$@"\n' "$T" >"$T/python3"
	chmod +x "$T/python3"
	traced -p "$T/python3" "$T/env"
	[ ! -e "$T/was-run" ]
}

@test "failures run nothing" {
	traced -p "$T/nothing" "$T/env"
	[ "$status" = 1 ]
	traced --no-such-option
	[ "$status" = 2 ]
}

#!/usr/bin/env bats
# bin/activate.xsh and what activate-print prints, in xonsh: any name, any
# state before, and the same state after.

# shellcheck disable=SC2016 # code for xonsh
# shellcheck disable=SC2034,SC2154 # used by setup; names
ACTIVATORS=all
load setup
load draw_editor

print='@($BIN + "/activate-print") -s xonsh'
leave='execx($(@($BIN + "/deactivate") -s xonsh))'

# xsh CODE: run it. Sets status, output and stderr.
xsh()
{
	command -v xonsh >/dev/null || skip "no xonsh"
	status=0
	printf '%s\n' "$1" >script.xsh
	D=$E/path/0/plain timeout 300 xonsh --no-rc script.xsh >out 2>err || status=$?
	output=$(cat out) stderr=$(cat err)
}

@test "every name" { matrix names xonsh --no-rc; }
@test "any state may be before and in between" { matrix states xonsh --no-rc; }
@test "below other shells" { matrix child xonsh --no-rc; }

@test "a failure prints code that stops the script and changes nothing" {
	local code
	for code in "$print /nowhere" '@($BIN + "/deactivate") -s xonsh'; do
		xsh "execx(\$($code))
touch CANARY"
		[ "$status" != 0 ]
		[ ! -e CANARY ]
		has ': ' "$stderr"
		has 'no environment was entered or left' "$stderr"
	done
}

@test "the python that runs, and deactivate COMMAND" {
	xsh "\$PATH.insert(0, \$BIN)
execx(\$($print \$D))
python -c 'import sys; print(sys.prefix)'
deactivate sh -c r'echo in:\$VIRTUAL_ENV \$1; exit 7' x --flag
p = !(deactivate sh -c 'exit 7')
print(p.returncode, flush=True)
deactivate sh -c 'cat; echo piped' | tr a-z A-Z
print(repr(\$(deactivate echo captured)), flush=True)
deactivate
print('out:', 'VIRTUAL_ENV' in \${...}, 'deactivate' in aliases, flush=True)
deactivate sh -c 'echo program'" </dev/null
	printf '%s\n' "$output" "$stderr"
	[ "$output" = "$E/path/0/plain
in: --flag
7
PIPED
'captured\\n'
out: False False
program" ]
}

@test "in a function, and with names that are ours" {
	xsh "os = subprocess = env = 1
def enter(directory):
	execx(\$($print @(directory)))
def leave():
	$leave
enter(\$D)
print(\$VIRTUAL_ENV == \$D, os, subprocess, env)
leave()
print('VIRTUAL_ENV' in \${...}, os, subprocess, env)"
	[ "$output" = $'True 1 1 1\nFalse 1 1 1' ]
}

@test "a name is bytes, whatever the locale" {
	local n=$'\xc3\xa9\xe4\xb8\xad\xf0\x9f\x9a\x92' where how
	where=$(echo "$E"/both/*/"$n")
	for how in "source @(\$W + '/bin/activate.xsh')" "execx(\$($print @(\$W)))"; do
		W=$where LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 xsh "$how
/usr/bin/env"
		[ "$(grep -a ^VIRTUAL_ENV= out)" = "VIRTUAL_ENV=$where" ]
	done
}

@test "the prompt on a terminal" {
	TERM=xterm draw xonsh --no-rc
}

@test "a terminal is told what to type" {
	need_terminal
	command -v script >/dev/null || skip "no script(1)"
	script -qec "'$BIN/activate-print' -s xonsh '$E/path/1/a  b'" /dev/null \
		>out </dev/null
	has "execx(\$(activate-print -s xonsh '$E/path/1/a  b'))" "$(cat out)"
}

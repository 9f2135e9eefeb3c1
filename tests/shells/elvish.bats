#!/usr/bin/env bats
# The code of activate-print for elvish: any name, any state before, and the
# same state after.

# shellcheck disable=SC2016 # code for elvish
# shellcheck disable=SC2154 # names
load setup
load draw_editor

print='(external $E:BIN/activate-print) -s elvish'
leave='eval ((external $E:BIN/deactivate) -s elvish | slurp)'

# elv CODE: run it. Sets status, output and stderr.
elv()
{
	command -v elvish >/dev/null || skip "no elvish"
	status=0
	D=$E/path/0/plain elvish -norc -c "$1" >out 2>err || status=$?
	output=$(cat out) stderr=$(cat err)
}

@test "every name" { matrix names elvish -norc; }
@test "any state may be before and in between" { matrix states elvish -norc; }
@test "below other shells" { matrix child elvish -norc; }

@test "a failure prints code that stops the script and changes nothing" {
	local code
	for code in "$print /nowhere" "$print --bogus" \
		'(external $E:BIN/deactivate) -s elvish'; do
		elv "eval ($code | slurp); e:touch CANARY"
		[ "$status" != 0 ]
		[ ! -e CANARY ]
		has ': ' "$stderr"
		# as where the status of a part of a pipeline counts for nothing
		elv "var code = ({ try { $code } catch { } } | slurp)
			eval \$code; e:touch CANARY"
		[ "$status" != 0 ]
		[ ! -e CANARY ]
		has 'no environment was entered or left' "$stderr"
	done
}

@test "the python that runs, and deactivate COMMAND" {
	elv "set paths = [\$E:BIN \$@paths]
		eval ($print \$E:D | slurp)
		python -c 'import sys; print(sys.prefix)'
		deactivate sh -c 'echo in:\$VIRTUAL_ENV \$1' x --flag
		eval (deactivate | slurp)
		echo out:\$E:VIRTUAL_ENV"
	[ "$output" = "$E/path/0/plain
in: --flag
out:" ]
	[ "$status" = 0 ]
}

@test "the prompt on a terminal" {
	TERM=xterm draw elvish -norc
}

@test "deactivate on a terminal" {
	need_terminal
	command -v elvish >/dev/null || skip "no elvish"
	command -v script >/dev/null || skip "no script(1)"
	# a function while an environment is active, and the program after that
	printf '%s\n' 'set paths = [$E:BIN $@paths]' \
		"eval ($print '$E/path/0/plain' | slurp)" \
		"deactivate sh -c 'echo =out:\$VIRTUAL_ENV='" \
		"deactivate" 'echo =left:$E:VIRTUAL_ENV=' deactivate \
		"deactivate sh -c 'echo =program='" \
		"eval ($print '$E/path/0/plain' | slurp)" "$leave" \
		'echo =left:$E:VIRTUAL_ENV=' 'exit' |
		TERM=xterm timeout 300 script -qec 'elvish -norc' /dev/null >out
	[ "$(tr '\r' '\n' <out | grep -a '^=[^=]*=$')" = $'=out:=\n=left:=\n=program=\n=left:=' ]
	grep -aq 'VIRTUAL_ENV is not set' out # says the program
}

@test "a terminal is told what to type" {
	need_terminal
	command -v script >/dev/null || skip "no script(1)"
	script -qec "'$BIN/activate-print' -s elvish '$E/path/1/a  b'" /dev/null \
		>out </dev/null
	has "eval (activate-print -s elvish \"$E/path/1/a  b\" | slurp)" "$(cat out)"
}

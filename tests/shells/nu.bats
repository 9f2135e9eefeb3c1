#!/usr/bin/env bats
# bin/activate.nu and what activate-print prints for Nushell: any name, any
# state before, and the same state after.

# shellcheck disable=SC2016 # code for another shell
# shellcheck disable=SC2034,SC2154 # for and of setup.bash and helpers.bash
bats_require_minimum_version 1.5.0
ACTIVATORS=all
load setup
load nu_path

# cells WHAT [HOW]: of the matrix; HOW the file is read.
cells()
{
	local nu
	nu=$(nu_path) || skip "no nu"
	READ=${2:-overlay use} matrix "$1" "$nu" -n
}

# nu CODE: run it, with $D an environment and $BIN our programs.
nu()
{
	local nu
	nu=$(nu_path) || skip "no nu"
	D=$E/path/0/plain run --separate-stderr "$nu" -n -c "$1"
	printf 'status %d\n%s\n%s\n' "$status" "$output" "$stderr"
}

print='^($env.BIN + "/activate-print")'
printed="$print \$env.D | from json | load-env"
left='^($env.BIN + "/deactivate") | from json | load-env'

@test "every name, by overlay use" { cells names; }
@test "some names, by source" { cells few source; }
@test "any state may be before and in between" { cells states; }
@test "the same, by source" { cells states source; }
@test "below other shells" { cells child; }

@test "names that are no text" {
	local d=$E/both/0/plain bad
	as pyvenv --activators nu $'bad\xff'
	[ "$status" = 1 ]
	as pyvenv --activators all $'bad\xff'
	[ "$status" = 0 ]
	has 'activate.nu is left out: the shell cannot hold this name' "$stderr"
	[ ! -e $'bad\xff/bin/activate.nu' ]
	[ -e $'bad\xff/bin/activate' ]
	for bad in $'bad\xff' "--prompt=$(printf '\303') $d"; do
		# shellcheck disable=SC2086 # an option and a directory
		as activate-print -s nu $bad
		[ "$status" = 1 ]
		[ "$output" = false ]
		has 'which holds UTF-8 only' "$stderr"
	done
}

@test "the file is not written unasked, and kept" {
	pv v
	[ ! -e v/bin/activate.nu ]
	pv --activators nu w
	pv --upgrade w
	[ -e w/bin/activate.nu ]
	[ ! -e w/bin/activate ]
}

@test "the python that runs" {
	nu "$printed; ^python -c 'import sys; print(sys.prefix)'"
	[ "$output" = "$E/path/0/plain" ]
	nu "$printed; $left; print (\$env.PATH | to json -r)"
	[ "$output" = '["/usr/bin","/bin"]' ]
}

@test "a failure prints code that stops the script and changes nothing" {
	local code
	for code in "$print /nowhere" "$print --bogus" '^($env.BIN + "/deactivate")'; do
		nu "$code -s nu | from json | load-env; ^/bin/touch CANARY"
		[ "$status" != 0 ]
		[ ! -e CANARY ]
		has ': ' "$stderr"
		# as where the status of a part of a pipeline counts for nothing
		nu "($code -s nu | complete).stdout | from json | load-env; ^/bin/touch CANARY"
		[ "$status" != 0 ]
		[ ! -e CANARY ]
		has 'expects a single record' "$stderr"
		nu "let before = \$env | reject LAST_EXIT_CODE?
			try { $code -s nu | from json | load-env; print no } catch { print caught }
			print ((\$env | reject LAST_EXIT_CODE? | to nuon --serialize) == (\$before | to nuon --serialize))"
		[ "$output" = $'caught\ntrue' ]
	done
}

@test "with-env" {
	nu "with-env ($print \$env.D | from json) {
			^/bin/sh -c 'echo \$VIRTUAL_ENV \$PATH' }
		^/bin/sh -c 'echo \$VIRTUAL_ENV \$PATH'"
	[ "$output" = "$E/path/0/plain $E/path/0/plain/bin:$PATH
$PATH" ]
}

@test "deactivate as a command, and more than once" {
	nu "source '$E/path/0/plain/bin/activate.nu'
		\$env.PATH = (\$env.PATH | append \$env.BIN)
		deactivate /bin/sh -c 'echo \"in:\$VIRTUAL_ENV \$1\"' x --flag
		print \$env.VIRTUAL_ENV
		deactivate -s nu | from json | load-env
		print (\$env.VIRTUAL_ENV? == null)
		deactivate"
	[ "$output" = "in: --flag
$E/path/0/plain
true
false" ]
	has 'no environment is active' "$stderr"
	[ "$status" != 0 ]
}

@test "an overlay of another name, and one that is hidden by hand" {
	local how
	for how in 'overlay use <F> as other; S; deactivate; S; overlay hide other' \
		'overlay use <F>; S; deactivate; S; overlay hide activate' \
		'overlay use <F>; S; overlay hide activate; S' \
		'use <F> *; S; deactivate; S'; do
		how=${how//<F>/"'$E/path/0/plain/bin/activate.nu'"}
		how=${how//S;/'print ("VIRTUAL_ENV" in $env) $env.PATH.0;'}
		nu "${how/%S/'print ("VIRTUAL_ENV" in $env) $env.PATH.0'}; ^/usr/bin/env"
		[ "$(head -n 4 <<<"$output")" = "true
$E/path/0/plain/bin
false
/usr/bin" ]
		[[ $output != *$'\n'@(VIRTUAL_ENV|_OLD|FILE_PWD|CURRENT_FILE)* ]]
	done
}

@test "the old prompt is told how the last command ended" {
	nu "\$env.PROMPT_COMMAND = {|| \$'[(\$env.LAST_EXIT_CODE?)]' }
		source '$E/path/0/plain/bin/activate.nu'
		try { ^/bin/sh -c 'exit 7' } catch { print (do \$env.PROMPT_COMMAND) }"
	[ "$output" = '(plain) [7]' ]
}

@test "the prompt on a terminal" {
	need_terminal
	local nu i=0 n
	nu=$(nu_path) || skip "no nu"
	mkdir names
	# read takes a NUL for a part of the character before it, if it can
	while LC_ALL=C IFS= read -r -d '' n; do
		if [ -e "$E/prompt/$i/plain/bin/activate.nu" ]; then
			ln -s "$E/prompt/$i/plain/bin/activate.nu" "names/$i.nu"
			printf %s "$n" >"names/$i.name"
		fi
		i=$((i + 1))
	done <"$NAMES"
	TERM=xterm timeout 300 python3 "$BATS_TEST_DIRNAME/draw_nu.py" names \
		"$nu" -n >drawn || {
		cat drawn
		return 1
	}
	[ ! -e CANARY ]
	tally "nu, drawn" "$(tail -n 1 drawn)"
}

@test "a terminal is told what to type" {
	need_terminal
	command -v script >/dev/null || skip "no script(1)"
	script -qec "'$BIN/activate-print' -s nu '$E/path/0/plain'" /dev/null \
		>out </dev/null
	has "activate-print -s nu $E/path/0/plain | from json | load-env" \
		"$(cat out)"
}

#!/usr/bin/env bats
# bin/activate.fish and what activate-print prints, in fish.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load ../cli/helpers
load names

setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export E=$BATS_FILE_TMPDIR/env
	local i
	for i in "${!names[@]}"; do
		pv --prompt "${names[i]}" "$E/$i/${names[i]}" || return 1
	done
}

{
	file='builtin source $DIR/bin/activate.fish'
	printed='$PRINT -s fish -- $DIR | source'
	# all that can be seen of the state, but where a function was defined
	state='
	function state
		/usr/bin/env -0 | /usr/bin/sort -z
		builtin functions -a
		builtin set -gn | /usr/bin/grep -vE "^_?status_generation"
		builtin functions fish_prompt | /usr/bin/grep -v "^# Defined"
		builtin set -q PATH
		builtin echo $status
	end
	function active
		/usr/bin/printf "%s\0" $VIRTUAL_ENV $VIRTUAL_ENV_PROMPT "$PATH"
		builtin set -q PYTHONHOME
		builtin echo $status
		/bin/false
		fish_prompt
		builtin echo
	end
	function fish_prompt
		builtin echo "$status $pipestatus old> "
	end
	'
}

# cell DIR BEFORE ENTER BETWEEN: run these and `deactivate`, with the state
# before, in between and after in the files start, active and end.
cell()
{
	printf '%s\n' "$state" "$2" 'state >start' "$3" 'active >active' \
		"$4" deactivate 'state >end' >script
	DIR=$1 PRINT=$T/links/activate-print PYTHONHOME='/p  h' TERM=dumb \
		timeout 20 fish -N script >out 2>&1 || complain "status $?" || return
	[ ! -s out ] || complain "it said something" || return
	[ ! -e CANARY ] || complain "it executed the name"
}

complain()
{
	printf '%s\n' "$1"
	cat out script
	return 1
}

# active DIR NAME PATH [PROMPT]
active()
{
	{
		printf '%s\0' "$1" "$2" "$3"
		printf '1\n%s1 1 old> \n\n' "${4-($2) }"
	} >want
	cmp want active || complain "wrong: $(tr '\0' '\n' <active)"
}

as_before()
{
	if [ $# = 1 ]; then
		sed -z "s,^PATH=.*,PATH=$1," start >start.edited
		mv start.edited start
	fi
	diff -a <(tr '\0' '\n' <start) <(tr '\0' '\n' <end) ||
		complain "not as before"
}

# Nothing of an environment is left.
no_env()
{
	if tr '\0' '\n' <end | grep '^VIRTUAL_ENV'; then
		return 1
	fi
}

setup_shell()
{
	command -v fish >/dev/null || skip "no fish"
}

@test "any name" {
	setup_shell
	local i n d enter
	for i in "${!names[@]}"; do
		n=${names[i]} d=$E/$i/$n
		for enter in "$file" "$printed"; do
			cell "$d" "" "$enter" ""
			active "$d" "$n" "$d/bin:$PATH"
			as_before
		done
	done
}

@test "variables that are empty or not set" {
	setup_shell
	local d=$E/0/plain enter
	for enter in "$file" "$printed"; do
		cell "$d" 'set -e PATH' "$enter" ""
		active "$d" plain "$d/bin" 
		as_before
		cell "$d" 'set -gx PATH' "$enter" ""
		active "$d" plain "$d/bin" 
		as_before
		cell "$d" 'set -e PYTHONHOME' "$enter" "" 
		as_before
		cell "$d" 'set -gx PYTHONHOME ""' "$enter" "" 
		as_before
		cell "$d" 'set -gx VIRTUAL_ENV_DISABLE_PROMPT 1' "$enter" ""
		active "$d" plain "$d/bin:$PATH" "" 
		as_before
		cell "$d" 'set -gx VIRTUAL_ENV_DISABLE_PROMPT ""' "$enter" ""
		active "$d" plain "$d/bin:$PATH" 
		as_before
	done
}

@test "again, another one, and with an edited PATH" {
	setup_shell
	local d=$E/0/plain enter
	export A=$E/1/${names[1]}
	for enter in "$file" "$printed"; do
		cell "$d" '' "$enter; $enter" ""
		active "$d" plain "$d/bin:$PATH" 
		as_before
		cell "$d" 'set -gx D $DIR' \
			"set DIR \$A; $enter; set DIR \$D; $enter" ""
		active "$d" plain "$d/bin:$PATH" 
		as_before
		cell "$d" '' "$enter" 'set PATH /x $DIR/bin $PATH $DIR/bin "/b c"'
		as_before "/x:$PATH:/b c"
	done
}

@test "below a shell where an environment is active" {
	setup_shell
	local d=$E/0/plain i enter
	for i in 1 3 14 26; do
		for enter in "$file" "$printed"; do
			A=$E/$i/${names[i]} cell "$d" 'set -gx VIRTUAL_ENV $A
				set -gx VIRTUAL_ENV_PROMPT p
				set -gx PATH /x $A/bin $PATH' "$enter" ""
			active "$d" plain "$d/bin:/x:$PATH"
			tr '\0' '\n' <end | grep -Fqx "PATH=/x:$PATH"
			no_env
		done
	done
}

@test "functions that wrap builtins are not called" {
	setup_shell
	local d=$E/0/plain name wrap=
	for name in echo printf contains functions source; do
		wrap+="function $name; /usr/bin/touch CANARY; end;"
	done
	cell "$d" "$wrap" "$file" 'builtin set PATH $PATH /x'
	active "$d" plain "$d/bin:$PATH"
	as_before "$PATH:/x"
}

@test "eval of what is printed" {
	setup_shell
	local d=$E/14/${names[14]}
	cell "$d" '' 'eval ($PRINT -s fish $DIR)' ''
	active "$d" "${names[14]}" "$d/bin:$PATH"
	as_before
}

@test "deactivate is printed" {
	setup_shell
	local d=$E/14/${names[14]} leave='$LEAVE -s fish | source'
	export LEAVE=$T/links/deactivate
	cell "$d" '' "$file; set -gx PATH \$PATH /x; $leave" \
		'functions -q deactivate; and echo function
		function deactivate; functions -e deactivate; end'
	as_before "$PATH:/x"
	cell "$d" 'set -gx VIRTUAL_ENV $DIR; set -gx VIRTUAL_ENV_PROMPT p
		set -gx PATH /x $DIR/bin $PATH $DIR/bin' "$leave" \
		'function deactivate; functions -e deactivate; end'
	tr '\0' '\n' <end | grep -Fqx "PATH=/x:$PATH"
	no_env
}

@test "deactivate COMMAND" {
	setup_shell
	local d=$E/0/plain
	cell "$d" "set PATH $T/links \$PATH" "$file
		deactivate sh -c 'echo \"\$VIRTUAL_ENV \$# \$1\"; exit 7' x 'a  b' >ran
		echo \$status >>ran" ''
	printf ' 1 a  b\n7\n' | diff - ran
	active "$d" plain "$d/bin:$T/links:$PATH"
	as_before
}

@test "an error stops" {
	setup_shell
	PRINT=$T/links/activate-print fish -N -c \
		'$PRINT -s fish /nowhere | source; and touch CANARY' 2>err || true
	[ ! -e CANARY ]
	[ -s err ]
}

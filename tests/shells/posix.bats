#!/usr/bin/env bats
# bin/activate and what activate-print prints, in each POSIX shell: any name,
# any state before, and the same state after.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load ../cli/helpers
load names

# Environments 1, 2, ... in $E, one for each name.
setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export E=$BATS_FILE_TMPDIR/env
	local i
	for i in "${!names[@]}"; do
		pv --prompt "${names[i]}" "$E/$i/${names[i]}" || return 1
	done
}

file='. "$DIR/bin/activate"'
printed='eval "$("$PRINT" -s sh -- "$DIR")"'

# cell DIR BEFORE ENTER BETWEEN: run cell.sh in $sh, into the file "got".
cell()
{
	# shellcheck disable=SC2086 # a command and its options
	DIR=$1 PRINT=$T/links/activate-print PYTHONHOME='/p  h' \
		$sh "$BATS_TEST_DIRNAME/cell.sh" "PS1='$ '; $2" "$3" "$4" \
		>got 2>err ||
		complain "status $?" || return
	[ ! -s err ] || complain "it said something" || return
	[ ! -e CANARY ] || complain "it executed the name"
}

complain()
{
	printf '%s in %s\n' "$1" "$sh"
	cat err
	tr '\0' '\n' <got
	return 1
}

# state PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME LAST: each with "=".
state()
{
	printf '%s\0' "PATH $1" "VIRTUAL_ENV $2" "VIRTUAL_ENV_PROMPT $3" \
		"PYTHONHOME $4" "$5"
}

# expect LABEL: the cell printed what is in the file "want".
expect()
{
	cmp -s want got && return
	printf 'in %s: %s\nwanted:\n' "$sh" "$1"
	tr '\0' '\n' <want
	complain "but got:"
}

check_names()
{
	local i d n enter
	for i in "${!names[@]}"; do
		n=${names[i]} d=$E/$i/$n
		# yash has no strings but of characters
		[[ $sh == yash* && $n == *[$'\xff\xc3']* && ! $n =~ ^.*$'\xa9' ]] &&
			continue
		{
			state "=$PATH" "" "" "=/p  h" "PS1 =$ "
			state "=$d/bin:$PATH" "=$d" "=$n" "" "python $d/bin/python"
			state "=$PATH" "" "" "=/p  h" "PS1 =$ "
		} >want
		for enter in "$file" "$printed"; do
			cell "$d" "" "$enter" "" && expect "$n: $enter" || return
		done
	done
}

# Each of the three variables unset and empty before.
check_unset()
{
	local d=$E/0/plain enter what path home ps1 new
	for enter in "$file" "$printed"; do
		for what in 'unset PATH' PATH= 'unset PYTHONHOME' PYTHONHOME= \
			'unset PS1' PS1=; do
			path="=$PATH" home="=/p  h" ps1="=$ " new=":$PATH"
			case $what in
			'unset PATH') path='' new='' ;;
			PATH=) path='=' new='' ;;
			'unset PYTHONHOME') home='' ;;
			PYTHONHOME=) home='=' ;;
			'unset PS1') ps1='' ;;
			PS1=) ps1='=' ;;
			esac
			{
				state "$path" "" "" "$home" "PS1 $ps1"
				state "=$d/bin$new" "=$d" =plain "" "python $d/bin/python"
				state "$path" "" "" "$home" "PS1 $ps1"
			} >want
			cell "$d" "$what" "$enter" "" && expect "$what: $enter" || return
		done
	done
}

# Entered again, another one while this is active, from a parent shell, with a
# PATH that was edited in between.
check_again()
{
	local d=$E/0/plain a=$E/1/${names[1]} enter before between new
	for enter in "$file" "$printed"; do
		while read -r before; do
			{
				state "=$PATH" "" "" "=/p  h" "PS1 =$ "
				state "=$d/bin:$PATH" "=$d" =plain "" "python $d/bin/python"
				state "=$PATH" "" "" "=/p  h" "PS1 =$ "
			} >want
			cell "$d" "" "$before$enter" "" && expect "$before" || return
		done <<-X
			$enter;
			DIR='$a'; $enter; DIR='$d';
			DIR='$a'; $enter; $enter; DIR='$d'; $enter;
		X
		while read -r between new; do
			{
				state "=$PATH" "" "" "=/p  h" "PS1 =$ "
				state "=$d/bin:$PATH" "=$d" =plain "" "python $d/bin/python"
				state "=$new" "" "" "=/p  h" "PS1 =$ "
			} >want
			cell "$d" "" "$enter" "$between" && expect "$between" || return
		done <<-X
			PATH=\$PATH:/x $PATH:/x
			PATH=/x:\$PATH /x:$PATH
			PATH=\$DIR/bin:/x:\$DIR/bin:\$PATH::\$DIR/bin:/y:\$DIR/bin:\$DIR/bin /x:$PATH::/y
			PATH=:\$PATH: :$PATH:
			PATH=:\$DIR/bin:\$DIR/bin: :
		X
	done
}

# A shell below one where an environment is active.
check_nested()
{
	local d=$E/0/plain a=$E/1/${names[1]} i enter
	for i in 1 2 14 26; do
		a=$E/$i/${names[i]}
		for enter in "$file" "$printed"; do
			{
				state "=/x:$a/bin:$PATH" "=$a" "=p" "=/p  h" "PS1 =$ "
				state "=$d/bin:/x:$PATH" "=$d" =plain "" \
					"python $d/bin/python"
				state "=/x:$PATH" "" "" "=/p  h" "PS1 =$ "
			} >want
			A=$a cell "$d" 'VIRTUAL_ENV=$A VIRTUAL_ENV_PROMPT=p
				PATH=/x:$A/bin:$PATH' "$enter" "" && expect nested || return
		done
	done
}

# A PS1 that was exported by a shell where an environment is active.
check_exported_prompt()
{
	local d=$E/0/plain enter ps1
	for ps1 in '($VIRTUAL_ENV_PROMPT) ' '(${VIRTUAL_ENV_PROMPT//!/!!}) ' \
		'(${VIRTUAL_ENV_PROMPT//\\/\\\\}) '; do
		for enter in "$file" "$printed"; do
			{
				state "=$PATH" =/v =v "=/p  h" "PS1 =$ps1(x) "
				state "=$d/bin:$PATH" "=$d" =plain "" "python $d/bin/python"
				state "=$PATH" "" "" "=/p  h" "PS1 =(x) "
			} >want
			cell "$d" "VIRTUAL_ENV=/v VIRTUAL_ENV_PROMPT=v
				PS1='$ps1(x) '" "$enter" "" && expect "$ps1" || return
		done
	done
	# one that the user has made so
	ps1='($VIRTUAL_ENV_PROMPT) '
	{
		state "=$PATH" =/v =v "=/p  h" "PS1 =$ps1(x) "
		state "=$d/bin:$PATH" "=$d" =plain "" "python $d/bin/python"
		state "=$PATH" "" "" "=/p  h" "PS1 =$ps1(x) "
	} >want
	cell "$d" "VIRTUAL_ENV=/v VIRTUAL_ENV_PROMPT=v VIRTUAL_ENV_DISABLE_PROMPT=1
		PS1='$ps1(x) '" "$file" "" && expect "the user's own prompt"
}

# No variable or function of ours stays; file and printed code do the same.
check_traces()
{
	# what a shell changes by itself, among it '$' and '?' of zsh
	local volatile="^('[^a-z]'|[^a-zA-Z_]|_|BASH_(ARGC|ARGV|LINENO)|FUNCNAME|LINENO|PIPESTATUS|RANDOM|SECONDS|EPOCH[A-Z]*|SRANDOM|PPID|status|pipestatus|argv|OPTIND|TTYIDLE|ERRNO|\.sh\..*|funcstack|funcfiletrace|functrace|funcsourcetrace|zsh_eval_context|ZSH_EVAL_CONTEXT|KSH_VERSION|KSH_MATCH|BASHPID)="
	local form what
	for form in file printed; do
		# shellcheck disable=SC2086
		DIR=$E/0/plain PRINT=$T/links/activate-print \
			$sh "$BATS_TEST_DIRNAME/traces.sh" "${!form}" || return
		for what in start active end; do
			grep -aEv "$volatile" $what >"$what.$form" || return
		done
		diff "start.$form" "end.$form" || return
		grep -q '^VIRTUAL_ENV' "active.$form" || return
	done
	diff active.file active.printed
}

check_forks()
{
	command -v strace >/dev/null || {
		echo "no strace"
		return 1
	}
	# shellcheck disable=SC2086,SC2016
	strace -f -o trace -e trace=%process $sh -c \
		'. "$1/bin/activate"; . "$1/bin/activate"; deactivate' x "$E/1/${names[1]}" ||
		return
	grep -q execve trace || return
	! grep -E 'fork|clone' trace
}

# What is printed when there is no such environment stops the shell.
check_failure()
{
	local print
	for print in "'$T/links/activate-print' /nowhere" \
		"'$T/links/activate-print' --bogus" "'$T/links/deactivate'"; do
		# shellcheck disable=SC2086
		! $sh -c "set -e; eval \"\$($print 2>err)\"; touch CANARY" || return
		[ ! -e CANARY ] && [ -s err ] || return
	done
}

# The printed `deactivate` needs no function, and takes one away that is there.
check_leaving()
{
	local d=$E/14/${names[14]} leave='eval "$("$LEAVE" -s sh)"'
	local inherit='VIRTUAL_ENV=$DIR VIRTUAL_ENV_PROMPT=p PATH=/x:$DIR/bin:$PATH'
	{
		state "=/x:$d/bin:$PATH" "=$d" =p "=/p  h" "PS1 =$ "
		state "=/x:$PATH" "" "" "=/p  h" "python "
		state "=/x:$PATH" "" "" "=/p  h" "PS1 =$ "
	} >want
	LEAVE=$T/links/deactivate cell "$d" "$inherit; export VIRTUAL_ENV" "$leave
		PYTHON=; command() { :; }; deactivate() { :; }" "" && expect leave ||
		return
	{
		state "=$PATH" "" "" "=/p  h" "PS1 =$ "
		state "=$PATH:/x" "" "" "=/p  h" "python "
		state "=$PATH:/x" "" "" "=/p  h" "PS1 =$ "
	} >want
	LEAVE=$T/links/deactivate cell "$d" "" "$file; PATH=\$PATH:/x; $leave
		! command -v deactivate; command() { :; }; deactivate() { :; }" "" &&
		expect "leave with function"
}

# With arguments the function becomes the program, and the shell stays inside.
check_command()
{
	local d=$E/0/plain
	{
		state "=$PATH" "" "" "=/p  h" "PS1 =$ "
		state "=$d/bin:$T/links:$PATH" "=$d" =plain "" \
			"python $d/bin/python"
		state "=$T/links:$PATH" "" "" "=/p  h" "PS1 =$ "
	} >want
	cell "$d" "" "PATH='$T/links':\$PATH; $file" '
		deactivate sh -c '\''echo "$VIRTUAL_ENV $# $1"'\'' x "a  b" >ran
		deactivate sh -c "exit 7" || echo $? >>ran' && expect command &&
		printf ' 1 a  b\n7\n' | diff - ran
}

# An alias of this name from the user's own files, but where the shell parses
# all before it runs any, and posh, which has none.
check_alias()
{
	local d=$E/0/plain enter
	{
		state "=$PATH" "" "" "=/p  h" "PS1 =$ "
		state "=$d/bin:$PATH" "=$d" =plain "" "python $d/bin/python"
		state "=$PATH" "" "" "=/p  h" "PS1 =$ "
	} >want
	for enter in "$file" "$printed"; do
		case $sh,$enter in
		posh* | ksh93* | zsh*,"$printed") continue ;;
		esac
		cell "$d" "case \${BASH_VERSINFO:+bash} in
			(bash) shopt -s expand_aliases ;;
			esac; alias deactivate='touch CANARY'" "$enter" "" &&
			expect alias || return
	done
}

# check SHELL [OPTION...]
check()
{
	sh=$*
	command -v "$1" >/dev/null || skip "no $1"
	check_unset && check_again && check_nested &&
		check_traces && check_forks && check_failure && check_leaving &&
		check_command && check_exported_prompt && check_alias
}

# every SHELL [OPTION...]: with all names, too.
every()
{
	check "$@" && check_names
}

@test "bash" { every bash; }
@test "bash --posix" { check bash --posix; }
@test "bash without hashing" { check bash +h; }
@test "dash" { every dash; }
@test "zsh" { every zsh -f; }
@test "zsh as sh" { check zsh --emulate sh -f; }
@test "mksh" { every mksh; }
@test "ksh93" { every ksh93; }
@test "yash" { every yash; }
@test "yash posix" { check yash -o posixlycorrect; }
@test "busybox ash" { every busybox ash; }
@test "posh" { every posh; }

#!/usr/bin/env bats
# bin/activate.csh and what activate-print prints, in csh and tcsh.

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

file='source $DIR:q/bin/activate.csh'
printed='eval `$PRINT:q -s csh -- $DIR:q`'

# All that can be seen of the state, as csh code that writes it to the file $1.
state()
{
	cat <<-X
		/usr/bin/env -0 | /usr/bin/sort -z >! $1
		echo \$?_virtual_env \$?_OLD_VIRTUAL_PATH \$?_OLD_VIRTUAL_PROMPT >>! $1
		echo \$?_OLD_VIRTUAL_PYTHONHOME \$?prompt >>! $1
		alias >>! $1
		if ( \$?prompt ) eval '/usr/bin/printf %s= \$prompt:q >>! $1'
	X
}

# What is of interest while the environment is active, to the file "active". In
# an eval, as csh puts in the variables of a command that it does not run.
look='
	echo -n $?PYTHONHOME $?VIRTUAL_ENV $?VIRTUAL_ENV_PROMPT >! active
	if ( $?PATH ) eval "/usr/bin/printf =%s "\$PATH:q" >>! active"
	if ( $?VIRTUAL_ENV ) eval "/usr/bin/printf =%s "\$VIRTUAL_ENV:q" >>! active"
	if ( $?VIRTUAL_ENV_PROMPT ) eval "/usr/bin/printf =%s "\$VIRTUAL_ENV_PROMPT:q" >>! active"
'

# cell DIR BEFORE ENTER BETWEEN: run these and `deactivate` in $sh, with the
# state before and after in the files "start" and "end".
cell()
{
	{
		printf '%s\n' "$2"
		state start
		printf '%s\n' "$3" "$look" "$4" deactivate
		state end
	} >script
	DIR=$1 PRINT=$T/links/activate-print PYTHONHOME=${home-/p  h} \
		$sh -f script >out 2>&1 || complain "status $?" || return
	[ ! -s out ] || complain "it said something" || return
	[ ! -e CANARY ] || complain "it executed the name"
}

complain()
{
	printf '%s in %s\n' "$1" "$sh"
	cat out script
	return 1
}

# active PATH DIR NAME: what was while the environment was active.
active()
{
	printf '0 1 1=%s=%s=%s' "$@" | cmp - active ||
		complain "wrong: $(cat active)"
}

# as_before [PATH]: nothing stays, but this PATH that was edited.
as_before()
{
	if [ $# = 1 ]; then
		sed -z "s,^PATH=.*,PATH=$1," start >start.edited
		mv start.edited start
	fi
	diff -a <(tr "\0" "\n" <start) <(tr "\0" "\n" <end) || complain "not as before"
}

# can_hold NAME: a name that eval `...` does not lose.
can_hold()
{
	[[ $1 != *$'\n'* ]] && iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null 2>&1
}

# check_names BEFORE
check_names()
{
	local i n d enter
	for i in "${!names[@]}"; do
		n=${names[i]} d=$E/$i/$n
		for enter in "$file" "$printed"; do
			if [ "$enter" = "$printed" ] && ! can_hold "$n"; then
				as activate-print -s csh -- "$d"
				[ "$status" = 1 ] && [ "$output" = 'false;' ] || return
				continue
			fi
			cell "$d" "$1; set prompt = 'a b! '" "$enter" "" || return
			active "$d/bin:$PATH" "$d" "$n" && as_before || return
		done
	done
}

check_unset()
{
	local d=$E/0/plain enter
	for enter in "$file" "$printed"; do
		cell "$d" 'unset prompt' "$enter" "" && as_before || return
		cell "$d" 'set prompt = ""' "$enter" "" && as_before || return
		cell "$d" 'setenv PATH ""' "$enter" "" &&
			active "$d/bin" "$d" plain && as_before || return
		cell "$d" 'unsetenv PYTHONHOME' "$enter" "" && as_before || return
		home='' cell "$d" '' "$enter" "" && as_before || return
		# csh itself has a path without a PATH; that one is shown
		cell "$d" 'unsetenv PATH; set path = ( /usr/bin /bin )' "$enter" "" &&
			active "$d/bin:/usr/bin:/bin" "$d" plain && as_before || return
	done
}

check_again()
{
	local d=$E/0/plain a=$E/1/${names[1]} enter
	export A=$a
	for enter in "$file" "$printed"; do
		cell "$d" '' "$enter; $enter" "" &&
			active "$d/bin:$PATH" "$d" plain && as_before || return
		cell "$d" 'setenv D $DIR:q' \
			"setenv DIR \$A:q; $enter; setenv DIR \$D:q; $enter" "" &&
			active "$d/bin:$PATH" "$d" plain && as_before || return
		cell "$d" '' "$enter" 'setenv PATH /x:$PATH:q":/b c":$DIR:q/bin:/y' &&
			as_before "/x:$PATH:/b c:/y" || return
		# below a shell where an environment is active
		cell "$d" 'setenv VIRTUAL_ENV $A:q; setenv VIRTUAL_ENV_PROMPT p
			setenv PATH /x:$A:q/bin:$PATH:q' "$enter" "" &&
			active "$d/bin:/x:$PATH" "$d" plain || return
		tr '\0' '\n' <end | grep -Fqx "PATH=/x:$PATH" || return
		! tr '\0' '\n' <end | grep '^VIRTUAL_ENV' || return
		cell "$d" 'setenv VIRTUAL_ENV_DISABLE_PROMPT 1; set prompt = x' \
			"$enter; if ( \$prompt != x ) echo prompt" "" &&
			as_before || return
	done
}

check_hash()
{
	local d=$E/0/plain enter
	printf '#!/bin/sh\necho >ran\n' >"$d/bin/only-here"
	chmod +x "$d/bin/only-here"
	for enter in "$file" "$printed"; do
		rm -f ran
		cell "$d" '' "$enter; only-here" "" && [ -e ran ] || return
	done
}

# left PATH: no environment was active.
left()
{
	printf '1 0 0=%s' "$1" | cmp - active || complain "wrong: $(cat active)"
}

check_leaving()
{
	local d=$E/14/${names[14]} leave='eval `$LEAVE:q -s csh`'
	export LEAVE=$T/links/deactivate
	cell "$d" 'setenv VIRTUAL_ENV $DIR:q; setenv VIRTUAL_ENV_PROMPT p
		setenv PATH /x:$DIR:q/bin:$PATH:q; alias deactivate :' "$leave" \
		"alias deactivate :" &&
		left "/x:$PATH" || return
	cell "$d" '' "$file; setenv PATH \$PATH:q\\:/x; $leave" \
		'if ( "`alias deactivate`" != "" ) echo alias; alias deactivate :' &&
		left "$PATH:/x"
}

check_command()
{
	local d=$E/0/plain
	cell "$d" "setenv PATH $T/links:\$PATH:q" "$file
		\\deactivate sh -c 'echo \$# \$VIRTUAL_ENV' x 'a b' >! ran" "" &&
		echo 1 | diff - ran && active "$d/bin:$T/links:$PATH" "$d" plain &&
		as_before
}

check_failure()
{
	! PRINT=$T/links/activate-print $sh -f -e -c \
		'eval `$PRINT:q -s csh /nowhere`; touch CANARY' 2>err || return
	[ ! -e CANARY ] && [ -s err ]
}

check()
{
	sh=$1
	command -v "$sh" >/dev/null || skip "no $sh"
	check_names : && check_names 'set backslash_quote' && check_unset && check_again && check_hash &&
		check_leaving && check_command && check_failure
}

@test "tcsh" { check tcsh; }
@test "bsd-csh" { check bsd-csh; }

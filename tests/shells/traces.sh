# usage: SHELL traces.sh ENTER
# Writes all variables and functions to the files start, active and end: before
# ENTER is evaluated, after it, and after leaving again.
# shellcheck shell=sh disable=SC3044
dump()
{
	set
	if typeset -f >/dev/null 2>&1; then
		typeset -f
	fi
}

PS1='$ '
dump >start
eval "$1"
dump >active
deactivate
dump >end

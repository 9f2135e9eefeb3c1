# usage: SHELL cell.sh BEFORE ENTER BETWEEN
# Evaluates BEFORE, then prints the state, enters by evaluating ENTER, prints
# the state, evaluates BETWEEN, leaves, and prints the state. DIR in the
# environment is the directory of the environment.
# shellcheck shell=sh disable=SC2153
printf='printf'
case ${KSH_VERSION-}${POSH_VERSION-}${YASH_VERSION-} in
*MIRBSD* | [0-9]*) printf=/usr/bin/printf ;; # it has none that needs no PATH
esac
eval "$1"

state()
{
	$printf '%s\0' "PATH ${PATH+=$PATH}" \
		"VIRTUAL_ENV ${VIRTUAL_ENV+=$VIRTUAL_ENV}" \
		"VIRTUAL_ENV_PROMPT ${VIRTUAL_ENV_PROMPT+=$VIRTUAL_ENV_PROMPT}" \
		"PYTHONHOME ${PYTHONHOME+=$PYTHONHOME}" "${1-PS1 ${PS1+=$PS1}}"
}

set -eu
state
eval "$2"
python=$(command -v python)
case ${KSH_VERSION-} in
Version*) eval "python=$python" ;; # ksh93 quotes it
esac
state "python $python"
eval "$3"
deactivate
state

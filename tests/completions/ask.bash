# shellcheck shell=bash
# usage: bash ask.bash FILE LINE
# Print what the completions in FILE offer at the end of LINE, each ended by a
# NUL, and "<-o OPTION>" where compopt is called. Calls the function as bash does,
# but with the options and the IFS of somebody who likes it hard. LOADED is a file to read
# before that, BREAKS what to have in COMP_WORDBREAKS.
# shellcheck disable=SC1090
[[ ! ${LOADED-} ]] || . "$LOADED"
set -uf
# shellcheck source=dist/completions/venvbox.bash
. "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_CWORD=0 COMP_WORDS=()
# what readline gives: also = and : are words
rest=$2
while [[ $rest =~ ^\ *([^ =:]+|[=:]+)(.*) ]]; do
	COMP_WORDS+=("${BASH_REMATCH[1]}")
	rest=${BASH_REMATCH[2]}
done
[[ $2 != *[' =:'] ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt()
{
	printf '<%s>\0' "$*"
}
deactivate() # as an activation leaves it
{
	touch CANARY
}
COMP_WORDBREAKS=${BREAKS-$COMP_WORDBREAKS}
command=${COMP_WORDS[0]}
IFS=opsv
shopt -s failglob
_venvbox "$command" || echo "failed: $?"
[[ $IFS == opsv && $- == *f* ]] && shopt -q failglob && ! shopt -q nullglob &&
	! shopt -q dotglob || printf 'changed the shell\0'
((${#COMPREPLY[@]} == 0)) || printf '%s\0' "${COMPREPLY[@]}"

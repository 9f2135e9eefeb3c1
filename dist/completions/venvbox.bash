# shellcheck shell=bash
# Completion of pyvenv, activate-print, activate-run, deactivate and venvbox, for
# bash 4.2 and newer. Needs nothing else; where the package bash-completion is
# loaded, a command that is to be run gets its own completion from there.
#
# Nothing on the line or in a directory is ever evaluated, and nothing forks but
# to ask for the shells that there are. Names are handed to Readline as they are:
# `compopt -o filenames` quotes them.

# Splits the line up to the cursor as the shell does, but expands nothing (words
# of COMP_WORDS are broken at = and : too, and quoted). Sets, for the caller:
#   words   the words before the one at the cursor, without their quotes
#   starts  where in the line they start
#   cur     the word at the cursor, without its quotes
#   skip    how much of cur Readline leaves as it is: it replaces what is after
#           the last = or : or an open quote
#   tilde   not empty if cur starts with the home directory
#   live    not empty if the shell would expand cur otherwise
#   file    not empty if cur is the file of a redirection
_venvbox_split()
{
	local line=${COMP_LINE:0:COMP_POINT} quote='' begun='' open=0 start=0 c i
	words=() starts=() cur='' skip=0 tilde='' live='' file=''
	for ((i = 0; i < ${#line}; i++)); do
		c=${line:i:1}
		if [[ ! $quote && $c == [$' \t\n<>'] ]]; then
			# 2>file, &>file: what is before > is no word
			if [[ $begun && ! $file && ($c != [\<\>] || $cur == *[!0-9\&]*) ]]
			then
				words+=("$cur")
				starts+=("$start")
			fi
			[[ ! $begun ]] || file=''
			[[ $c != [\<\>] ]] || file=1
			begun='' cur='' skip=0 tilde='' live=''
			continue
		fi
		if [[ ! $begun ]]; then
			begun=1 start=$i
			case ${line:i:2} in
			\~ | \~/) tilde=1 ;;
			\~*) live=1 ;;
			esac
		fi
		case $quote$c in
		\\)
			i=$((i + 1))
			cur+=${line:i:1}
			;;
		\"\\)
			i=$((i + 1))
			[[ ${line:i:1} == [\$\`\"\\] ]] || cur+=$c
			cur+=${line:i:1}
			;;
		[\'\"])
			quote=$c
			open=${#cur}
			;;
		"''" | '""')
			quote=''
			;;
		*)
			cur+=$c
			[[ $quote == "'" || $c != [\$\`] ]] || live=1
			[[ $quote || ${COMP_WORDBREAKS-} != *"$c"* ]] ||
				skip=${#cur}
			;;
		esac
	done
	[[ ! $quote ]] || skip=$open
}

# Offers those of the words that continue cur.
_venvbox_offer()
{
	local word
	for word; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

# _venvbox_glob FUNCTION [ARG...]: calls it with the options of the shell that
# patterns need, whatever the user has set.
_venvbox_glob()
{
	local set=:$BASHOPTS: flags=$-
	shopt -s nullglob
	shopt -u failglob
	set +f
	"$@"
	[[ $set == *:nullglob:* ]] || shopt -u nullglob
	[[ $set != *:failglob:* ]] || shopt -s failglob
	[[ $set == *:dotglob:* ]] || shopt -u dotglob
	[[ $flags != *f* ]] || set -f
}

# Offers directories. With -e, those that are environments or hold one, also
# hidden ones (.venv); if there is none, any, for one may be further down.
_venvbox_directories()
{
	local at=$cur found=() path last=/
	if [[ $live ]]; then
		compopt -o dirnames # which expands variables, but runs nothing
		return
	fi
	[[ ! $tilde ]] || at=${HOME-}${cur#\~}
	if [[ ${1-} == -e ]]; then
		shopt -s dotglob
		for path in "$at"*/pyvenv.cfg; do
			found+=("${path%/*}")
		done
		for path in "$at"*/*/pyvenv.cfg; do
			path=${path%/*/*}
			[[ $path == "$last" || -e $path/pyvenv.cfg ]] ||
				found+=("$path")
			last=$path
		done
		shopt -u dotglob
	fi
	# nothing is below an environment
	if ((${#found[@]} == 0)) && [[ ${1-} != -e || ! -e ${at}pyvenv.cfg ||
		$at != */ ]]; then
		for path in "$at"*/; do
			found+=("${path%/}")
		done
	fi
	compopt -o filenames
	for path in ${found[@]+"${found[@]}"}; do
		path=$cur${path:${#at}}
		# no option and no home directory
		[[ $tilde || $path != [-~]* ]] || path=./$path
		COMPREPLY+=("$path")
	done
}

# _venvbox_commands [DIRS]: programs in DIRS, which is as PATH, and in PATH.
_venvbox_commands()
{
	local rest=${1:+$1:}${PATH-}: dir path
	while [[ $rest ]]; do
		dir=${rest%%:*} rest=${rest#*:}
		for path in "${dir:-.}/$cur"*; do
			[[ -f $path && -x $path ]] || continue
			printf -v path %q "${path##*/}"
			COMPREPLY+=("$path")
		done
	done
}

# Names and versions of the interpreters in PATH; anything else is a path.
_venvbox_pythons()
{
	local rest=${PATH-}: dir path
	while [[ $rest ]]; do
		dir=${rest%%:*} rest=${rest#*:}
		for path in "${dir:-.}"/python* "${dir:-.}"/pypy*; do
			[[ -x $path && ${path##*/} =~ ^(python|pypy)(3[0-9.]*t?)?$ ]] ||
				continue
			_venvbox_offer "${path##*/}"
			[[ ${path##*/} != python[0-9]* ]] ||
				_venvbox_offer "${path##*/python}"
		done
	done
	((${#COMPREPLY[@]})) || compopt -o default
}

# The program knows which shells there are: "  NAME   what to type".
_venvbox_shells()
{
	local rest
	rest=$(command activate-print --help ||
		command venvbox activate-print --help)
	while [[ $rest =~ $'\n'"  "([a-z][a-z0-9-]*)([[:space:]].*) ]]; do
		_venvbox_offer "${BASH_REMATCH[1]}"
		rest=${BASH_REMATCH[2]}
	done
} 2>/dev/null

# Names with commas between them; each is offered once.
_venvbox_activators()
{
	local name done=
	[[ $cur != *,* ]] || done=${cur%,*},
	[[ $done ]] || _venvbox_offer all none
	for name in sh csh fish powershell cmd nu xonsh; do
		[[ ,$done == *",$name,"* ]] || _venvbox_offer "$done$name"
	done
	compopt -o nospace
}

# _venvbox_value OPTION: what can be its argument.
_venvbox_value()
{
	case $1 in
	--prompt) ;;
	--activators) _venvbox_activators ;;
	--archive) _venvbox_offer cpio tar ;;
	--find-links) compopt -o dirnames ;;
	--extra | --group) ;;
	--wheel | --requirement | --constraint | --lock | --install | --root | \
		--python-target | --env-target | -*[rc])
		compopt -o default
		;;
	-*s | --shell) _venvbox_shells ;;
	-*p | --python) _venvbox_glob _venvbox_pythons ;;
	esac
}

# _venvbox_command N [DIRS]: a command, which is or will be words[N].
_venvbox_command()
{
	local i at=0 offset

	if ((${#words[@]} == $1)); then
		if [[ $cur == */* || $live ]]; then
			compopt -o default
		else
			_venvbox_glob _venvbox_commands "${2-}"
		fi
		return
	fi
	for offset in _comp_command_offset _command_offset ''; do
		[[ ! $offset ]] || ! declare -F "$offset" >/dev/null || break
	done
	if [[ ! $offset ]]; then
		compopt -o default
		return
	fi
	# which of COMP_WORDS the command is
	for ((i = 0; i < COMP_CWORD; i++)); do
		while [[ ${COMP_LINE:at:1} == [$' \t\n'] ]]; do
			at=$((at + 1))
		done
		((at < starts[$1])) || break
		at=$((at + ${#COMP_WORDS[i]}))
	done
	skip=0 # it knows itself
	"$offset" "$i"
}

# _venvbox_applet NAME N: the arguments of an applet start at words[N].
_venvbox_applet()
{
	local value='' ended='' environments='' operands=() word i options short

	case $1 in
	pyvenv)
		short='^-[hnqvV]*[prc]$'
		options='--system-site-packages --symlinks --copies --clear
			--upgrade --exist-ok --prompt -p --python --with-pip
			--with-setuptools --without-pip --wheel --find-links
			-r --requirement -c --constraint --lock --extra --group
			--no-default-groups --install --require-hashes --no-deps --sync
			--root --archive --relocatable --python-target
			--env-target --minimal --fsync
			--without-scm-ignore-files --activators --check
			-n --dry-run -v --verbose -q --quiet --json'
		;;
	activate-print) short='^-[hV]*s$' options='-s --shell --prompt' ;;
	activate-run) short='^$' options='' ;;
	deactivate) short='^-[hV]*s$' options='-s --shell' ;;
	*) return ;;
	esac
	options+=' -V --version -h --help'
	for ((i = $2; i < ${#words[@]}; i++)); do
		word=${words[i]}
		if [[ $value ]]; then
			value=''
		elif [[ $ended || $word != -?* ]]; then
			operands+=("$i")
			[[ $1 != activate-run && $1 != deactivate ]] || ended=1
		elif [[ $word =~ $short ]]; then
			value=$word
		else
			case $word in
			--) ended=1 ;;
			--shell | --python | --prompt | --activators | --wheel | \
				--find-links | --requirement | --constraint | --lock | \
				--extra | --group | --install | --root | --archive | \
				--python-target | --env-target)
				value=$word
				;;
			--check | --upgrade) environments=-e ;;
			esac
		fi
	done
	if [[ $value ]]; then
		_venvbox_value "$value"
	elif [[ ! $ended && $cur == --*=* ]]; then
		value=${cur%%=*}
		cur=${cur#*=}
		_venvbox_value "$value"
		skip=$((skip - ${#value} - 1))
		# where COMP_WORDBREAKS has no =
		((skip >= 0 || ${#COMPREPLY[@]} == 0)) ||
			COMPREPLY=("${COMPREPLY[@]/#/$value=}")
	elif [[ ! $ended && $cur == -* ]]; then
		# shellcheck disable=SC2086 # a list
		_venvbox_offer $options
	else
		case $1:${#operands[@]} in
		pyvenv:*) _venvbox_glob _venvbox_directories $environments ;;
		activate-*:0) _venvbox_glob _venvbox_directories -e ;;
		activate-run:*)
			word=${words[operands[0]]}
			# what was typed is not at hand: a name ~ is rare
			[[ $word != \~/* ]] || word=${HOME-}${word#\~}
			_venvbox_command $((operands[0] + 1)) "$word/bin:$word/Scripts"
			;;
		deactivate:*) _venvbox_command "${operands[0]-${#words[@]}}" ;;
		esac
	fi
}

_venvbox()
{
	local IFS=$' \t\n' words starts cur skip tilde live file i
	COMPREPLY=()
	_venvbox_split
	if [[ $file ]]; then
		compopt -o default
	elif [[ ${1##*/} != venvbox ]]; then
		_venvbox_applet "${1##*/}" 1
	elif ((${#words[@]} == 1)); then
		_venvbox_offer pyvenv activate-print activate-run deactivate
		[[ $cur != -* ]] ||
			_venvbox_offer --list --install -V --version -h --help
	elif [[ ${words[1]} != --install ]]; then
		_venvbox_applet "${words[1]}" 2
	elif [[ $cur == -* ]]; then
		_venvbox_offer -s
	else
		_venvbox_glob _venvbox_directories
	fi
	((skip <= 0)) || for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]:skip}
	done
}

complete -F _venvbox pyvenv activate-print activate-run deactivate venvbox

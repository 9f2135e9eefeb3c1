# For bash, dash, zsh, ksh, mksh, yash, ash: ". bin/activate", then "deactivate".
#: One file for every POSIX shell. It runs no program: assigning PATH empties
#: the table of remembered commands by itself, so there is no `hash -r`.
#: Every line ends in ";" or a keyword, for those who forget the quotes of
#: eval "$(activate-print)". Names of variables are those of Python's own
#: script, so that each can leave what the other has entered.
#:
#: PATH: one that nobody edited is put back as it was. From an edited one, or
#: where the activation happened in a parent shell, the directory is removed.
deactivate () {
	if [ "${VIRTUAL_ENV-}" ] && [ "${PATH-}" != "$VIRTUAL_ENV/bin${_OLD_VIRTUAL_PATH:+:$_OLD_VIRTUAL_PATH}" ]; then
		_OLD_VIRTUAL_PATH=":${PATH-}:";
		while case "$_OLD_VIRTUAL_PATH" in (*:"$VIRTUAL_ENV/bin":*) ;; (*) false; esac; do
			_OLD_VIRTUAL_PATH=${_OLD_VIRTUAL_PATH%%:"$VIRTUAL_ENV/bin":*}:${_OLD_VIRTUAL_PATH#*:"$VIRTUAL_ENV/bin":};
		done;
		PATH="${_OLD_VIRTUAL_PATH#:}"; PATH="${PATH%:}";
	elif [ "${_OLD_VIRTUAL_PATH+x}" ]; then
		PATH="$_OLD_VIRTUAL_PATH";
	elif [ "${VIRTUAL_ENV-}" ]; then
		unset PATH;
	fi;
	if [ "${_OLD_VIRTUAL_PYTHONHOME+x}" ]; then
		PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"; export PYTHONHOME;
	fi;
	if [ "${_OLD_VIRTUAL_PS1+x}" ]; then
		if [ "${ZSH_VERSION-}" ]; then eval '[[ ! -o promptpercent || $PS1 != "(%${#psvar[@]}v) "* ]] || psvar[-1]=()'; fi;
		PS1="$_OLD_VIRTUAL_PS1";
	elif [ "${PS1-}" = '($VIRTUAL_ENV_PROMPT) ' ]; then
		unset PS1;
	fi;
	unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PS1;
	if [ "${1-}" != nondestructive ]; then unset -f deactivate; fi;
};
#:leave
deactivate;
#:enter
deactivate nondestructive;
VIRTUAL_ENV=@ENV_DIR@; VIRTUAL_ENV_PROMPT=@PROMPT@;
if [ "${PATH+x}" ]; then _OLD_VIRTUAL_PATH="$PATH"; fi;
PATH="$VIRTUAL_ENV/bin${PATH:+:$PATH}";
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH;
if [ "${PYTHONHOME+x}" ]; then _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"; unset PYTHONHOME; fi;
if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
	if [ "${PS1+x}" ]; then _OLD_VIRTUAL_PS1="$PS1"; fi;
	#: The shell expands the name when it draws the prompt, and what comes of
	#: that is not expanded again; but some then look for escapes of their own.
	#: zsh expands only with PROMPT_SUBST, which may be set at any time: a name
	#: that it could take for code is drawn from psvar. posh expands nothing.
	case "${PS1+${ZSH_VERSION:+zsh}${YASH_VERSION:+yash}${POSH_VERSION:+posh}${KSH_VERSION-}}" in
	(zsh) eval 'if [[ ! -o promptpercent ]]; then PS1="(\$VIRTUAL_ENV_PROMPT) $PS1"; elif [[ $VIRTUAL_ENV_PROMPT = *[\$\`\\]* ]]; then psvar+=("$VIRTUAL_ENV_PROMPT"); PS1="(%${#psvar[@]}v) $PS1"; else PS1="(${VIRTUAL_ENV_PROMPT//\%/%%}) $PS1"; fi' ;;
	(yash) if [ -o posixlycorrect ]; then PS1='($VIRTUAL_ENV_PROMPT) '"$PS1"; else PS1='(${VIRTUAL_ENV_PROMPT//\\/\\\\}) '"$PS1"; fi ;;
	(posh*) PS1="($VIRTUAL_ENV_PROMPT) $PS1" ;;
	(Version*) PS1='(${VIRTUAL_ENV_PROMPT//!/!!}) '"$PS1" ;;
	(*) PS1='($VIRTUAL_ENV_PROMPT) '"${PS1-}" ;;
	esac;
fi;

# For bash, dash, zsh, ksh, mksh, yash, ash: ". bin/activate", then "deactivate".
#: One file for every POSIX shell. It runs no program and needs no PATH: even
#: `[` does in yash. Assigning PATH empties the table of remembered commands by
#: itself, so there is no `hash -r`.
#: Every line ends in ";" or a keyword, for those who forget the quotes of
#: eval "$(activate-print)". Names of variables are those of Python's own
#: script, so that each can leave what the other has entered.
#:
#: PATH: one that nobody edited is put back as it was. From an edited one, or
#: where the activation happened in a parent shell, the directory is removed.
#: So is our part of a PS1 that a parent shell has exported. A variable that
#: the function makes is exported first, else zsh may warn of a global one.
#: A backslash keeps a command from being an alias.
\unalias deactivate 2>/dev/null || :;
deactivate () {
	case "${1-nondestructive}" in
	(nondestructive) ;;
	(*) \command deactivate "$@"; \return ;;
	esac;
	case "${VIRTUAL_ENV:+${PATH-}}" in
	("" | "${VIRTUAL_ENV-}/@BIN@${_OLD_VIRTUAL_PATH:+:$_OLD_VIRTUAL_PATH}")
		case "${_OLD_VIRTUAL_PATH+old}${VIRTUAL_ENV:+none}" in
		(old*) PATH="$_OLD_VIRTUAL_PATH" ;;
		(none) \unset PATH ;;
		esac ;;
	(*)
		\export _OLD_VIRTUAL_PATH; _OLD_VIRTUAL_PATH=":$PATH:";
		while :; do
			case ${_OLD_VIRTUAL_PATH%%:"$VIRTUAL_ENV/@BIN@":*} in
			("$_OLD_VIRTUAL_PATH") \break ;;
			(*) _OLD_VIRTUAL_PATH=${_OLD_VIRTUAL_PATH%%:"$VIRTUAL_ENV/@BIN@":*}:${_OLD_VIRTUAL_PATH#*:"$VIRTUAL_ENV/@BIN@":} ;;
			esac;
		done;
		PATH="${_OLD_VIRTUAL_PATH#:}"; PATH="${PATH%:}" ;;
	esac;
	case "${_OLD_VIRTUAL_PYTHONHOME+old}" in
	(old) \export "PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME" ;;
	esac;
	case "${_OLD_VIRTUAL_PS1+old${ZSH_VERSION:+${ZSH_EVAL_CONTEXT:+zsh}}}:${PS1-}" in
	(oldzsh:*) \eval '[[ ! -o promptpercent || "$PS1" != "(%${#psvar[@]}v) "* ]] || psvar[-1]=()'; PS1="$_OLD_VIRTUAL_PS1" ;;
	(old:*) PS1="$_OLD_VIRTUAL_PS1" ;;
	(':($VIRTUAL_ENV_PROMPT) ') \unset PS1 ;;
	(':($VIRTUAL_ENV_PROMPT) '* | ':(${VIRTUAL_ENV_PROMPT//'*') '*)
		case "${VIRTUAL_ENV_DISABLE_PROMPT:+no}" in ("") PS1="${PS1#*") "}" ;; esac ;;
	esac;
	\unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PS1;
	case "${1-}" in
	(nondestructive) ;;
	(*) \unset -f deactivate ;;
	esac;
};
#:leave
deactivate;
#:enter
deactivate nondestructive;
#: A variable that is readonly ends this before anything is changed: bash goes
#: on after the braces.
{
case "${VIRTUAL_ENV_DISABLE_PROMPT:+no}${PS1+set}" in (set) PS1="$PS1" ;; esac;
case "${PATH+set}" in (set) PATH="$PATH"; _OLD_VIRTUAL_PATH="$PATH" ;; esac;
#: Tools that patch this file look for each setting on a line of its own.
VIRTUAL_ENV=@ENV_DIR@;
VIRTUAL_ENV_PROMPT=@PROMPT@;
PATH="$VIRTUAL_ENV/@BIN@${PATH:+:$PATH}";
\export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH;
case "${PYTHONHOME+set}" in (set) _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"; \unset PYTHONHOME ;; esac;
case "${VIRTUAL_ENV_DISABLE_PROMPT:+no}${PS1+set}" in (set) _OLD_VIRTUAL_PS1="$PS1" ;; esac;
#: The shell expands the name when it draws the prompt, and what comes of that
#: is not expanded again; but some then look for escapes of their own. zsh
#: expands only with PROMPT_SUBST, which may be set at any time: a name that it
#: could take for code is drawn from psvar. posh expands nothing, nor does bash
#: without promptvars. What a shell below could not expand is only there for a
#: name that needs it, as PS1 may be exported. A version may be that of a parent
#: shell: what a shell does not export has to be there, too.
case "${VIRTUAL_ENV_DISABLE_PROMPT:+no}${_OLD_VIRTUAL_PS1+${BASH_VERSINFO:+bash}${ZSH_VERSION:+${ZSH_EVAL_CONTEXT:+zsh}}${YASH_VERSION:+${YASH_LOADPATH:+yash}}${POSH_VERSION:+${PS3:+posh}}${SECONDS:+${KSH_VERSION-}}}:$VIRTUAL_ENV_PROMPT" in
(no*) ;;
(bash*) if \shopt -q promptvars; then PS1='($VIRTUAL_ENV_PROMPT) '"$PS1"; else \eval 'PS1="(${VIRTUAL_ENV_PROMPT//\\/\\\\}) $PS1"'; fi ;;
(zsh*) \eval 'if [[ ! -o promptpercent ]]; then PS1="(\$VIRTUAL_ENV_PROMPT) $PS1"; elif [[ "$VIRTUAL_ENV_PROMPT" = *[\$\`\\]* ]]; then psvar+=("$VIRTUAL_ENV_PROMPT"); PS1="(%${#psvar[@]}v) $PS1"; else PS1="(${VIRTUAL_ENV_PROMPT//\%/%%}) $PS1"; fi' ;;
(yash*:*\\*) if [ x ] 2>/dev/null && ! [ -o posixlycorrect ]; then PS1='(${VIRTUAL_ENV_PROMPT//\\/\\\\}) '"$PS1"; else PS1='($VIRTUAL_ENV_PROMPT) '"$PS1"; fi ;;
(posh*) PS1="($VIRTUAL_ENV_PROMPT) $PS1" ;;
(Version*:*!*) PS1='(${VIRTUAL_ENV_PROMPT//!/!!}) '"$PS1" ;;
(*) PS1='($VIRTUAL_ENV_PROMPT) '"${PS1-}" ;;
esac;
};
#:locate
#: Only in a file that is to find itself, before all else. bash, zsh and ksh93
#: have a variable for it; what zsh puts in for %x is only its picture. The
#: others name the file that they read in the message of an expansion that
#: fails, each in its own form, and only that ends which is not in this shell:
#:   dash "$0: LINE: FILE: ", busybox "$0: FILE: line N: ", posh "$0: FILE:N: ",
#:   mksh "E: $0: FILE[N]: "
#: yash says only ".: ". It, and what we do not know, looks whether the recorded
#: file is the one that it has open. Existence is tried by a redirection, as yash
#: finds `[` in PATH only. What is in front of ".." goes unless it is a link; cd
#: is not used, it may be anything.
case "${BASH_VERSINFO:+bash}${ZSH_VERSION:+${ZSH_EVAL_CONTEXT:+zsh}}${SECONDS:+${KSH_VERSION-}}" in
(bash*) _VIRTUAL_ENV_FILE="${BASH_SOURCE-}" ;;
(zsh*) \builtin eval '_VIRTUAL_ENV_DIR="${+funcsourcetrace}"; if [[ "$_VIRTUAL_ENV_DIR" = 1 ]] || \builtin zmodload -F zsh/parameter p:funcsourcetrace 2>/dev/null; then for _VIRTUAL_ENV_FILE in "${funcsourcetrace[@]}"; do \break; done; _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE%:*}"; [[ "$_VIRTUAL_ENV_DIR" = 1 ]] || \builtin zmodload -F zsh/parameter -p:funcsourcetrace; else _VIRTUAL_ENV_FILE="${(%):-%x}"; fi' ;;
(Version*) \eval '_VIRTUAL_ENV_FILE="${.sh.file}"' ;;
(*)
	\unset _VIRTUAL_ENV_FILE;
	_VIRTUAL_ENV_FILE="$(\set +x; { : "${_VIRTUAL_ENV_FILE?here}"; } 2>&1)" || :;
	_VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE%": _VIRTUAL_ENV_FILE: here"}";
	_VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE#"E: "}";
	case "$_VIRTUAL_ENV_FILE" in
	("$0: "*) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE#"$0: "}" ;;
	(*) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE#*": "}" ;;
	esac;
	case "$_VIRTUAL_ENV_FILE" in
	(.) _VIRTUAL_ENV_FILE= ;;
	(*\]) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE%\[*}" ;;
	(*": line "*[0-9]) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE%": line "*}" ;;
	(*:*[0-9]) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE%:*}" ;;
	([0-9]*": "*) _VIRTUAL_ENV_FILE="${_VIRTUAL_ENV_FILE#*": "}" ;;
	esac ;;
esac;
if { { :; } <"$_VIRTUAL_ENV_FILE"; } 2>/dev/null; then
	:;
elif [ /proc/self/fd -ef /proc/self/fd/. ] 2>/dev/null; then
	_VIRTUAL_ENV_FILE=;
	for _VIRTUAL_ENV_ABOVE in /proc/self/fd/*; do
		if [ "$_VIRTUAL_ENV_ABOVE" -ef @RECORDED@/@BIN@/activate ] || [ "$_VIRTUAL_ENV_ABOVE" = "/proc/self/fd/*" ]; then
			_VIRTUAL_ENV_FILE=@RECORDED@/@BIN@/activate;
		fi;
	done;
else
	_VIRTUAL_ENV_FILE=@RECORDED@/@BIN@/activate;
fi;
case "$_VIRTUAL_ENV_FILE" in
("") _VIRTUAL_ENV_DIR= ;;
(/*) _VIRTUAL_ENV_DIR="${_VIRTUAL_ENV_FILE%/*}/" ;;
(*/*) _VIRTUAL_ENV_DIR="$PWD/${_VIRTUAL_ENV_FILE%/*}/" ;;
(*) _VIRTUAL_ENV_DIR="$PWD/" ;;
esac;
while :; do
	case "$_VIRTUAL_ENV_DIR" in
	(*/./*) _VIRTUAL_ENV_DIR="${_VIRTUAL_ENV_DIR%%/./*}/${_VIRTUAL_ENV_DIR#*/./}" ;;
	(*//*) _VIRTUAL_ENV_DIR="${_VIRTUAL_ENV_DIR%%//*}/${_VIRTUAL_ENV_DIR#*//}" ;;
	(*/../*)
		_VIRTUAL_ENV_ABOVE="${_VIRTUAL_ENV_DIR%%/../*}";
		if [ -h "$_VIRTUAL_ENV_ABOVE" ]; then
			\break;
		fi;
		_VIRTUAL_ENV_DIR="${_VIRTUAL_ENV_ABOVE%/*}/${_VIRTUAL_ENV_DIR#*/../}" ;;
	(*) \break ;;
	esac;
done;
case "$_VIRTUAL_ENV_DIR" in
(*/../) _VIRTUAL_ENV_DIR="$_VIRTUAL_ENV_DIR.." ;;
(*) _VIRTUAL_ENV_DIR="${_VIRTUAL_ENV_DIR%/*/}" ;;
esac;
if { { :; } <"$_VIRTUAL_ENV_DIR/pyvenv.cfg"; } 2>/dev/null; then
	:;
elif [ "$_VIRTUAL_ENV_FILE" -ef @RECORDED@/@BIN@/activate ] 2>/dev/null; then
	_VIRTUAL_ENV_DIR=@RECORDED@;
else
	_VIRTUAL_ENV_DIR=;
fi;
case "$_VIRTUAL_ENV_DIR" in
("")
	\echo 'activate: cannot find out where this file is; use eval "$(activate-print DIR)" or activate-run DIR COMMAND' >&2;
	\unset _VIRTUAL_ENV_FILE _VIRTUAL_ENV_DIR _VIRTUAL_ENV_ABOVE;
	\return 1 ;;
(*:*)
	\echo "activate: PATH cannot hold a name with ':' in it" >&2;
	\unset _VIRTUAL_ENV_FILE _VIRTUAL_ENV_DIR _VIRTUAL_ENV_ABOVE;
	\return 1 ;;
esac;
#:located
\unset _VIRTUAL_ENV_FILE _VIRTUAL_ENV_DIR _VIRTUAL_ENV_ABOVE;

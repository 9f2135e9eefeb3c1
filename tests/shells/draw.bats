#!/usr/bin/env bats
# The prompt as it is drawn on a terminal: the name is there, as it is, and was
# not executed.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load setup

# draw KIND SOURCE SHELL ARG...: all names that can be seen. Names that this
# shell cannot draw are in the array "not"; "prompt" makes the prompt.
draw()
{
	local kind=$1 source=$2 i n k=0 set="PS1='READY> '"
	[ "$kind" != csh ] || set="set prompt = 'READY> '"
	shift 2
	command -v "$1" >/dev/null || skip "no $1"
	need_terminal
	mkdir names env
	printf 'home = /usr/bin\n' >env/pyvenv.cfg
	for i in "${!names[@]}"; do
		n=${names[i]}
		# what is no text has no width, and a line must have room for it
		[[ $n != *[[:cntrl:]]* && ${#n} -lt 60 ]] || continue
		iconv -f UTF-8 -t UTF-8 <<<"$n" >/dev/null 2>&1 || continue
		for k in "${not[@]}"; do
			# shellcheck disable=SC2053 # a pattern
			[[ $n != $k ]] || continue 2
		done
		printf %s "$n" >"names/$i.name"
		"$T/links/activate-print" -s "$kind" --prompt="$n" env \
			>"names/$i.act"
	done
	files=(names/*)
	[ ${#files[@]} -gt 70 ]
	TERM=dumb PS1='# ' timeout 300 \
		python3 "$BATS_TEST_DIRNAME/draw.py" names "${prompt-$set}" \
		"$source" "$@"
	[ ! -e CANARY ]
	tally "drawn by $*" "$((${#files[@]} / 2)) cells, 0 wrong, 0 refused"
}

not=()
@test "bash" { draw sh '. %s' bash --norc --noprofile -i; }
@test "bash --posix" { draw sh '. %s' bash --norc --posix -i; }
@test "bash without promptvars" {
	draw sh 'shopt -u promptvars; . %s' bash --norc --noprofile -i
}
@test "dash" { draw sh '. %s' dash -i; }
# A shell below others that have exported what they are.
others=(env ZSH_VERSION=5.9 YASH_VERSION=2.5 POSH_VERSION=1
	KSH_VERSION='Version AJM 93')
@test "dash, with the versions of others" {
	draw sh '. %s' "${others[@]}" dash -i
}
@test "bash, with the versions of others" {
	draw sh '. %s' "${others[@]}" bash --norc --noprofile -i
}
@test "zsh" { draw sh '. %s' zsh -f -i; }
@test "zsh -o promptsubst" { draw sh '. %s' zsh -f -i -o promptsubst; }
@test "zsh, where promptsubst is set later" {
	draw sh 'setopt nopromptsubst; . %s; setopt promptsubst' zsh -f -i
}
@test "zsh as sh" { draw sh '. %s' zsh --emulate sh -f -i; }
@test "mksh" { draw sh '. %s' mksh -i; }
@test "ksh93" { draw sh '. %s' ksh93 -i; }
@test "yash" { draw sh '. %s' yash --norcfile --noprofile -i; }
@test "yash posix, which counts ! even there" {
	not=('*!*')
	draw sh '. %s' yash --norcfile --noprofile -i -o posixlycorrect
}
@test "busybox ash, which looks for \\ even there" {
	not=('*\\*')
	draw sh '. %s' busybox ash -i
}
@test "posh" { draw sh '. %s' posh -i; }
@test "tcsh" { draw csh 'source %s' tcsh -f -i; }
@test "bsd-csh" { draw csh 'source %s' bsd-csh -f -i; }
@test "fish" {
	prompt='function fish_prompt; echo "READY> "; end'
	draw fish 'source %s' fish -N -i
}

# Prompts as people have them.
@test "bash, colours and numbers" {
	prompt="PS1='\\[\\e[1;32m\\]\\u\\[\\e[0m\\]:\\w \\! \\#\\nREADY> '"
	draw sh '. %s' bash --norc --noprofile -i
}
@test "bash, where PROMPT_COMMAND makes the prompt: it has no name" {
	prompt="PROMPT_COMMAND='PS1=\"READY> \"'"
	UNNAMED=1 draw sh '. %s' bash --norc --noprofile -i
}
@test "zsh, a theme of two lines" {
	prompt="PROMPT=\$'%F{red}%n%f %(?.ok.%?) %!\\nREADY> '"
	draw sh '. %s' zsh -f -i -o promptsubst
}
@test "mksh, history numbers" {
	prompt="PS1='! !! READY> '"
	draw sh '. %s' mksh -i
}
@test "ksh93, history numbers" {
	prompt="PS1='! !! READY> '"
	draw sh '. %s' ksh93 -i
}
@test "yash, colours and numbers" {
	prompt="PS1='\\fg.\\u\\fd. ! READY> '"
	draw sh '. %s' yash --norcfile --noprofile -i
}
@test "tcsh, colours and numbers" {
	prompt="set prompt = '%B%n%b %h READY> '"
	draw csh 'source %s' tcsh -f -i
}

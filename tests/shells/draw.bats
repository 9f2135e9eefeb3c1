#!/usr/bin/env bats
# The prompt as it is drawn on a terminal: the name is there, as it is, and was
# not executed.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load ../cli/helpers
load names

# draw KIND SOURCE SHELL ARG...: all names that can be seen. Names that this
# shell cannot draw are in the array "not".
draw()
{
	local kind=$1 source=$2 i n k=0
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
	TERM=dumb PS1='# ' timeout 50 \
		python3 "$BATS_TEST_DIRNAME/draw.py" names "$source" "$@"
	[ ! -e CANARY ]
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

#!/usr/bin/env bats
# Any name is completed so that the command gets it as it is, and is not executed:
# a person types into the real shell, on a pseudo-terminal.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names
load helpers
load ../shells/names

# Environments with all names, each in a numbered directory, beside what is none,
# and in the place of our program one that keeps its arguments.
setup_names()
{
	local i
	for i in "${!names[@]}"; do
		mkdir -p "dirs/$i/${names[i]}/bin" "dirs/$i/other dir"
		: >"dirs/$i/other file"
		: >"dirs/$i/${names[i]}/pyvenv.cfg"
		cp /bin/true "dirs/$i/${names[i]}/bin/qqq"
	done
	mkdir stubs
	printf '#!/bin/sh\nprintf "%%s\\0" "$@" >%q.new && mv %q.new %q\n' \
		"$IO/got" "$IO/got" "$IO/got" >stubs/activate-print
	chmod +x stubs/activate-print
	cp stubs/activate-print stubs/activate-run
	export TERM=dumb
	unset LC_ALL
	export LANG=C.UTF-8
}

# typed LINE START SHELL...
typed()
{
	local line=$1 start=$2
	shift 2
	rm -f dirs/*.got
	timeout 300 python3 "$BATS_TEST_DIRNAME/terminal.py" dirs "$line" \
		"$IO/got" "$start" "$@"
	if find . -name CANARY | grep .; then
		echo "^ a name was executed"
		return 1
	fi
}

# got PATTERN BEFORE AFTER...: what the command got is "BEFORE NAME AFTER". NAME
# may have ./ before it and / after it. Names like PATTERN are not looked at.
got()
{
	local i bad=0 pattern=$1 before=$2 args name
	shift 2
	for i in "${!names[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ ${names[i]} != $pattern ]] || continue
		mapfile -d '' args <"dirs/$i.got"
		name=${args[0]#"$before"}
		name=${name#./}
		[[ ${name%/} == "${names[i]}" && ${args[*]:1} == "$*" ]] || {
			printf '%q: got %s\n' "${names[i]}" "${args[*]@Q}"
			bad=1
		}
	done
	return "$bad"
}

# with_line LINE BEFORE AFTER...: in the shell that is set up.
with_line()
{
	local line=$1
	shift
	echo "typed: ${line@Q}"
	typed "$line" "$start" "${shell[@]}"
	got "$except" "$@"
}

# Names that are found after a dash or a tilde get ./ before them, or are not
# offered unless that is typed.
all_names()
{
	need_terminal
	setup_names
	export COMPLETIONS
	[ ${#names[@]} -gt 60 ]
	with_line $'activate-print ./\t' ''
	with_line $'activate-print ./\t --prompt x' '' --prompt x
	with_line $'activate-run ./\t qq\t x' '' qqq x
}

in_quotes()
{
	with_line $'activate-print "./\t"' ''
	with_line $'activate-print \'./\t\'' ''
}

# Not in quotes: Readline closes some, and leaves others to the person.
@test "bash" {
	start='PATH=$PWD/stubs:$PATH PS1= HISTFILE=; set -uf; IFS=onsv'
	start+='; . "$COMPLETIONS/venvbox.bash"'
	shell=(bash --norc --noprofile -i) except=''
	all_names
	with_line $'activate-print \t' ''
}

@test "zsh" {
	need_shell zsh
	start='PATH=$PWD/stubs:$PATH PS1= fpath=( $COMPLETIONS $fpath )'
	start+='; autoload -Uz compinit; compinit -D -u'
	shell=(zsh -f -i) except=''
	all_names
	# in double quotes zsh itself cannot have what is no text
	except=$'@(bad\xff*|\xc3)' in_quotes
	except='-*' with_line $'activate-print \t' ''
}

# A tab begins a description. For a word that is empty, no hidden name is offered
# and so nothing with ./ before it.
@test "fish" {
	need_shell fish
	fish_links
	export FISH=$T/fish
	start='set -p PATH $PWD/stubs; set -p fish_complete_path $FISH'
	start+='; function fish_prompt; end'
	shell=(fish -N -i) except=$'*\t*'
	all_names
	in_quotes
	except=$'@([-~.]*|*\t*)' with_line $'activate-print \t' ''
}

# shellcheck shell=bash
# Loaded by every *.bats here, with those of the command line tests.

COMPLETIONS=$(cd "$BATS_TEST_DIRNAME/../../completions" && pwd)
applets=(pyvenv activate-print activate-run deactivate venvbox)
load ../cli/helpers

# fish looks for a file with the name of the command.
fish_links()
{
	local name
	mkdir "$T/fish"
	for name in "${applets[@]}"; do
		ln -s "$COMPLETIONS/venvbox.fish" "$T/fish/$name.fish"
	done
}

# ask SHELL LINE: what SHELL offers at the end of LINE, sorted, one per line,
# without descriptions, in the array "offered" and in the file offered. Nothing
# may be said or executed.
ask()
{
	export PATH=$T/links:$T/more:/usr/bin:/bin
	case $1 in
	bash) timeout 20 bash "$BATS_TEST_DIRNAME/ask.bash" "$COMPLETIONS/venvbox.bash" "$2" |
		tr '\n\0' '?\n' | grep -vx '<-o nospace>' ;;
	zsh)
		timeout 20 zsh -f "$BATS_TEST_DIRNAME/ask.zsh" "$COMPLETIONS" "$2" "$IO/zsh"
		tr '\n\0' '?\n' <"$IO/zsh"
		;;
	fish)
		[ -e "$T/fish" ] || fish_links
		timeout 20 fish -N "$BATS_TEST_DIRNAME/ask.fish" "$T/fish" "$2" |
			sed 's/\t.*//'
		;;
	esac 2>"$IO/err" | sort -u >"$IO/offered"
	printf 'in %s: %s\n' "$1" "$2"
	cat "$IO/offered" "$IO/err"
	mapfile -t offered <"$IO/offered"
	[ ! -s "$IO/err" ] || return
	[ ! -e CANARY ]
}

# is WORD...: just these were offered.
is()
{
	printf '%s\n' "$@" | sort -u | sed '/^$/d' | diff - "$IO/offered"
}

# names SHELL LINE NAME...: what is offered are these names of files.
names()
{
	ask "$1" "$2" || return
	sed -i '/^<-o filenames>$/d; s,/$,,; s,.*/,,' "$IO/offered"
	shift 2
	is "$@"
}

# need_shell NAME: skips where it is not installed.
need_shell()
{
	command -v "$1" >/dev/null || skip "no $1"
	[ "$1" != zsh ] || need_terminal
}

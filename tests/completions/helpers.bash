# shellcheck shell=bash disable=SC2034 # used by tests
# Loaded by every *.bats here, with those of the command line tests.

COMPLETIONS=$(cd "$BATS_TEST_DIRNAME/../../dist/completions" && pwd)
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
	[ "$1" != fish ] || [ -e "$T/fish" ] || fish_links
	case $1 in
	bash) set -- "$@" "$COMPLETIONS/venvbox.bash" ;;
	zsh) set -- "$@" -f "$COMPLETIONS" ;;
	fish) set -- "$@" -N "$T/fish" ;;
	esac
	timeout 300 "$1" "${@:3:$#-3}" "$BATS_TEST_DIRNAME/ask.$1" "${!#}" "$2" \
		>"$IO/asked" 2>"$IO/err" </dev/null ||
		echo "status $?" >>"$IO/err"
	case $1 in
	fish) sed 's/\t.*//' "$IO/asked" ;;
	*) tr '\n\0' '?\n' <"$IO/asked" | grep -vx '<-o nospace>' ;;
	esac | sort -u >"$IO/offered"
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

# lacks OPTION... PATTERN: what grep finds was not offered.
lacks()
{
	if grep "$@" "$IO/offered"; then
		return 1
	fi
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

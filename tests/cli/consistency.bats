#!/usr/bin/env bats
# The usage text, the parser and the man page of each applet know the same
# options and shells.

load helpers

APPLETS=$BATS_TEST_DIRNAME/../../applets

names()
{
	echo venvbox
	"$VENVBOX" --list
}

# Options as the usage text has them: "--clear", "-p". The table of shells below
# it has options of others.
in_usage()
{
	as "$1" --help >/dev/null
	sed '/^SHELL, and what to type/,$d' "$IO/out" | grep -oE '(^|[] [|])--?[A-Za-z][a-z-]*' | tr -d '][ |' | sort -u
}

# As the tables of getopt_long() have them; venvbox compares words.
in_parser()
{
	local source=$APPLETS/$1.c

	[ ! -f "$APPLETS/$1_options.c" ] || source=$APPLETS/$1_options.c
	if [ "$1" = venvbox ]; then
		grep -oE 'strcmp\(argv\[[01]\], "-[A-Za-z-]+"' "$APPLETS/main.c" |
			grep -oE -e '-[A-Za-z-]+'
	else
		sed -n 's/^\t{ "\([a-z-]*\)", [a-z]*_argument, .*/--\1/p' "$source"
		sed -n 's/^static const char shorts\[\] = "\(.*\)";/\1/p' "$source" |
			tr -d '+:' | grep -o . | sed 's/^/-/'
	fi | sort -u
}

# As the man page explains them.
in_man()
{
	grep '^\.It .*Fl ' "$APPLETS/$1.1" | grep -oE 'Fl -?[A-Za-z][a-z-]*' |
		sed 's/^Fl /-/' | sort -u
}

# As its synopsis has them.
in_synopsis()
{
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$APPLETS/$1.1" |
		grep -E '^\.(Op )?Fl' | grep -oE -e '(Fl|\|) -?[a-zV][a-z-]*' |
		sed -E 's/^(Fl|\|) /-/' | sort -u
}

@test "every applet has a man page, which names it as the applet does" {
	local name

	for name in $(names); do
		[ -f "$APPLETS/$name.1" ] || {
			echo "no man page: $name"
			return 1
		}
		grep -qix "\.Dt $name 1" "$APPLETS/$name.1"
		grep -qx "\.Nm $name" "$APPLETS/$name.1"
	done
}

@test "every man page is one of an applet" {
	diff <(find "$APPLETS" -name '*.1' -printf '%f\n' | sed 's/\.1$//' | sort) \
		<(names | sort)
}

@test "usage text and parser agree" {
	local name

	for name in $(names); do
		in_usage "$name" >"$IO/usage"
		in_parser "$name" >"$IO/parser"
		echo "$name:"
		[ -s "$IO/usage" ]
		diff "$IO/usage" "$IO/parser"
	done
}

@test "usage text and man page agree" {
	local name

	for name in $(names); do
		in_usage "$name" >"$IO/usage"
		in_man "$name" >"$IO/man"
		echo "$name:"
		diff "$IO/usage" "$IO/man"
	done
}

@test "options in a synopsis are explained" {
	local name

	for name in $(names); do
		in_man "$name" >"$IO/man"
		in_synopsis "$name" >"$IO/synopsis"
		echo "$name:"
		[ -s "$IO/synopsis" ]
		[ -z "$(comm -13 "$IO/man" "$IO/synopsis")" ]
	done
}

@test "the environment variables of pyvenv.1 are those that are read" {
	local name

	# each name that occurs as a string is documented
	grep -rhoE 'env_get\([^"]*"[A-Z_]+"|shim_add_variable\([^"]*"[A-Z_]+"|^\s\{ "[A-Z_]+"' \
		"$APPLETS"/pyvenv*.c "$APPLETS/../lib/python" |
		grep -oE '"[A-Z_]+"' | tr -d '"' | sort -u >"$IO/read"
	[ "$(wc -l <"$IO/read")" -gt 5 ]
	while read -r name; do
		grep -qw "$name" "$APPLETS/pyvenv.1" || {
			echo "not in pyvenv.1: $name"
			return 1
		}
	done <"$IO/read"
}

@test "the codes of --check and the members of --json are in pyvenv.1" {
	local word

	{
		grep -ohE 'report\(&?k, "[a-z-]+"' "$APPLETS/../lib/venv/check.c"
		grep -ohE 'json_[a-z]+\([^"]*"[a-z0-9_]+"' "$APPLETS/pyvenv_report.c"
	} | grep -oE '"[a-z0-9_-]+"' | tr -d '"' | sort -u >"$IO/words"
	[ "$(wc -l <"$IO/words")" -gt 25 ]
	while read -r word; do
		grep -qE "^\.(It )?Cm (.* )?$word( |\$)" "$APPLETS/pyvenv.1" || {
			echo "not in pyvenv.1: $word"
			return 1
		}
	done <"$IO/words"
}

# shells_of APPLET: the shells and forms that its usage text lists.
shells_of()
{
	as "$1" --help >/dev/null
	sed -n '/^SHELL, and what to type/,$p' "$IO/out" |
		sed -nE 's/^  ([a-z0-9-]+)( .*)?$/\1/p'
}

@test "each shell in a usage text is explained in the man page" {
	local name shell

	for name in activate-print deactivate; do
		shells_of "$name" >"$IO/shells"
		[ "$(wc -l <"$IO/shells")" -gt 8 ]
		while read -r shell; do
			grep -qE "^\.(It|Cm|It Cm) $shell( |$)" "$APPLETS/$name.1" || {
				echo "not in $name.1: $shell"
				return 1
			}
		done <"$IO/shells"
	done
}

@test "each shell with an activation script is explained, completed and in its error" {
	local shell source
	# those of the table in lib/shell
	awk -F '"' '/\.name = / { name = $2 }
		/\.(windows_)?file = / { print name }' \
		"$APPLETS/../lib/shell/shell.c" | sort -u >"$IO/shells"
	[ "$(wc -l <"$IO/shells")" -gt 5 ]
	while read -r shell; do
		as pyvenv --help >/dev/null
		sed -n '/^  --activators/,/^  --check/p' "$IO/out" | grep -w "$shell"
		as pyvenv --activators no-such env >/dev/null
		grep -w "$shell" "$IO/err"
		for source in applets/pyvenv.1 dist/completions/venvbox.bash \
			dist/completions/venvbox.fish dist/completions/_venvbox; do
			grep -qw "$shell" "$APPLETS/../$source" || {
				echo "not in $source: $shell"
				return 1
			}
		done
	done <"$IO/shells"
}

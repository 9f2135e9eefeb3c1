#!/usr/bin/env bats
# The usage text, the parser and the man page of each applet know the same
# options.

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

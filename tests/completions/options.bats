#!/usr/bin/env bats
# Offers and reality are the same: options and values, compared with what the
# program says and takes, in both directions.

# shellcheck disable=SC2154 # applets, offered
load helpers

# options_of APPLET: those in its usage text.
options_of()
{
	"$T/links/$1" --help |
		sed -nE 's/^ +((-[a-zA-Z], )?-[-a-z]+).*/\1/p' | tr -d ' ' | tr , '\n'
}

# all_options SHELL: those that every applet has are offered for a dash.
all_options()
{
	need_shell "$1"
	local applet
	for applet in "${applets[@]}"; do
		mapfile -t options < <(options_of "$applet")
		[ ${#options[@]} -ge 2 ]
		ask "$1" "$applet -"
		is "${options[@]}"
	done
}

# The rows of the table in the usage text, "  NAME   what to type".
shells()
{
	"$T/links/activate-print" --help |
		sed -nE 's/^  ([a-z][a-z0-9-]*)( .*)?$/\1/p'
}

all_shells()
{
	need_shell "$1"
	local line
	mapfile -t names < <(shells)
	[ ${#names[@]} -ge 4 ]
	for line in 'activate-print -s ' 'activate-print --shell ' \
		'deactivate -s ' 'venvbox deactivate -s '; do
		ask "$1" "$line"
		is "${names[@]}"
	done
	ask "$1" 'activate-print --shell=fi'
	[ "${#offered[@]}" = 1 ]
	[[ $offered =~ ^(--shell=)?fish$ ]]
}

# The words that --activators takes are offered, and nothing else.
all_activators()
{
	need_shell "$1"
	local name
	names=(all none)
	for name in $(shells); do
		as pyvenv -n --activators "$name" new
		[ "$status" = 2 ] || names+=("$name")
	done
	[ ${#names[@]} -ge 6 ]
	ask "$1" 'pyvenv --activators '
	is "${names[@]}"
}

@test "options: bash" { all_options bash; }
@test "options: zsh" { all_options zsh; }
@test "options: fish" { all_options fish; }
@test "shells: bash" { all_shells bash; }
@test "shells: zsh" { all_shells zsh; }
@test "shells: fish" { all_shells fish; }
@test "activators: bash" { all_activators bash; }
@test "activators: zsh" { all_activators zsh; }
@test "activators: fish" { all_activators fish; }

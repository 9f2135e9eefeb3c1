# shellcheck shell=bash
# Loaded by the suites here that work with all names: environments for them,
# and one way to run the cells of a shell and to count them.
# shellcheck disable=SC2154 # names, prompts
load ../cli/helpers
load names

# An environment for each name, in $E/KIND/NUMBER/DIRECTORY: of KIND path the
# directory is called so, of KIND prompt the prompt is, and both. $ACTIVATORS,
# if there is one, says which files there are in bin; with $RELOCATABLE these
# find themselves. With $RELOCATED the environments are not where they were made:
# copies, or moved; of KIND both no prompt was given.
setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export E=$BATS_FILE_TMPDIR/env BIN=$T/links
	export NAMES=$BATS_FILE_TMPDIR/names
	local i n paths=() pyvenv=("$BIN/pyvenv")
	[ -z "${ACTIVATORS-}" ] || pyvenv+=(--activators "$ACTIVATORS")
	[ -z "${RELOCATABLE-}" ] || pyvenv+=(--relocatable)
	[ -z "${RELOCATED-}" ] || {
		relocate "${pyvenv[@]}"
		return
	}
	for i in "${!names[@]}"; do
		n=${names[i]}
		paths+=("$E/path/$i/$n")
		"${pyvenv[@]}" --prompt "$n" "$E/prompt/$i/plain" "$E/both/$i/$n"
	done
	"${pyvenv[@]}" --prompt plain "${paths[@]}"
	for n in "${prompts[@]}"; do
		"${pyvenv[@]}" --prompt "$n" "$E/prompt/$((++i))/plain"
	done
	printf '%s\0' "${names[@]}" "${prompts[@]}" >"$NAMES"
}

# relocate PYVENV...: the environments of setup_file(), made by PYVENV.
relocate()
{
	local i n

	"$@" --prompt plain "$E/made/plain"
	"$@" "$E/made/own"
	for i in "${!names[@]}"; do
		n=${names[i]}
		mkdir -p "$E/path/$i" "$E/both/$i" "$E/prompt/$i"
		cp -a "$E/made/plain" "$E/path/$i/$n"
		cp -a "$E/made/own" "$E/both/$i/$n"
		"$@" --prompt "$n" "$E/made/prompt"
		mv "$E/made/prompt" "$E/prompt/$i/plain"
	done
	printf '%s\0' "${names[@]}" >"$NAMES"
}

# matrix WHAT SHELL [ARG...]: see cells.py.
matrix()
{
	command -v "${2#-}" >/dev/null || skip "no ${2#-}"
	python3 -B "$BATS_TEST_DIRNAME/cells.py" "$@" >"$IO/cells" || {
		cat "$IO/cells"
		return 1
	}
	tally "${*:2}" "$(tail -n 1 "$IO/cells")"
}

# tally LABEL "N cells, N wrong, N refused": say it; teardown_suite sums up.
tally()
{
	echo "# $1: $2" >&3
	echo "$2" >>"$BATS_RUN_TMPDIR/cells"
}

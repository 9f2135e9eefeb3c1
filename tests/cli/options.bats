#!/usr/bin/env bats
# The command line of pyvenv: design.md section 3.

load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base
	fake_python "$BASE" 3.12.4
}

# wrong TEXT ARG...: pyvenv ARG... is an error of usage: exit 2, one line with
# TEXT in it and a hint, nothing on stdout, nothing written.
wrong()
{
	local text=$1

	shift
	pv "$@"
	[ "$status" = 2 ] || return 1
	[ -z "$output" ] || return 1
	[ "$(wc -l <"$IO/err")" = 2 ] || return 1
	has "$text" "$(head -n1 "$IO/err")" || return 1
	has 'hint: ' "$(tail -n1 "$IO/err")" || return 1
	[ "$(ls -A)" = $'home\nlinks' ]
}

# wheels DIR: pip and setuptools in the smallest form, and a file of hashes.
wheels()
{
	mkdir "$1"
	(
		cd "$BATS_TEST_DIRNAME/../wheels" || exit
		python3 -B -c 'import make_odd, sys
for name in "pip", "setuptools":
    make_odd.make(sys.argv[1], name + "-99.0", {name + ".py": ""})' "$1"
	)
	for file in "$1"/*.whl; do
		sha256sum "$file" | sed -E 's,^([^ ]*) .*/([a-z]*)-.*,\2==99.0 --hash=sha256:\1,'
	done >"$1/lock.txt"
}

@test "every option of the usage text is taken" {
	local option n=0 links=(--find-links "$T/wheels")

	wheels "$T/wheels"
	cat >"$T/pylock.toml" <<-'END'
		lock-version = "1.0"
		created-by = "x"
		extras = ["one"]
		dependency-groups = ["one"]
		packages = []
	END
	pv --help
	for option in $(grep -oE '(^|[ [])--?[a-z][a-z-]*' "$IO/out" |
		tr -d ' []' | sort -u); do
		n=$((n + 1))
		case $option in
		-h | --help) continue ;;
		--prompt) set -- "$option" x ;;
		--activators) set -- "$option" none ;;
		--archive) set -- "$option" tar ;;
		--root) set -- "$option" / ;;
		--python-target) set -- "$option" /opt/bin/python3.12 ;;
		--env-target) set -- "$option" /opt/env ;;
		-p | --python) set -- "$option" "$BASE" ;;
		--wheel) set -- "$option" "$T/wheels" ;;
		--find-links) set -- "$option" "$T/wheels" --with-pip ;;
		-r | --requirement) set -- "$option" "$T/wheels/lock.txt" "${links[@]}" ;;
		-c | --constraint)
			set -- "$option" "$T/wheels/lock.txt" --install pip "${links[@]}"
			;;
		--lock) set -- "$option" "$T/pylock.toml" ;;
		--extra | --group) set -- "$option" one --lock "$T/pylock.toml" ;;
		--no-default-groups) set -- "$option" --lock "$T/pylock.toml" ;;
		--install) set -- "$option" pip "${links[@]}" ;;
		--require-hashes)
			set -- "$option" -r "$T/wheels/lock.txt" "${links[@]}"
			;;
		--no-deps) set -- "$option" --install pip "${links[@]}" ;;
		--sync) set -- "$option" --exist-ok --install pip "${links[@]}" ;;
		--with-pip | --with-setuptools)
			set -- "$option" --wheel "$T/wheels"
			;;
		*) set -- "$option" ;;
		esac
		[ "$option" = --check ] || set -- -p "$BASE" "$@"
		pv "$@" "$T/env-$n"
		case $option in
		--check) [ "$status" = 1 ] ;;
		*) [ "$status" = 0 ] ;;
		esac
	done
	[ "$n" -gt 18 ]
}

@test "operands may come before options" {
	pv one -p "$BASE" two --prompt x three
	[ "$status" = 0 ]
	[ -d one ]
	[ -d two ]
	grep -q "^prompt = 'x'" one/pyvenv.cfg
	grep -q "^prompt = 'x'" three/pyvenv.cfg
}

@test "an argument may be joined with = or, for a letter, without" {
	pv --python="$BASE" --prompt=x=y one
	[ "$status" = 0 ]
	grep -q "^prompt = 'x=y'" one/pyvenv.cfg
	pv -p"$BASE" two
	[ "$status" = 0 ]
	pv -vp "$BASE" three
	[ "$status" = 0 ]
	has "$BASE" "$stderr"
}

@test "an argument may look like an option" {
	pv -p "$BASE" --prompt --clear env
	[ "$status" = 0 ]
	grep -q "^prompt = '--clear'" env/pyvenv.cfg
}

@test "-- ends the options" {
	pv -p "$BASE" -- -n --clear
	[ "$status" = 0 ]
	[ -f ./-n/pyvenv.cfg ]
	[ -f ./--clear/pyvenv.cfg ]
	[ "$(./-n/../links/pyvenv --check ./-n; echo $?)" = 0 ]
}

@test "long options may be abbreviated" {
	pv --python "$BASE" --system-site --cop --pro x --without-s env
	[ "$status" = 0 ]
	grep -q '^include-system-site-packages = true' env/pyvenv.cfg
	grep -q "^prompt = 'x'" env/pyvenv.cfg
	[ ! -L env/bin/python ]
	[ ! -e env/.gitignore ]
	pv --python="$BASE" --up env
	[ "$status" = 0 ]
}

@test "an ambiguous abbreviation is an error" {
	wrong "'--c'" -p "$BASE" --c env
	wrong ambiguous -p "$BASE" --c env
	wrong ambiguous -p "$BASE" --s env
	wrong ambiguous -p "$BASE" --without env
	wrong "'--p'" --p=x env
}

@test "an unknown option that is no ASCII is an error, not a crash" {
	for word in -é $'-\xff' $'-v\xff' -vé; do
		pv "$word" env
		[ "$status" = 2 ]
		[ ! -e env ]
	done
	pv -vé
	has "unknown option '-vé'" "$stderr"
}

@test "an unknown option is an error" {
	wrong "'--bogus'" --bogus env
	wrong "'--bogus'" --bogus=x env
	wrong "'-x'" -x env
	wrong "'-x'" -nx env
	wrong "'--with-wheel'" --with-wheel env
}

@test "a missing argument is an error" {
	wrong "'--prompt'" env --prompt
	wrong 'needs an argument' env --python
	wrong "'-p'" env -p
	wrong "'--activators'" env --activators
	wrong "'--wheel'" env --wheel
	wrong "'--wheel'" env --wheel ''
	wrong '--require-hashes needs' env --require-hashes
}

@test "an argument too many is an error" {
	wrong "'--copies'" --copies=1 env
	wrong "'--json'" --json= env
}

@test "ENV_DIR is needed" {
	wrong ENV_DIR
	wrong ENV_DIR -p "$BASE"
	wrong ENV_DIR --
	wrong ENV_DIR --check
}

@test "options that exclude each other" {
	wrong exclude --symlinks --copies env
	wrong exclude --copies --symlinks env
	wrong exclude --clear --upgrade env
	wrong exclude --upgrade --exist-ok env
	wrong exclude --exist-ok --clear env
	wrong exclude -v -q env
	wrong --check --check -n env
	for mode in --clear --upgrade --exist-ok; do
		wrong --check --check "$mode" env
	done
	wrong --check --check --with-pip env
	wrong --check --with-setuptools --check env
	wrong --check --check --wheel nowhere env
	wrong --check --check -r nowhere env
}

@test "an option given twice is no error, the last argument counts" {
	pv -p "$BASE" --copies --copies --clear --clear --prompt a --prompt b env
	[ "$status" = 0 ]
	grep -q "^prompt = 'b'" env/pyvenv.cfg
}

@test "an error of usage escapes control characters" {
	wrong 'a\nb\x1b' $'--a\nb\e'
}

@test "-h and --help: usage on stdout, exit 0, nothing is done" {
	for option in -h --help --hel; do
		pv "$option" env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		has 'usage: pyvenv ' "$output"
		[ ! -e env ]
	done
	pv env -n -h
	[ "$status" = 0 ]
}

@test "the usage text fits in 80 columns" {
	for name in pyvenv activate-print activate-run deactivate venvbox; do
		as "$name" --help
		[ "$(wc -L <"$IO/out")" -le 80 ]
	done
}

@test "stdout that takes nothing makes the exit code 1" {
	local name code

	for name in pyvenv activate-print activate-run deactivate venvbox; do
		code=1
		[ "$name" != activate-run ] || code=125
		status=0
		"links/$name" --help >/dev/full 2>"$IO/err" || status=$?
		[ "$status" = "$code" ]
		grep -q "^$name: cannot write" "$IO/err"
		status=0
		"links/$name" --help >&- 2>"$IO/err" || status=$?
		[ "$status" = "$code" ]
	done
	for option in -n --json; do
		status=0
		links/pyvenv -p "$BASE" "$option" env >/dev/full 2>"$IO/err" ||
			status=$?
		[ "$status" = 1 ]
	done
	status=0
	links/venvbox --list >/dev/full 2>"$IO/err" || status=$?
	[ "$status" = 1 ]
}

@test "closed standard files do no harm" {
	# nothing that is written may land in a file that got a low number
	SOURCE_DATE_EPOCH=1 links/pyvenv -p "$BASE" env
	tree env >"$IO/good"
	rm -r env
	status=0
	SOURCE_DATE_EPOCH=1 links/pyvenv -p "$BASE" -v --json env \
		<&- >&- 2>&- || status=$?
	[ "$status" = 1 ]
	tree env >"$IO/closed"
	diff "$IO/good" "$IO/closed"
	mkdir dir
	status=0
	links/pyvenv -p "$BASE" dir 2>&- || status=$?
	[ "$status" = 1 ]
	[ -z "$(ls -A dir)" ]
}

@test "-q prints no warnings, but errors" {
	fake_python "$T/311" 3.11.5
	pv -p "$T/311" env
	pv -p "$BASE" --upgrade -q env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	pv -p "$BASE" --quiet env
	[ "$status" = 1 ]
	[ -n "$stderr" ]
}

@test "--help works in a directory that is gone" {
	mkdir gone
	cd gone
	rmdir ../gone
	run "$T/links/pyvenv" --help
	[ "$status" = 0 ]
	run "$T/links/pyvenv" env
	[ "$status" = 1 ]
	has 'current directory' "$output"
}

@test "-V and --version of every applet" {
	local name
	as venvbox --version
	version=${output#venvbox }
	for name in venvbox pyvenv activate-print activate-run deactivate; do
		for option in -V --version; do
			as "$name" "$option"
			[ "$status" = 0 ]
			[ "$output" = "$name $version" ]
			[ -z "$stderr" ]
		done
	done
}

@test "options that exclude each other say so" {
	local options
	for options in '--with-pip --without-pip' '--without-pip --with-pip' \
		'--symlinks --copies' '--clear --exist-ok' '-v -q' \
		'--activators none,sh' '--minimal --activators sh'; do
		# shellcheck disable=SC2086 # words
		pv $options env
		[ "$status" = 2 ]
		has 'exclude each other' "$stderr"
		[ ! -e env ]
	done
	pv -p "$BASE" env
	for options in '-p 3.9' --copies '--prompt x' '--activators sh' --minimal; do
		# shellcheck disable=SC2086 # words
		pv --check $options env
		[ "$status" = 2 ]
		has '--check looks at environments as they are' "$stderr"
	done
}

@test "the same word for the same shell in -s and --activators" {
	local word
	for word in sh bash zsh dash ksh mksh yash csh tcsh fish powershell pwsh \
		nu nushell xonsh; do
		as activate-print -s "$word" env
		[ "$status" = 1 ]
		pv -p "$BASE" --clear --activators "$word" env
		[ "$status" = 0 ]
		[ "$(find env/bin -iname 'activate*' | wc -l)" = 1 ]
		rm -r env
	done
	pv -p "$BASE" --activators bash,pwsh env
	[ "$(cd env/bin && echo [aA]ctivate*)" = 'Activate.ps1 activate' ]
	grep -q -e '--activators sh,powershell' env/pyvenv.cfg
	# no word leaves the reader without the list
	pv --activators bsh x
	[ "$status" = 2 ]
	has "'bsh' is not all, none or one of sh (bash, zsh, dash, ksh), csh (tcsh)," \
		"$stderr"
	pv --activators elvish x
	[ "$status" = 2 ]
	has 'use activate-print -s elvish' "$stderr"
	pv --help
	has 'also called bash' "$output"
}

@test "-n says what would be done" {
	pv -n -p "$BASE" env
	[ "${output%%$'\n'*}" = "would create $T/env" ]
	pv -p "$BASE" env
	pv -n -p "$BASE" --clear env
	[ "${output%%$'\n'*}" = "would replace $T/env" ]
	pv -n -p "$BASE" --exist-ok --prompt x env
	[ "${output%%$'\n'*}" = "would change $T/env" ]
	pv -n -p "$BASE" --exist-ok env
	[ "$output" = "would not change $T/env" ]
	pv -n --json -p "$BASE" new
	has '"dry_run": true' "$output"
}

@test "activate-print --help has each name once" {
	as activate-print --help
	[ "$(grep -c 'github-path' "$IO/out")" = 1 ]
}

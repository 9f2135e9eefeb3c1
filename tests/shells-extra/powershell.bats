#!/usr/bin/env bats
# bin/Activate.ps1 and what is printed for PowerShell. Nothing runs it here, as
# neither Debian nor npm has a PowerShell: a real parser reads the code, and
# every value is one literal, by the rules of PowerShell's own tokenizer.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # names, prompts
load ../cli/helpers
load ../shells/names

setup_file()
{
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR setup
	export E=$BATS_FILE_TMPDIR/env BIN=$T/links
	"$BIN/pyvenv" --activators powershell --prompt 'the prompt' "$E/plain"
	"$BIN/activate-print" -s powershell "$E/plain" >"$E/printed.ps1"
}

setup_parser()
{
	MODULES=${BUILD:-$BATS_TEST_DIRNAME/../../build}/npm/node_modules
	command -v node >/dev/null || skip "no node"
	[ -d "$MODULES/tree-sitter-powershell" ] || skip "no tree-sitter of npm"
	[ -d "$MODULES/web-tree-sitter" ] || skip "no web-tree-sitter of npm"
}

# --liftoff-only: node would optimize the parser for half a minute, at its end
parse()
{
	node --liftoff-only "$BATS_TEST_DIRNAME/powershell.mjs" "$MODULES" "$@"
}

# compare MODEL <JOBS: with a file or code whose tokens are known.
compare()
{
	parse "$1" "$E/plain" 'the prompt'
}

# A name that is not UTF-8 has no literal in PowerShell.
can_hold()
{
	printf %s "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1
}

# add_jobs DIR PROMPT
add_jobs()
{
	local i
	i=$((++count))
	"$BIN/pyvenv" --activators powershell --prompt "$2" "$1"
	"$BIN/activate-print" -s powershell -- "$1" >"$i.ps1"
	printf '%s\0' "$1/bin/Activate.ps1" "$1" "$2" >>files
	printf '%s\0' "$i.ps1" "$1" "$2" >>printed
}

@test "PowerShell enters an environment of any name and prompt" {
	setup_parser
	local i n count=0
	for i in "${!names[@]}"; do
		n=${names[i]}
		can_hold "$n" || continue
		add_jobs "$E/$i/$n" "$n"
	done
	for n in "${prompts[@]}" $'\xe2\x80\x98\xe2\x80\x9c\r"$x`'; do
		add_jobs "$E/$((++i))" "$n"
	done
	[ "$count" -gt 70 ]
	compare "$E/plain/bin/Activate.ps1" <files
	compare "$E/printed.ps1" <printed
	[ ! -e CANARY ]
	# what no program's output can bring to PowerShell
	! grep -l $'\r' ./*.ps1 || return 1
}

@test "a name that is not UTF-8 is refused" {
	local n refused=0
	for n in "${names[@]}"; do
		if ! can_hold "$n"; then
			pv "$n"
			[ ! -e "$n/bin/Activate.ps1" ]
			as activate-print -s powershell -- "$n"
			[ "$status" = 1 ]
			[ "${output#throw }" != "$output" ]
			: $((++refused))
		fi
	done
	[ "$refused" -gt 0 ]
}

@test "a file that finds itself" {
	setup_parser
	local n
	for n in one 'it'\''s $two'; do
		"$BIN/pyvenv" --activators powershell --relocatable "$n"
		parse "$n/bin/Activate.ps1"
	done
	cmp one/bin/Activate.ps1 "$n/bin/Activate.ps1"
	grep -q PSScriptRoot one/bin/Activate.ps1
	"$BIN/pyvenv" --activators powershell --relocatable --prompt "$n" three
	parse three/bin/Activate.ps1
	grep -q "= 'it''s \$two'" three/bin/Activate.ps1
}

@test "leaving restores the state, and a failure changes nothing" {
	setup_parser
	VIRTUAL_ENV=$E/plain "$BIN/deactivate" -s powershell >leave.ps1
	[ "$(tail -n 1 leave.ps1)" = deactivate ]
	parse leave.ps1
	"$BIN/activate-print" -s powershell /nowhere >fail.ps1 2>err || true
	grep -q '^throw ' fail.ps1
	parse fail.ps1
}

# broken VALUE: the code with VALUE as the prompt does not pass.
broken()
{
	sed "s/'the prompt'/$1/" "$E/printed.ps1" >broken.ps1
	if printf '%s\0' broken.ps1 "$E/plain" 'the prompt' |
		compare "$E/printed.ps1"; then
		echo "$1 passed"
		return 1
	fi
}

@test "the parser refuses what is broken" {
	setup_parser
	printf '%s\0' "$E/printed.ps1" "$E/plain" 'the prompt' |
		compare "$E/printed.ps1"
	broken "the prompt"
	broken "'the prompt"
	broken "'the 'prompt'"
	broken "'the prompt'; touch CANARY"
	broken "'the prompt' + 'x'"
	broken '"the prompt$(touch CANARY)"'
	broken '"the prompt$VIRTUAL_ENV"'
	broken "'the promp'"
	broken $'\'the prompt\xe2\x80\x99; touch CANARY; \'\''
	broken $'\'the prompt\xe2\x80\x99\''
	echo '}' >>"$E/printed.ps1"
	! parse "$E/printed.ps1" || return 1
}

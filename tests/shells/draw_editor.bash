# shellcheck shell=bash
# Loaded by the suites of shells whose prompt an editor of their own draws.
# shellcheck disable=SC2154 # names

# draw SHELL ARG...: the prompt of every name that is text, on a terminal. What
# controls a terminal has no place in a line, and a line must have room.
draw()
{
	need_terminal
	command -v "$1" >/dev/null || skip "no $1"
	local i n
	mkdir names
	names+=('{RED}x' '{{x}}' '{env_name}' '{x:d}') # what xonsh draws otherwise
	for i in "${!names[@]}"; do
		n=${names[i]}
		[[ $n != *[[:cntrl:]]* && ${#n} -lt 60 ]] || continue
		iconv -f UTF-8 -t UTF-8 <<<"$n" >/dev/null 2>&1 || continue
		printf %s "$n" >"names/$i.name"
		"$BIN/activate-print" -s "$1" --prompt="$n" "$E/path/0/plain" \
			>"names/$i.act"
	done
	timeout 300 python3 "$BATS_TEST_DIRNAME/draw_editor.py" names "$@" >drawn || {
		cat drawn
		return 1
	}
	[ ! -e CANARY ]
	tally "$1, drawn" "$(tail -n 1 drawn)"
}

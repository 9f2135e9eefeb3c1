#!/usr/bin/env bats
# pyvenv --relocatable: environments that were copied or moved after they were
# made, to each of the names, and entered by their files. The originals of the
# copies are still there: who relies on what is recorded would enter those.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2034,SC2154 # for and of setup.bash and helpers.bash
ACTIVATORS=all
RELOCATABLE=1 RELOCATED=1
export FORMS=file
load setup
load nu_path

# where SHELL...: each way to name the file leads to the same directory.
where()
{
	local d=$E/both/1/a\ \ b way
	ln -sfn "$d" link
	mkdir -p sub/deep
	ln -sfn sub/deep deep
	cp -a "$E/made/own" "deep/../near"
	while read -r way; do
		printf '%s\n' "$way"
		[ "$(D=$d "$@" -c "cd -- \"\$D\"; $way"'; echo "$VIRTUAL_ENV|$VIRTUAL_ENV_PROMPT"')" = "$d|a  b" ]
	done <<-'END'
		. bin/activate
		. ./bin/activate
		. .//bin/.//activate
		cd bin; . ./activate
		cd bin; . ../bin/activate
		cd lib; . ../bin/../bin/activate
		. "$D/bin/activate"
		. "$D/lib/../bin/activate"
		. "//$D/bin//activate"
		cd /; . ".$D/bin/activate"
		cd bin; PATH=.:$PATH; . activate
		PATH=$D/bin; . activate
		cd /; CDPATH=/:$D; . "$D/bin/activate"
		f() { . bin/activate; }; f x
		set -- nondestructive; . bin/activate
	END
	# a link keeps its name, and one in front of .. is no parent
	[ "$("$@" -c '. link/bin/activate; echo "$VIRTUAL_ENV"')" = "$T/link" ]
	case $1 in (ksh93) return ;; esac # which names another file then
	"$@" -c 'cd deep; . ../near/bin/activate; echo "$VIRTUAL_ENV"' >out
	[ "$(cat out)" -ef sub/near ]
}

# fails SHELL...: what cannot be entered is said, in one line, and nothing
# has changed; where nothing stops at that, the shell goes on.
fails()
{
	local way

	mkdir -p no/bin 'col:on'
	cp "$E/made/own/bin/activate" no/bin
	cp -a "$E/made/own/." 'col:on'
	ln -s "$E/made/own/bin/activate" here
	ln -s "$E/path/0/plain/bin/activate" elsewhere
	for way in no/bin/activate col:on/bin/activate ./elsewhere; do
		PS1='$ ' "$@" -c 'PS1="$ "; set >before; . "$1" || echo "failed"
			set >after; case "${VIRTUAL_ENV-none}:$PATH:$PS1" in
			("none:/usr/bin:/bin:\$ ") echo same; esac
			command -v deactivate' x "$way" >out 2>err || true
		printf 'failed\nsame\n' | diff - out
		[ "$(wc -l <err)" = 1 ]
		grep -q '^activate: ' err
		if diff before after | grep VIRTUAL_ENV_; then
			return 1
		fi
	done
	# another one that is active stays so
	[ "$("$@" -c '. "$1/bin/activate"; . no/bin/activate || echo "$VIRTUAL_ENV"
		deactivate; echo "${VIRTUAL_ENV-none}"' x "$E/path/0/plain" 2>err)" = \
		"$E/path/0/plain"$'\n'none ]
	case $1 in (posh) return ;; esac # it cannot tell that two files are one
	# a link to the file of one that was not moved
	[ "$("$@" -c '. ./here; echo "$VIRTUAL_ENV"')" = "$E/made/own" ]
}

check()
{
	matrix "$@"
	shift
	where "$@"
	fails "$@"
}

@test "bash" { check names+options bash; }
@test "bash --posix" { check few+states bash --posix; }
@test "bash, interactive" { matrix few+states bash --norc -i; }
@test "dash" { check names+options dash; }
@test "dash, a login shell" { matrix few -dash; }
@test "zsh" { check names+options zsh -f; }
@test "zsh as sh" { check few+states zsh --emulate sh -f; }
@test "zsh as ksh" { check few+states zsh --emulate ksh -f; }
@test "mksh" { check names+options mksh; }
@test "mksh, a login shell" { matrix few -mksh; }
@test "lksh" { check few+states lksh; }
@test "ksh93" { check names+options ksh93; }
@test "busybox ash" { check names+options busybox ash; }
@test "posh" { check names+options posh; }
@test "fish" { matrix names+states fish -N; }
@test "xonsh" { matrix few+states xonsh --no-rc; }
@test "nu" {
	local nu
	nu=$(nu_path) || skip "no nu"
	READ="overlay use" matrix names "$nu" -n
	READ=source matrix few "$nu" -n
}

# found RUN...: shell code, given to RUN as its last argument, says the directory
# and the name of $D, of a link, and of the one that is beside what a link leads
# to; it fails for a file that is in no environment, or in one with a colon.
found()
{
	local code n=0
	D=$E/both/1/a\ \ b
	mkdir -p sub/deep no/bin
	cp "$E"/made/own/bin/activate.* no/bin
	cp -a "$E/made/own" 'col:on'
	cp -a "$E/made/own" sub/near
	ln -sfn "$D" link
	ln -sfn sub/deep deep
	while IFS='|' read -r dir code; do
		code=${code//SHOW/$show}
		printf '%s\n' "$code"
		(cd "${dir/D/$D}" && T=$T "$@" "$code") >out 2>err || true
		case $code in
		*link/*) printf '%s\n' "$T/link" link ;;
		*near/*) printf '%s\n' "$T/sub/near" near ;;
		*no/* | *:*) echo ;;
		*) printf '%s\n' "$D" 'a  b' ;;
		esac >want
		[ "$(tail -n 2 out)" = "$(cat want)" ] || {
			cat out err
			return 1
		}
		case $code in
		*no/*) grep -q 'activate-print DIR' err ;;
		*:*) grep -q "PATH cannot hold a name with ':'" err ;;
		esac
		n=$((n + 1))
	done
	[ "$n" -ge 6 ]
}

@test "fish, wherever the file is looked for" {
	command -v fish >/dev/null || skip "no fish"
	show='; printf "%s\n" "$VIRTUAL_ENV" $VIRTUAL_ENV_PROMPT'
	found fish -N -c <<-'END'
		D|source bin/activate.fish SHOW
		D/bin|source ./activate.fish SHOW
		D/lib|source ../bin//activate.fish SHOW
		D/bin|source activate.fish SHOW
		.|source link/bin/activate.fish SHOW
		.|cd deep; source ../near/bin/activate.fish SHOW
		.|source deep/../near/bin/activate.fish SHOW
		.|source no/bin/activate.fish; or echo SHOW
		.|source col:on/bin/activate.fish; or echo SHOW
	END
	fish -N -c 'source no/bin/activate.fish; or functions -q deactivate; and touch CANARY' || :
	[ ! -e CANARY ]
}

@test "xonsh, wherever the file is looked for" {
	command -v xonsh >/dev/null || skip "no xonsh"
	show=$'\nprint($VIRTUAL_ENV, $VIRTUAL_ENV_PROMPT, sep="\\n")'
	found xonsh --no-rc -c <<-'END'
		D|source bin/activate.xsh SHOW
		D/bin|source ./activate.xsh SHOW
		D/lib|source ../bin//activate.xsh SHOW
		.|source link/bin/activate.xsh SHOW
		.|source deep/../near/bin/activate.xsh SHOW
		.|source no/bin/activate.xsh SHOW
		.|source col:on/bin/activate.xsh SHOW
	END
}

@test "nu, wherever the file is looked for" {
	local nu
	nu=$(nu_path) || skip "no nu"
	show='; print $env.VIRTUAL_ENV $env.VIRTUAL_ENV_PROMPT'
	found "$nu" -n -c <<-'END'
		D|overlay use bin/activate.nu SHOW
		D/bin|overlay use ./activate.nu SHOW
		D/lib|overlay use ../bin/activate.nu SHOW
		.|overlay use link/bin/activate.nu SHOW
		.|source link/bin/activate.nu SHOW
		.|overlay use no/bin/activate.nu SHOW
		.|overlay use col:on/bin/activate.nu SHOW
	END
}

# drawn SHELL ARG...: the prompt on a terminal, where the name is the directory's.
drawn()
{
	local i n
	need_terminal
	mkdir drawn
	for i in "${!names[@]}"; do
		n=${names[i]}
		[[ $n != *[[:cntrl:]]* && ${#n} -lt 60 && $n != *$'\xff'* ]] || continue
		iconv -f UTF-8 -t UTF-8 <<<"$n" >/dev/null 2>&1 || continue
		printf %s "$n" >"drawn/$i.name"
		printf ". '%s'\n" "${E//\'/\'\\\'\'}/both/$i/${n//\'/\'\\\'\'}/bin/activate" \
			>"drawn/$i.act"
	done
	files=(drawn/*)
	[ ${#files[@]} -gt 70 ]
	TERM=dumb PS1='# ' timeout 300 python3 "$BATS_TEST_DIRNAME/draw.py" drawn \
		"PS1='READY> '" '. %s' "$@"
	[ ! -e CANARY ]
	tally "drawn by $*" "$((${#files[@]} / 2)) cells, 0 wrong, 0 refused"
}

@test "bash draws it" { drawn bash --norc --noprofile -i; }
@test "dash draws it" { drawn dash -i; }
@test "zsh -o promptsubst draws it" { drawn zsh -f -i -o promptsubst; }
@test "mksh draws it" { drawn mksh -i; }
@test "ksh93 draws it" { drawn ksh93 -i; }

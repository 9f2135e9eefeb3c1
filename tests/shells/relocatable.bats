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

#!/usr/bin/env bats
# Requirements, locks and directories that are huge, hostile or strange: a run ends
# with a complete environment, or with one line and nothing changed.

# shellcheck disable=SC2154 # status, output, stderr
load helpers
load locks

setup_file()
{
	# shellcheck source=tests/wheels/helpers.bash
	. "$BATS_TEST_DIRNAME/helpers.bash"
	base_for_wheels
}

@test "a constraint that applies asks for nothing itself" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa
	END
	printf 'aa<2\nbb==1.0\n' >c.txt
	installs --find-links house -c c.txt --install bb
	has_installed aa-1.0 bb-1.0
	requested bb-1.0
}

# many COUNT TEXT: TEXT COUNT times, # in it replaced by the number.
many()
{
	"$HOST_PYTHON" -c 'import sys
text = sys.argv[2]
sys.stdout.write("".join(text.replace("#", str(i))
                         for i in range(int(sys.argv[1]))))' "$@"
}

# refute_hint: there is no hint.
refute_hint()
{
	refuse grep -q '^hint:' "$IO/err"
}

@test "a file that cannot be read gets no hint about directories" {
	mkfifo pipe
	for option in -r -c --lock --find-links; do
		local more=()
		[ "$option" != -c ] && [ "$option" != --find-links ] ||
			more=(--install aa)
		refused "cannot read '" "$option" none "${more[@]}" env
		refute_hint
		[ "$option" = --find-links ] || {
			refused "'pipe': it is not a regular file" \
				"$option" pipe "${more[@]}" env
			refute_hint
		}
	done
}

@test "names, extras and specifiers of any length end in a short error" {
	wheel house/aa-1.0-py3-none-any.whl
	many 300 a >r.txt
	refused "a name of more than 255 characters" --find-links house \
		-r r.txt env
	{ printf aa; many 100000 '>=1.0,'; } >r.txt
	refused "more than 8192 bytes of specifiers" --find-links house \
		-r r.txt env
	{ printf 'aa==1.'; many 100000 '1'; } >r.txt
	refused "more than 8192 bytes of specifiers" --find-links house \
		-r r.txt env
	{ printf 'aa['; many 100000 'x#,'; echo 'x]'; } >r.txt
	refused "more than 8192 bytes of extras" --find-links house \
		-r r.txt env
	[ "$(wc -c <"$IO/err")" -lt 1000 ]
}

@test "many requirements for a project with many versions end" {
	local i
	mkdir house
	for i in $(seq 3000); do
		: >"house/aa-1.$i-py3-none-any.whl"
	done
	wheel house/aa-2.0-py3-none-any.whl
	many 100000 'aa>=1.#
' >r.txt
	refused "too many combinations" --find-links house -r r.txt env
	yes 'aa>=1.0' | head -n 100000 >r.txt
	installs --find-links house -r r.txt
	has_installed aa-2.0
}

@test "a NUL in a requirement of METADATA does not end it" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl Requires-Dist=b-b
		house/b-1.0-py3-none-any.whl
	END
	"$HOST_PYTHON" -c 'import sys, zipfile
old, new = sys.argv[1:]
with zipfile.ZipFile(old) as a, zipfile.ZipFile(new, "w") as b:
    for name in a.namelist():
        b.writestr(name, a.read(name).replace(b"b-b", b"b\0b"))
' house/aa-1.0-py3-none-any.whl new
	mv new house/aa-1.0-py3-none-any.whl
	refused "a control character" --find-links house --install aa env
}

@test "a run that another one overtakes does not go by what was there" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa<2
	END
	local mode run fd
	for mode in --exist-ok "--exist-ok --sync"; do
		installs --find-links house --install aa==1.0
		# the lock of a change
		exec {fd}<"env"
		flock "$fd"
		# shellcheck disable=SC2086
		"$T/links/pyvenv" -v $mode -p "$BASE/bin/python3.13" \
			--find-links house --install bb env \
			2>waited {fd}<&- 3>&- &
		run=$!
		# with -v the choice is reported
		until grep -q bb-1.0 waited; do
			kill -0 "$run"
			sleep 0.01
		done
		rm -r "env/$SITE"/aa*
		touch "env/$SITE/kept"
		exec {fd}<&-
		wait "$run" && return 1
		grep -F "another program has changed what is installed" waited
		[ -e "env/$SITE/kept" ]
		[ ! -e "env/$SITE/bb.py" ]
		has_installed
	done
}

@test "one ENV_DIR may be given twice" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
	END
	for mode in --exist-ok --upgrade "--upgrade --sync"; do
		installs --find-links house --install aa==1.0
		# shellcheck disable=SC2086
		pv $mode --find-links house --install aa==2.0 env env
		[ "$status" = 0 ]
		has_installed aa-2.0
	done
}

@test "a file that RECORD does not list does not keep a project installed" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
	END
	local info=env/$SITE/aa-1.0.dist-info
	for args in "--sync --install bb" "--install bb --install aa==2.0"; do
		installs --find-links house --install aa==1.0
		touch "$info/notes"
		sed -i /INSTALLER/d "$info/RECORD"
		# shellcheck disable=SC2086
		pv --exist-ok --find-links house $args env
		[ "$status" = 0 ]
		[ ! -e "$info" ]
		# once more there is nothing to do
		# shellcheck disable=SC2086
		pv --exist-ok --find-links house $args env
		[ "$status" = 0 ] && [ -z "$stderr" ]
	done
	has_installed aa-2.0 bb-1.0
}

#!/usr/bin/env bats
# Environments in use: what people, other tools and mounts have done to them.

# shellcheck disable=SC2016 # code for other shells
# shellcheck disable=SC2154 # status, output, stderr
load helpers
load pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/pythons.bash"
	base_and_other
}

# project ENV NAME: a project with a script NAME, as an installer leaves it.
project()
{
	local site info
	site=$(echo "$1"/lib/python3.*/site-packages)
	info=$site/$2-1.0.dist-info
	mkdir "$info"
	: >"$site/$2.py"
	printf '#!%s/bin/python\nimport %s\n' "$(realpath "$1")" "$2" \
		>"$1/bin/$2"
	chmod 755 "$1/bin/$2"
	printf 'Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n' "$2" \
		>"$info/METADATA"
	{
		row "$1/bin/$2" "../../../bin/$2"
		row "$site/$2.py" "$2.py"
		row "$info/METADATA" "$2-1.0.dist-info/METADATA"
		printf '%s,,\r\n' "$2-1.0.dist-info/RECORD"
	} >"$info/RECORD"
}

# row FILE PATH: the row of a RECORD.
row()
{
	local hash
	hash=$(openssl dgst -sha256 -binary "$1" | base64 | tr '+/' '-_' |
		tr -d '=')
	printf '%s,sha256=%s,%d\r\n' "$2" "$hash" "$(stat -c %s "$1")"
}

@test "--check names scripts of projects that lost their x bit" {
	pv -p "$BASE" env
	project env tool
	pv --check env
	[ "$status" = 0 ]
	chmod -x env/bin/tool
	pv --check env
	[ "$status" = 1 ]
	[ "$output" = "$T/env: tool-1.0: 'bin/tool' is not executable" ]
	# data that is listed in bin need not be a program
	chmod +x env/bin/tool
	sed -i 's,bin/tool,bin/data,' \
		env/lib/python3.12/site-packages/tool-1.0.dist-info/RECORD
	echo data >env/bin/data
	pv --check env
	[ "$status" = 0 ]
}

@test "programs of projects that nobody can execute get their x bits back" {
	local option
	pv -p "$BASE" env
	project env tool
	cp /bin/true env/bin/elf
	printf '../../../bin/elf,,\r\n' \
		>>env/lib/python3.12/site-packages/tool-1.0.dist-info/RECORD
	# neither data nor what no project has
	echo data >env/bin/data
	printf '../../../bin/data,,\r\n' \
		>>env/lib/python3.12/site-packages/tool-1.0.dist-info/RECORD
	printf '#!/bin/sh\n' >env/bin/mine
	chmod 644 env/bin/mine env/bin/data
	for option in --exist-ok --upgrade; do
		chmod 640 env/bin/tool env/bin/elf
		sha256sum env/bin/* 2>/dev/null >before
		pv --check env
		[ "$(wc -l <"$IO/out")" = 2 ]
		pv -p "$BASE" -n "$option" env
		has 'copy bin/tool <-' "$output"
		pv -p "$BASE" "$option" env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		[ "$(stat -c %a env/bin/{tool,elf,mine,data} | paste -sd ' ')" = \
			'750 750 644 644' ]
		sha256sum -c before
		pv --check env
		[ "$status" = 0 ]
		pv -p "$BASE" -n "$option" env
		has 'would not change' "$output"
	done
	# one that is to be written anyway
	chmod 600 env/bin/tool
	mv env moved
	pv -p "$BASE" --exist-ok moved
	[ "$(stat -c %a moved/bin/tool)" = 700 ]
	[ "$(head -1 moved/bin/tool)" = "#!$T/moved/bin/python" ]
	pv --check moved
	[ "$status" = 0 ]
}

@test "--check names a base Python that this user cannot reach" {
	unprivileged
	mkdir closed
	cp -a "$BASE" closed/base
	pv -p closed/base env
	chmod 700 closed
	as_other "$T/links/pyvenv" --check "$T/env"
	[ "$status" = 1 ]
	has "'bin/python' is below '$T/closed', which this user cannot search" \
		"$output"
}

@test "a noexec mount: one warning at creation, one finding" {
	need_itself "the root has no emulator"
	unshare -rm true 2>/dev/null || skip "unshare may not run"
	mkdir m
	run unshare -rm sh -c 'mount --bind m m && mount -o remount,bind,noexec m &&
		"$1" -p "$2" m/e && "$1" --check m/e' - "$T/links/pyvenv" "$BASE"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "pyvenv: warning: '$T/m/e' is on a file system that is\
 mounted noexec: scripts and extension modules in it cannot be executed" ]
	[ "${lines[1]}" = "$T/m/e: it is on a file system that is mounted noexec:\
 scripts and extension modules in it cannot be executed" ]
	[ "${#lines[@]}" = 2 ]
	run unshare -rm sh -c 'mount --bind m m && mount -o remount,bind,noexec m &&
		"$1" -p "$2" --copies --clear m/e; "$1" --check m/e' - \
		"$T/links/pyvenv" "$BASE"
	[ "$status" = 1 ]
	has "'bin/python3' is on a file system that is mounted noexec" "$output"
}

@test "one warning where other users cannot search the way to the base Python" {
	local dir=$T
	while [ "$dir" != / ]; do
		chmod o+x "$dir" 2>/dev/null || true
		[ -n "$(find "$dir" -maxdepth 0 -perm -1)" ] ||
			skip "other users cannot search $dir"
		dir=$(dirname "$dir")
	done
	mkdir -m 700 closed
	cp -a "$BASE" closed/base
	pv -p closed/base env
	[ "$status" = 0 ]
	[ "$stderr" = "pyvenv: warning: other users cannot run this environment's\
 Python: '$T/closed/base/bin/python3' is below '$T/closed', which they cannot\
 search" ]
	# a second run has nothing to do, nothing to say
	pv --exist-ok -p closed/base env
	[ -z "$stderr" ]
	pv -q -p closed/base quiet
	[ -z "$stderr" ]
	# links to it are followed
	ln -s closed/base/bin/python3 python3
	pv -p ./python3 linked
	has "is below '$T/closed', which they" "$stderr"
	# of a wrapper that hands argv[0] on, what it starts is named
	fake_python "$T/outer" 3.12.4
	# shellcheck disable=SC2016 # the wrapper expands it
	printf '#!/bin/bash\nexec -a "$0" %s "$@"\n' \
		"$T/closed/base/bin/python3" >outer/bin/python3.12
	rm -r outer/lib
	ln -s ../closed/base/lib outer/lib
	pv -p outer/bin/python3.12 wrapped
	[ "$(readlink -f wrapped/bin/python3)" = "$T/outer/bin/python3.12" ]
	has "'$T/closed/base/bin/python3.12' is below '$T/closed', which" \
		"$stderr"
	# nobody else can reach this one
	pv -p closed/base closed/env
	[ -z "$stderr" ]
	chmod 711 closed
	pv -p closed/base open
	[ -z "$stderr" ]
}

# record_is_right ENV: each row of each RECORD has the hash of its file.
record_is_right()
{
	python3 - "$1" <<'END'
import base64, csv, glob, hashlib, os, sys
for record in glob.glob(sys.argv[1] + "/lib/*/site-packages/*/RECORD"):
    top = os.path.dirname(os.path.dirname(record))
    data = open(record, newline="").read()
    assert data.count("\r\n") == data.count("\n"), record
    for path, digest, size in csv.reader(data.splitlines()):
        text = open(os.path.join(top, path), "rb").read()
        sum = base64.urlsafe_b64encode(hashlib.sha256(text).digest())
        want = "sha256=" + sum.decode().rstrip("=")
        assert not digest or (digest, size) == (want, str(len(text))), path
END
}

@test "a copied environment: its scripts are found and mended" {
	pv -p "$BASE" one
	project one tool
	project one other
	chmod 750 one/bin/other
	cp -a one two
	pv --check two
	[ "$status" = 1 ]
	has "$T/two: 'bin/tool' starts '$T/one/bin/python', which is not this\
 environment's" "$output"
	has "$T/two: 'bin/other' starts" "$output"
	tree one >one.before
	pv -p "$BASE" --exist-ok two
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	pv --check two
	[ "$status" = 0 ]
	[ "$(head -1 two/bin/tool)" = "#!$T/two/bin/python" ]
	[ "$(tail -n +2 two/bin/tool)" = 'import tool' ]
	[ "$(stat -c %a two/bin/tool two/bin/other | paste -sd ' ')" = '755 750' ]
	record_is_right two
	# the one that was copied is left alone, and a second run changes nothing
	tree one | diff one.before -
	tree two >two.before
	pv -p "$BASE" --exist-ok two
	tree two | diff two.before -
}

@test "a renamed environment: its scripts start something again" {
	pv -p "$BASE" one
	project one tool
	mv one 'a b'
	pv --check 'a b'
	[ "$status" = 1 ]
	has "'bin/tool' starts '$T/one/bin/python', which is missing" "$output"
	# a path with a blank needs the lines for sh
	pv --upgrade -p "$BASE" 'a b'
	[ -z "$stderr" ]
	[ "$(head -2 'a b/bin/tool')" = "#!/bin/sh
'''exec' '$T/a b/bin/python' \"\$0\" \"\$@\"" ]
	record_is_right 'a b'
	pv --check 'a b'
	[ "$status" = 0 ]
	# and from them back
	mv 'a b' c
	pv -p "$BASE" --exist-ok c
	[ "$(cat c/bin/tool)" = "#!$T/c/bin/python
import tool" ]
	record_is_right c
	# the old path may be a link to the new one
	mv c d
	ln -s d c
	pv -p "$BASE" --exist-ok d
	pv --check d
	[ "$status" = 0 ]
	[ "$(head -1 d/bin/tool)" = "#!$T/c/bin/python" ]
}

@test "launchers of every installer are mended" {
	pv -p "$BASE" gone
	pv -p "$BASE" env
	local n=0 start
	for start in "#!$T/gone/bin/python3.12
" "#!/bin/sh
'''exec' \"$T/gone/bin/python\" \"\$0\" \"\$@\"
' '''
" "#!/bin/sh
'''exec' '$T/gone/bin/python3' \"\$0\" \"\$@\"
' '''
" "#!/bin/sh
'''exec' $T/gone/bin/python \"\$0\" \"\$@\"
' '''
" "#!$T/env/bin/python3.9
"; do
		n=$((n + 1))
		printf '%s\000\377rest' "$start" >"env/bin/tool$n"
		chmod +x "env/bin/tool$n"
	done
	rm -r gone
	pv -p "$BASE" --exist-ok env
	[ -z "$stderr" ]
	for name in python3.12 python python3 python python; do
		printf '#!%s/env/bin/%s\n\000\377rest' "$T" "$name"
	done >want
	cat env/bin/tool? | cmp want -
}

@test "scripts that cannot be mended are counted in one warning" {
	pv -p "$BASE" env
	printf '#!/nowhere/bin/python -s\n' >env/bin/a
	printf '#!%s/bin/python3\n' "$OTHER" >env/bin/b
	printf '#!/usr/bin/env python3\n' >env/bin/fine
	printf '#!/bin/sh\n"exec" "$(dirname "$0")"/python "$0"\n' >env/bin/good
	chmod +x env/bin/[abfg]*
	tree env >before
	pv --check env
	[ "$status" = 1 ]
	has "$T/env: 'bin/a' starts '/nowhere/bin/python', which is missing" "$output"
	has "'bin/b' starts '$OTHER/bin/python3', which is not this environment's" \
		"$output"
	[ "$(wc -l <"$IO/out")" = 2 ]
	pv -p "$BASE" --exist-ok env
	[ "$status" = 0 ]
	has "2 scripts (such as '$T/env/bin/" "$stderr"
	has "start another Python, or none: install what made them again" "$stderr"
	[ "$(wc -l <"$IO/err")" = 1 ]
	tree env | diff before -
}

@test "scripts that an upgrade would leave without their interpreter are mended" {
	pv -p "$OTHER" env
	project env tool
	sed -i '1s,$,3.11,' env/bin/tool
	pv --upgrade -p "$BASE" env
	[ "$status" = 0 ]
	[ "$(head -1 env/bin/tool)" = "#!$T/env/bin/python" ]
	record_is_right env
}

@test "a real copied environment: pip works in the copy" {
	/usr/bin/python3 -m venv one 2>/dev/null || skip "no ensurepip"
	cp -a one two
	pv --exist-ok two
	[ "$status" = 0 ]
	run two/bin/pip --version
	has " from $T/two/lib/" "$output"
	run two/bin/pip uninstall -y pip
	[ "$status" = 0 ]
	[ -z "$(find two/bin -name "*pip*")" ]
	[ -x one/bin/pip ]
}

# demo_wheel: demo-1.0-py3-none-any.whl with files of every kind.
demo_wheel()
{
	python3 -B - "$BATS_TEST_DIRNAME/../wheels" <<-'END'
	import sys
	sys.path.insert(0, sys.argv[1])
	from wheel_bytes import Member, archive, demo
	with open("demo-1.0-py3-none-any.whl", "wb") as f:
	    f.write(archive(demo(
	        Member("demo/sub/data.txt", "data\n"),
	        Member("demo-1.0.data/data/share/demo.txt", "share\n"),
	        scripts="[console_scripts]\ntool = demo:main\n")))
	END
}

@test "a project that lacks files is installed again, with either option" {
	local site=lib/python3.12/site-packages option damage
	demo_wheel
	pv -p "$BASE" --wheel demo-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	tree env | grep -v pyvenv.cfg >whole
	for option in --exist-ok --upgrade; do
		for damage in "$site/demo/sub/data.txt" "$site/demo" bin/tool \
			share/demo.txt "$site/demo-1.0.dist-info/METADATA" \
			"$site/demo-1.0.dist-info/entry_points.txt"; do
			rm -r "env/${damage:?}"
			pv -p "$BASE" "$option" \
				--wheel demo-1.0-py3-none-any.whl env
			[ "$status" = 0 ]
			[ -z "$stderr" ]
			tree env | grep -v pyvenv.cfg | diff whole -
			pv --check env
			[ "$status" = 0 ]
		done
	done
	# a RECORD that lists nothing, and a directory that lost all its files
	: >"env/$site/demo-1.0.dist-info/RECORD"
	pv -q -p "$BASE" --exist-ok --wheel demo-1.0-py3-none-any.whl env
	tree env | grep -v pyvenv.cfg | diff whole -
	rm -r "env/$site/demo-1.0.dist-info"/*
	pv -q -p "$BASE" --exist-ok --wheel demo-1.0-py3-none-any.whl env
	tree env | grep -v pyvenv.cfg | diff whole -
}

@test "a project that lacks nothing but compiled code is left alone" {
	local info=env/lib/python3.12/site-packages/demo-1.0.dist-info
	demo_wheel
	pv -p "$BASE" --wheel demo-1.0-py3-none-any.whl env
	printf '%s,,\r\n' demo/__pycache__/__init__.cpython-312.pyc \
		demo/__pycache__ demo/old.pyc >>"$info/RECORD"
	tree env >before
	pv -p "$BASE" --exist-ok --wheel demo-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	tree env | diff before -
	# one without a RECORD lists nothing that could be missing
	rm "$info/RECORD"
	tree env >before
	pv -p "$BASE" --exist-ok --wheel demo-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	tree env | diff before -
}

# the lines that people and tools add to activation scripts.
own_lines='# >>> mine >>>
export MINE=1'

@test "wheels, pip and a mended interpreter leave activation scripts alone" {
	pv -p "$BASE" env
	printf '%s\n' "$own_lines" >>env/bin/activate
	sed -i '1i # above' env/bin/activate.fish
	chmod 755 env/bin/activate.fish
	sha256sum env/bin/[aA]ctivate* >before
	local damage
	for damage in 'ln -sf /nowhere env/bin/python3' 'rm env/bin/python3.12' \
		'rm -r env/lib/python3.12/site-packages'; do
		$damage
		pv -p "$BASE" --exist-ok env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		pv --check env
		[ "$status" = 0 ]
		sha256sum -c before
	done
	pip=$(echo /usr/share/python-wheels/pip-*.whl)
	if [ -f "$pip" ]; then
		pv -p "$BASE" --exist-ok --wheel "$pip" env
		[ "$status" = 0 ]
		[ -x env/bin/pip ]
		sha256sum -c before
	fi
}

@test "a renewed activation script keeps what was added at its end" {
	local way words
	for way in '--upgrade' '--exist-ok --prompt other' \
		'--exist-ok --prompt third --activators sh,fish'; do
		read -ra words <<<"$way"
		pv -p "$BASE" --clear env
		printf '%s\n' "$own_lines" >>env/bin/activate
		printf 'set -gx MINE 1' >>env/bin/activate.fish
		cp -a env/bin before
		pv -p "$BASE" "${words[@]}" --relocatable env
		[ "$status" = 0 ]
		[ "$stderr" = "pyvenv: warning: activation scripts in '$T/env' differ\
 from what pyvenv and venv write: 'bin/activate' keeps the lines at its end,\
 'bin/activate.fish' keeps the lines at its end" ]
		[ "$(tail -n 2 env/bin/activate)" = "$own_lines" ]
		[ "$(tail -n 1 env/bin/activate.fish)" = 'set -gx MINE 1' ]
		refuse cmp env/bin/activate before/activate
		[ -z "$(find env -name '*.orig*')" ]
		[ "$(grep -c MINE env/bin/activate)" = 1 ]
		# it works, and a second run has nothing to say
		[ "$(sh -c '. env/bin/activate; echo "$MINE $VIRTUAL_ENV"')" = \
			"1 $T/env" ]
		tree env >after
		pv -p "$BASE" "${words[@]}" --relocatable env
		[ -z "$stderr" ]
		tree env | grep -v pyvenv.cfg | diff <(grep -v pyvenv.cfg after) -
		rm -r before
	done
}

@test "an activation script that was changed inside is kept beside the new one" {
	pv -p "$BASE" env
	sed -i '2i # mine' env/bin/activate
	chmod 700 env/bin/activate
	cp -a env/bin/activate old
	pv -p "$BASE" --exist-ok --prompt x env
	[ "$status" = 0 ]
	[ "$stderr" = "pyvenv: warning: activation scripts in '$T/env' differ\
 from what pyvenv and venv write: 'bin/activate' is kept as 'bin/activate.orig'" ]
	cmp old env/bin/activate.orig
	[ "$(stat -c %a env/bin/activate.orig)" = 700 ]
	# none that was kept is lost
	sed -i '2i # again' env/bin/activate
	pv -p "$BASE" --upgrade env
	has "is kept as 'bin/activate.orig.2'" "$stderr"
	cmp old env/bin/activate.orig
	grep -qx '# again' env/bin/activate.orig.2
	pv -p "$BASE" --upgrade env
	[ -z "$stderr" ]
}

@test "the files of each Python's venv are known, and lines at their end are kept" {
	local python found=
	for python in /usr/bin/python3 ~root/.pyenv/versions/*/bin/python3; do
		"$python" -m venv --without-pip plain 2>/dev/null || continue
		found=1
		cp -a plain env
		printf '%s\n' "$own_lines" | tee -a env/bin/activate \
			env/bin/activate.csh >>env/bin/activate.fish
		pv -p "$python" --upgrade plain
		[ -z "$stderr" ]
		pv -p "$python" --exist-ok env
		[ "$status" = 0 ]
		has "'bin/activate' keeps the lines at its end" "$stderr"
		has "'bin/activate.csh' keeps the lines at its end" "$stderr"
		has "'bin/activate.fish' keeps the lines at its end" "$stderr"
		[ "$(tail -n 2 env/bin/activate)" = "$own_lines" ]
		[ -z "$(find plain env -name '*.orig*')" ]
		has "$T/env" "$(cat env/bin/activate.csh)"
		rm -r plain env
	done
	[ "$found" ] || skip "no Python with a venv module"
}

@test "a moved environment gets new activation scripts, whichever it has" {
	local one
	for one in sh csh fish powershell nu xonsh; do
		pv -p "$BASE" --clear --activators "$one" env
		file=$(cd env/bin && echo [aA]ctivate*)
		echo '# mine' >>"env/bin/$file"
		rm -rf moved
		cp -a env moved
		pv -p "$BASE" --exist-ok moved
		[ "$status" = 0 ]
		[ "$(tail -n 1 "moved/bin/$file")" = '# mine' ]
		has "$T/moved" "$(cat "moved/bin/$file")"
		refuse grep -q "$T/env" "moved/bin/$file"
		pv --check moved
		[ "$status" = 0 ]
	done
}

# foreign DIR RECORDED: environment DIR, with activation scripts as virtualenv and
# uv write them, which enter RECORDED.
foreign()
{
	local bin=$1/bin
	pv -p "$BASE" --activators sh,nu,xonsh "$1"
	sed -i '/^command/d' "$1/pyvenv.cfg"
	printf 'if ! [ -z "${X+_}" ]; then\n:\nfi\nVIRTUAL_ENV=%s\n' "$2" \
		>"$bin/activate"
	printf "set _virtualenv_dir='%s'\nsetenv VIRTUAL_ENV \"%s\"\n" "$2" \
		'$_virtualenv_dir:q' >"$bin/activate.csh"
	printf "set -gx VIRTUAL_ENV '%s'\n" "$2" >"$bin/activate.fish"
	printf "    const virtual_env = '%s'\n" "$2" >"$bin/activate.nu"
	printf "        self.embedded_virtual_env = self._fs_path('%s', x=True)\n" \
		"$2" >"$bin/activate.xsh"
	printf '@for %%%%i in ("%s") do @set "VIRTUAL_ENV=%%%%~fi"\r\n@rem end\r\n' \
		"$2" >"$bin/activate.bat"
}

@test "activation scripts of other tools are known when they enter another place" {
	local name line
	foreign one "$T/one"
	pv --check one
	[ "$status" = 0 ]
	while read -r name line; do
		rm -rf two
		cp -a one two
		find two/bin -name 'activate*' -delete
		printf '# a line\n%s\n# another\n' "$line" >"two/bin/$name"
		pv --check two
		[ "$status" = 1 ]
		[ "$output" = "$T/two: 'bin/$name' enters '$T/one'" ]
		pv -p "$BASE" --exist-ok two
		[ "$status" = 0 ]
		refuse grep -F "$T/one" "two/bin/$name"
		pv --check two
		[ "$status" = 0 ]
		if [ "$name" = activate.bat ]; then
			[ -z "$stderr" ]
			[ "$(cat two/bin/activate.bat)" = "# a line
${line/"$T/one"/"$T/two"}
# another" ]
			[ ! -e two/bin/activate.bat.orig ]
		else
			grep -qF "$T/one" "two/bin/$name.orig"
		fi
	done <<-END
		activate VIRTUAL_ENV='$T/one'
		activate VIRTUAL_ENV=$T/one
		activate.csh setenv VIRTUAL_ENV '$T/one'
		activate.csh set _virtualenv_dir='$T/one'
		activate.fish set -gx VIRTUAL_ENV '$T/one'
		activate.nu const virtual_env = '$T/one'
		activate.nu let virtual_env = r#'$T/one'#
		activate.nu let virtual_env = '$T/one'
		activate.xsh self.embedded_virtual_env = self._fs_path('$T/one', x=True)
		activate.xsh self.embedded_virtual_env = '$T/one'
		activate.bat @for %%i in ("$T/one") do @set "VIRTUAL_ENV=%%~fi"
		activate.bat @set "VIRTUAL_ENV=$T/one"
		activate.bat set VIRTUAL_ENV=$T/one
	END
}

@test "a copied environment of another tool: every activation script is renewed" {
	local name
	foreign one "$T/one"
	cp -a one two
	pv --check two
	has "$T/two: 'bin/activate' enters '$T/one'" "$output"
	pv -p "$BASE" --exist-ok two
	[ "$status" = 0 ]
	for name in activate activate.csh activate.fish activate.nu activate.xsh; do
		has "'bin/$name' is kept as 'bin/$name.orig'" "$stderr"
		cmp "one/bin/$name" "two/bin/$name.orig"
		grep -qF "$T/two" "two/bin/$name"
	done
	[ "$(wc -l <"$IO/err")" = 1 ]
	[ "$(cat two/bin/activate.bat)" = \
		"$(sed "s,$T/one,$T/two," one/bin/activate.bat)" ]
	pv --check two
	[ "$status" = 0 ]
	tree two >before
	pv -p "$BASE" --exist-ok two
	[ -z "$stderr" ]
	tree two | diff before -
	# what cmd cannot hold is said
	cp -a one 'a%b'
	pv -p "$BASE" --exist-ok 'a%b'
	has "'$T/a%b/bin/activate.bat' enters '$T/one', and cannot hold the name of\
 this environment: delete it" "$stderr"
}

@test "scripts of other tools that find themselves stay" {
	pv -p "$BASE" one
	printf 'VIRTUAL_ENV=%s"$(dirname -- "$(dirname -- "$X")")"\n' "''" \
		>one/bin/activate
	printf 'set -gx VIRTUAL_ENV %s(dirname -- (status -f))\n' "''" \
		>one/bin/activate.fish
	mv one two
	sha256sum two/bin/activate two/bin/activate.fish >before
	pv -p "$BASE" --exist-ok two
	sha256sum -c before
}

@test "a link to an activation script is kept beside the new one" {
	local target
	pv -p "$BASE" env
	cp env/bin/activate plain
	{ cat plain && echo '# mine'; } >edited
	echo '# other' >env/bin/other
	for target in "$T/edited" ../../edited other; do
		ln -sf "$target" env/bin/activate
		pv -p "$BASE" --upgrade env
		[ "$status" = 0 ]
		has "'bin/activate' is kept as 'bin/activate.orig'" "$stderr"
		[ "$(readlink env/bin/activate.orig)" = "$target" ]
		cmp plain env/bin/activate
		[ ! -L env/bin/activate ]
		rm env/bin/activate.orig
	done
	[ "$(tail -n 1 edited)" = '# mine' ]
	# nothing is lost of one that was not changed, or leads to nothing
	for target in "$T/plain" /nowhere; do
		ln -sf "$target" env/bin/activate
		pv -p "$BASE" --upgrade env
		[ -z "$stderr" ]
		cmp plain env/bin/activate
		[ ! -L env/bin/activate ]
	done
	# a link that nothing asks to renew stays, whatever it leads to
	ln -sf "$T/edited" env/bin/activate
	pv -p "$BASE" --exist-ok env
	[ -L env/bin/activate ]
	# unless it enters another place
	cp -a env two
	pv --check two
	[ "$status" = 1 ]
	pv -p "$BASE" --exist-ok two
	[ "$(readlink two/bin/activate.orig)" = "$T/edited" ]
	pv --check two
	[ "$status" = 0 ]
	# one that is too large to be compared is kept as well
	truncate -s 2M edited
	ln -f edited env/bin/activate || cp edited env/bin/activate
	pv -p "$BASE" --upgrade env
	cmp edited env/bin/activate.orig
	cmp plain env/bin/activate
}

@test "--exist-ok of a directory that is no environment lists files in the way" {
	mkdir -p dir/bin
	echo mine >dir/bin/activate
	ln -s /usr/bin/python3 dir/bin/python
	echo other >dir/bin/tool
	tree dir >before
	pv -p "$BASE" --exist-ok dir
	[ "$status" = 1 ]
	[ "$stderr" = "pyvenv: cannot make '$T/dir' an environment: there are\
 files where its own go
  bin/activate
  bin/python
hint: move them away; --clear deletes all that is in the directory" ]
	pv -n -p "$BASE" --exist-ok dir
	[ "$status" = 1 ]
	tree dir | diff before -
	rm dir/bin/activate dir/bin/python
	pv -p "$BASE" --exist-ok dir
	[ "$status" = 0 ]
	[ "$(cat dir/bin/tool)" = other ]
	# an environment whose pyvenv.cfg is lost is still one that can be mended
	rm dir/pyvenv.cfg
	pv -p "$BASE" --exist-ok dir
	[ "$status" = 0 ]
	: >dir/pyvenv.cfg
	echo mine >>dir/bin/activate
	pv -p "$BASE" --exist-ok dir
	[ "$status" = 0 ]
}

@test "no link can be made to save space: there are copies" {
	need_itself "strace starts it"
	command -v strace >/dev/null || skip "no strace"
	local error
	for error in EACCES ENOSYS EPERM EOPNOTSUPP EIO EINVAL; do
		strace -qq -o "$IO/trace" -e trace=linkat,link \
			-e inject=linkat,link:error="$error" \
			"$T/links/pyvenv" -p "$BASE" --copies --clear env
		grep -q "$error" "$IO/trace"
		cmp env/bin/python env/bin/python3.12
		[ "$(stat -c %h env/bin/python3)" = 1 ]
		[ -x env/bin/python3.12 ]
	done
}

@test "--with-pip without a wheel names the package of Debian" {
	[ -f /etc/debian_version ] || skip "not Debian"
	bwrap --dev-bind / / true 2>/dev/null || skip "bwrap may not run"
	[ -d /usr/share/python-wheels ] || skip "no wheels to hide"
	run bwrap --dev-bind / / --tmpfs /usr/share/python-wheels -- \
		"$T/links/pyvenv" -p /usr/bin/python3 --with-pip "$T/env"
	[ "$status" = 1 ]
	has 'hint: install the package python3-pip-whl' "$output"
}

# windows HOME: win, an environment as venv makes it on Windows.
windows()
{
	rm -rf win
	mkdir -p win/Scripts win/Lib/site-packages win/Include
	touch win/Scripts/python.exe win/Scripts/activate win/Scripts/activate.bat
	printf 'home = %s\r\nversion = 3.12.4\r\n' "$1" >win/pyvenv.cfg
}

@test "a Windows environment is none for another Python, and entered only in WSL and wine" {
	local home
	for home in 'C:\Python312' 'd:/Program Files/Python' '\\host\share\py' \
		/usr/bin; do
		windows "$home"
		tree win >before
		for option in --exist-ok --upgrade '-n --exist-ok' \
			'--exist-ok --json'; do
			read -ra words <<<"$option"
			pv -p "$BASE" "${words[@]}" win
			[ "$status" = 1 ]
			[ "$stderr" = "pyvenv: cannot change '$T/win': it is a\
 Windows environment
hint: --clear deletes it and makes a new one, --python with a Python for Windows \
mends it" ]
			[ -z "$output" ] || has '"environments": []' "$output"
		done
		pv --check win
		[ "$status" = 1 ]
		has "$T/win: cannot use '$T/win/Scripts/python.exe': it belongs \
to an environment whose Python " "$output"
		pv --check --json win
		has '"code": "base-unusable"' "$output"
		as activate-run win python -V
		[ "$status" = 125 ]
		has "activate-run: cannot enter '$T/win': it is a Windows environment, \
and on no drive of WSL or wine here" "$stderr"
		for shell in sh json docker; do
			as activate-print -s "$shell" win
			[ "$status" = 1 ]
			has "activate-print: cannot enter '$T/win': it is a Windows \
environment, and on no drive" "$stderr"
		done
		tree win | diff before -
	done
	# with a bin that a wheel may have made, home decides
	windows 'C:\Python312'
	mkdir win/bin
	pv --check win
	has "it belongs to an environment whose Python is in 'C:\\Python312', a \
directory of Windows that is not mounted here" "$output"
	pv -p "$BASE" --clear win
	[ "$status" = 0 ]
	# a bin that is lost is no sign of Windows
	rm -r win/bin
	mkdir win/Scripts
	pv -p "$BASE" --exist-ok win
	[ "$status" = 0 ]
	pv --check win
	[ "$status" = 0 ]
}

@test "a script of a wheel without x bits is installed as a program" {
	python3 -B - "$BATS_TEST_DIRNAME/../wheels" <<-'END'
	import sys
	sys.path.insert(0, sys.argv[1])
	from wheel_bytes import DATA, Member, archive, demo
	with open("demo-1.0-py3-none-any.whl", "wb") as f:
	    f.write(archive(demo(
	        Member(DATA + "scripts/one", "#!python\n", mode=0o100644),
	        Member(DATA + "scripts/two", "#!/bin/sh\n", mode=0o100644),
	        Member(DATA + "scripts/three", "\177ELF....", mode=0o100644),
	        Member(DATA + "scripts/data", "data\n", mode=0o100644))))
	END
	pv -p "$BASE" --wheel demo-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(stat -c %a env/bin/{one,two,three,data} | paste -sd ' ')" = \
		'755 755 755 644' ]
	# so that --check and --exist-ok have nothing to say or do
	pv --check env
	[ "$status" = 0 ]
	pv -p "$BASE" -n --exist-ok --wheel demo-1.0-py3-none-any.whl env
	has 'would not change' "$output"
}

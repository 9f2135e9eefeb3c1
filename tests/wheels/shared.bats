#!/usr/bin/env bats
# Files that several wheels bring, or that are there already.

bats_require_minimum_version 1.5.0

load helpers

setup_file()
{
	base_for_wheels
}


# w NAME [MEMBER...]: NAME-1.0, or another version, as a wheel in $T.
w()
{
	local name=$1
	shift
	case $name in *-*) ;; *) name=$name-1.0 ;; esac
	wheel "$name-py3-none-any.whl" "$@"
}

# install MODE... NAME...: these wheels; it has to succeed.
install()
{
	local word words=()
	for word; do
		case $word in
		-* | env) words+=("$word") ;;
		*-*) words+=(--wheel "$word-py3-none-any.whl") ;;
		*) words+=(--wheel "$word-1.0-py3-none-any.whl") ;;
		esac
	done
	PATH=$BASE/bin:$PATH
	pv "${words[@]}" env
	[ "$status" = 0 ]
}

quiet()
{
	[ -z "$stderr" ]
}

# warned TEXT: there was one warning, and it has TEXT.
warned()
{
	[ "$(grep -c warning "$IO/err")" = 1 ]
	has "$1" "$stderr"
}

# rows NAME PATH: how many rows RECORD of NAME-1.0 has for PATH.
rows()
{
	# shellcheck disable=SC2153 # of helpers.bash
	grep -c "^$2," "env/$SITE/$1-1.0.dist-info/RECORD"
}

@test "two wheels have one file with equal bytes" {
	w one ns/__init__.py= ns/a.py=1 @etc/x=1
	w two ns/__init__.py= ns/b.py=2 @etc/x=1
	install one two
	quiet
	[ "$(rows one ns/__init__.py)" = 1 ]
	[ "$(rows two ns/__init__.py)" = 1 ]
	[ "$(rows two ../../../etc/x)" = 1 ]
	[ -f "env/$SITE/ns/a.py" ]
	[ -f "env/$SITE/ns/b.py" ]
	pv --check env
	[ "$status" = 0 ]
	# an archive has it once
	pv --archive tar --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl /env
	[ "$status" = 0 ]
	[ "$(tar -tf "$IO/out" | sort | uniq -d)" = "" ]
	[ "$(tar -tf "$IO/out" | grep -c 'ns/__init__.py$')" = 1 ]
}

@test "two wheels have one file with different bytes: the later name has it" {
	w one ns/__init__.py=1 tests/x=1 LICENSE=1
	w two ns/__init__.py=2 tests/x=2 LICENSE=2
	for order in "one two" "two one"; do
		# shellcheck disable=SC2086 # two words
		install --clear $order
		warned "one-1.0-py3-none-any.whl and two-1.0-py3-none-any.whl have\
 different files '$SITE/LICENSE' and 2 more: those of the latter are installed"
		[ "$(cat "env/$SITE/ns/__init__.py" "env/$SITE/LICENSE")" = 22 ]
	done
	pv -n --wheel one-1.0-py3-none-any.whl --wheel two-1.0-py3-none-any.whl no
	[ "$status" = 0 ]
	warned "have different files"
	# each RECORD has the hash of its own file
	refuse cmp <(grep LICENSE "env/$SITE/one-1.0.dist-info/RECORD") \
		<(grep LICENSE "env/$SITE/two-1.0.dist-info/RECORD")
	pv --archive tar --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl /env
	[ "$status" = 0 ]
	warned "have different files"
	[ "$(tar -xOf "$IO/out" --wildcards '*/LICENSE')" = 2 ]
}

@test "names are compared as normalised" {
	w Zope x=z
	w b_a x=ba
	w b x=b
	install Zope b_a b
	[ "$(cat "env/$SITE/x")" = z ]
	[ "$(grep -c warning "$IO/err")" = 2 ]
	install --clear b_a b
	[ "$(cat "env/$SITE/x")" = ba ]
	warned "b-1.0-py3-none-any.whl and b_a-1.0-py3-none-any.whl have different"
}

@test "a file of three wheels, in two of them the same, is one conflict" {
	w one x=1
	w two x=2
	w zwo x=2
	install one two zwo
	warned "one-1.0-py3-none-any.whl and zwo-1.0-py3-none-any.whl have\
 different files '$SITE/x': the latter is installed"
	[ "$(cat "env/$SITE/x")" = 2 ]
}

@test "two wheels have one script" {
	w one scripts=tool=ns.m:f
	w two scripts=tool=ns.m:f
	w zwo scripts=tool=ns.m:g
	w own @bin/tool=1
	install one two
	quiet
	grep -q 'import f' env/bin/tool
	install --clear two zwo
	warned "different files 'bin/tool'"
	grep -q 'import g' env/bin/tool
	install --clear own two
	warned "different files 'bin/tool'"
	grep -q 'import f' env/bin/tool
}

@test "a file of a wheel and a directory of another one" {
	w one x/y=1
	w two x=2
	PATH=$BASE/bin:$PATH
	refused two-1.0-py3-none-any.whl --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl env
}

@test "a damaged file of a wheel that is not installed is found" {
	w one x="$(seq 500)"
	w two x="$(seq 500)"
	"$HOST_PYTHON" - one-1.0-py3-none-any.whl <<'END'
import sys
sys.path.insert(0, sys.argv[0])
with open(sys.argv[1], "r+b") as f:
    data = f.read()
    at = data.index(b"x", 30) + 60
    f.seek(at)
    f.write(bytes(b ^ 1 for b in data[at:at + 4]))
END
	PATH=$BASE/bin:$PATH
	refused one-1.0-py3-none-any.whl --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl env
}

@test "another project has the file already" {
	w one ns/__init__.py=1 ns/a=1 ns/c=1 scripts=tool=ns.m:f
	w two ns/__init__.py=1 ns/b=2 scripts=tool=ns.m:f
	w zwo ns/__init__.py=2 ns/a=2 scripts=tool=ns.m:g
	for mode in --upgrade --exist-ok; do
		rm -rf env
		install one
		stat -c %i "env/$SITE/ns/__init__.py" env/bin/tool >before
		install $mode two
		quiet
		# what is there already is not touched
		stat -c %i "env/$SITE/ns/__init__.py" env/bin/tool | diff before -
		install $mode zwo
		warned "replaced 'bin/tool' and 2 more files, which\
 other projects installed"
		[ "$(cat "env/$SITE/ns/__init__.py" "env/$SITE/ns/a")" = 22 ]
		grep -q 'import g' env/bin/tool
		[ "$(rows one ns/__init__.py)" = 1 ]
		[ "$(rows zwo ns/__init__.py)" = 1 ]
	done
	w vier ns/c=4
	install --upgrade vier
	warned "replaced '$SITE/ns/c', which one-1.0.dist-info installed"
}

@test "an upgrade keeps what another project lists" {
	w one ns/__init__.py=1 ns/m.py=1 own/x.py=1 @etc/x=1
	w two ns/__init__.py=1 ns/m.py=1 @etc/x=1
	w one-2.0 own/y.py=2
	install one two
	mkdir "env/$SITE/ns/__pycache__" "env/$SITE/own/__pycache__"
	touch "env/$SITE/ns/__pycache__/m.cpython-313.pyc" \
		"env/$SITE/own/__pycache__/x.cpython-313.pyc"
	install --upgrade one-2.0
	quiet
	[ -f "env/$SITE/ns/__init__.py" ]
	[ -f "env/$SITE/ns/m.py" ]
	[ -f "env/$SITE/ns/__pycache__/m.cpython-313.pyc" ]
	[ -f env/etc/x ]
	[ ! -e "env/$SITE/own/x.py" ]
	[ ! -e "env/$SITE/own/__pycache__" ]
	[ ! -e "env/$SITE/one-1.0.dist-info" ]
	pv --check env
	[ "$status" = 0 ]
	# the last one that lists them takes them with it
	w two-2.0
	install --upgrade two-2.0
	[ ! -e "env/$SITE/ns" ]
	[ ! -e env/etc ]
}

@test "an upgrade of both removes what neither has any more" {
	w one ns/__init__.py=1 ns/old=1
	w two ns/__init__.py=1 ns/old=1
	w one-2.0 ns/__init__.py=1
	w two-2.0 ns/__init__.py=1
	install one two
	install --upgrade one-2.0 two-2.0
	quiet
	[ -f "env/$SITE/ns/__init__.py" ]
	[ ! -e "env/$SITE/ns/old" ]
}

@test "another project cannot keep the metadata of one that goes" {
	w one x=1
	w one-2.0 x=2
	w two
	install one two
	echo "one-1.0.dist-info/METADATA,," \
		>>"env/$SITE/two-1.0.dist-info/RECORD"
	install --upgrade one-2.0
	[ ! -e "env/$SITE/one-1.0.dist-info" ]
}

@test "a shared file comes back if the run fails" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	w one x=1 z=1
	w two x=2 y=2 z=2
	install one
	cp -a env before
	local n=0 wanted
	PATH=$BASE/bin:$PATH
	status=1
	# each rename of the change fails, one after the other
	until [ "$status" = 0 ]; do
		n=$((n + 1))
		rm -r env
		cp -a before env
		wanted=$(snapshot env)
		status=0
		strace -f -qqq -o /dev/null -e trace=renameat2 \
			-e "inject=renameat2:error=EIO:when=$n" \
			"$T/links/pyvenv" --upgrade \
			--wheel two-1.0-py3-none-any.whl env 2>err || status=$?
		[ "$status" = 0 ] ||
			diff <(echo "$wanted") <(snapshot env)
		[ "$n" -lt 50 ]
	done
	[ "$n" -gt 4 ]
	[ "$(cat "env/$SITE/x")" = 2 ]
}

@test "an equal file that no RECORD lists is kept without a word" {
	w one x=1 y=1
	PATH=$BASE/bin:$PATH
	pv env
	printf 1 >"env/$SITE/x"
	printf 2 >"env/$SITE/y"
	stat -c %i "env/$SITE/x" >before
	install --exist-ok one
	warned "replaced '$SITE/y', which no RECORD lists"
	stat -c %i "env/$SITE/x" | diff before -
	[ "$(cat "env/$SITE/y")" = 1 ]
}

@test "files in a directory that is no environment are listed, and stay" {
	w one x=1 y=1 scripts=tool=ns.m:f
	mkdir -p "env/$SITE" env/bin
	echo mine | tee "env/$SITE/x" "env/$SITE/y" env/bin/tool >/dev/null
	PATH=$BASE/bin:$PATH
	refused "cannot install wheels in '$T/env': it is no environment" \
		--exist-ok --wheel one-1.0-py3-none-any.whl env
	for path in "$SITE/x" "$SITE/y" bin/tool; do
		grep -q "^  $path$" "$IO/err"
	done
	refused "cannot install wheels" -n --exist-ok \
		--wheel one-1.0-py3-none-any.whl env
	echo mine | tee env/bin/activate >env/bin/python
	refused "there are files where its own go" --exist-ok env
	grep -q '^  bin/activate$' "$IO/err"
	grep -q '^  bin/python$' "$IO/err"
}

@test "names that no wheel may replace, in any case" {
	local name
	w ok @bin/pythonize=1 @bin/activate_this.py=1 @bin/python-config=1 \
		@bin/activated=1 @bin/python3-x=1 @pyvenv.cfg.d/x=1 @lib64x/y=1
	PATH=$BASE/bin:$PATH
	for name in bin/python bin/python3 bin/python3.9 bin/PYTHON3.13t \
		bin/pythonw bin/pypy bin/pypy-c bin/pypy3 bin/PyPy3.11 bin/graalpy \
		bin/activate bin/activate.csh bin/Activate.ps1 bin/ACTIVATE.FISH \
		pyvenv.cfg PyVenv.cfg lib64 lib64/x; do
		rm -f bad-1.0-py3-none-any.whl
		w bad "@$name=1"
		refused "would replace" --wheel bad-1.0-py3-none-any.whl env
	done
	for name in python Python3 python3.13t activate ACTIVATE.fish pypy3; do
		rm -f bad-1.0-py3-none-any.whl
		w bad "scripts=$name=demo:f"
		refused "the script '$name' would replace" -n \
			--wheel bad-1.0-py3-none-any.whl env
	done
	w other other-1.0.data/purelib/demo-1.0.dist-info/METADATA=1
	refused "metadata of another project" \
		--wheel other-1.0-py3-none-any.whl env
	install ok
}

@test "two members of a wheel that go to one place" {
	PATH=$BASE/bin:$PATH
	w one x=1 one-1.0.data/purelib/x=1
	install one
	quiet
	[ "$(cat "env/$SITE/x")" = 1 ]
	[ "$(rows one x)" = 1 ]
	rm -r env
	w two x=1 two-1.0.data/purelib/x=2
	refused "goes to the same place" --wheel two-1.0-py3-none-any.whl env
}

@test "--json has the warnings as data, with -q as well" {
	w one x=1
	w two x=2
	PATH=$BASE/bin:$PATH
	mkdir taken
	pv -q --json --wheel one-1.0-py3-none-any.whl \
		--wheel two-1.0-py3-none-any.whl env taken
	[ "$status" = 1 ]
	refuse grep warning "$IO/err"
	"$HOST_PYTHON" - "$IO/out" <<'END'
import json, sys
with open(sys.argv[1], encoding="utf-8") as f:
    data = json.load(f)
env, = data["environments"]
warning, = env["warnings"]
assert warning.startswith("one-1.0-py3-none-any.whl and two-1.0"), warning
assert data["warnings"] == [], data["warnings"]
END
	"$HOST_PYTHON" - one-1.0-py3-none-any.whl <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "a") as z:
    z.writestr("unlisted", "")
END
	pv --json --wheel one-1.0-py3-none-any.whl env2
	[ "$status" = 0 ]
	grep -q "it is untidy: 1 file is not in its RECORD" "$IO/err"
	"$HOST_PYTHON" -c 'import json, sys
text, = json.load(open(sys.argv[1]))["warnings"]
assert text.endswith("1 file is not in its RECORD"), text' "$IO/out"
}

@test "a RECORD that cannot be read might list the file: nothing is changed" {
	w one ns/x=1
	w two ns/x=1
	w one-2.0
	w thr ns/x=3
	install one two
	local record=env/$SITE/two-1.0.dist-info/RECORD row
	cp "$record" good
	PATH=$BASE/bin:$PATH
	for row in 'a"b,,' '"open,,' $'nul\001,,'; do
		{ cat good && echo "$row"; } >"$record"
		refused "two-1.0.dist-info/RECORD', which may list files that are" \
			--upgrade --wheel one-2.0-py3-none-any.whl env
		refused "two-1.0.dist-info/RECORD', which may list files that are" \
			--upgrade --wheel thr-1.0-py3-none-any.whl env
	done
	# what pip reads is read
	for row in 'x,' 'x' 'x,,,,' '' $'\r'; do
		{ printf '\357\273\277%s\n' "$row" && cat good; } >"$record"
		cp -a env copy
		pv --upgrade --wheel one-2.0-py3-none-any.whl copy
		[ "$status" = 0 ]
		[ -e "copy/$SITE/ns/x" ]
		rm -r copy
	done
}

@test "files of another Python's packages stay" {
	w one @share/x=1
	w two @share/x=1
	w one-2.0
	install one two
	mv "env/$SITE/two-1.0.dist-info" .
	mkdir -p env/lib/python3.12/site-packages
	mv two-1.0.dist-info env/lib/python3.12/site-packages
	install --upgrade one-2.0
	[ -e env/share/x ]
}

@test "-n lists all that cannot be written, too" {
	PATH=$BASE/bin:$PATH
	local n=0 pair
	# what one wheel has is a directory of the other one
	for pair in "x= x/y=" "x/y= x=" "@bin/t/u= scripts=t=demo:f" \
		"scripts=t=demo:f @bin/t/u=" "@share/a= @share/a/b/c="; do
		n=$((n + 1))
		w "a$n" "${pair% *}"
		w "b$n" "${pair#* }"
		for mode in -n --clear; do
			refused ": it is a directory in " $mode \
				--wheel "a$n-1.0-py3-none-any.whl" \
				--wheel "b$n-1.0-py3-none-any.whl" env
		done
	done
	for pair in @bin @lib @include "@$SITE" @lib/python3.13; do
		rm -f own-1.0-py3-none-any.whl
		w own "$pair=1"
		refused "every environment has a directory" -n \
			--wheel own-1.0-py3-none-any.whl env
	done
	w long "scripts=$(printf '%0256d' 0)=demo:f"
	w longer "@$(printf '%0256d' 0)=1"
	w entry scripts=python=demo:f
	w good
	pv -n --wheel good-1.0-py3-none-any.whl --wheel long-1.0-py3-none-any.whl \
		--wheel longer-1.0-py3-none-any.whl \
		--wheel entry-1.0-py3-none-any.whl env
	[ "$status" = 1 ]
	has "3 wheels are missing or cannot be used" "$stderr"
	has "the name of the script" "$stderr"
	has "its name is too long" "$stderr"
	has "'python' would replace" "$stderr"
}

@test "one wheel's script and file cannot have one place" {
	PATH=$BASE/bin:$PATH
	w both scripts=tool=demo:f @bin/tool=1
	w other scripts=tool=demo:f
	refused "the same place as the script of an entry point" \
		--wheel both-1.0-py3-none-any.whl env
	refused "the same place as the script of an entry point" \
		--wheel both-1.0-py3-none-any.whl \
		--wheel other-1.0-py3-none-any.whl env
}

@test "a script and equal bytes that are no script differ" {
	w one "one-1.0.data/scripts/run=#!python
x"
	w two "@bin/run=#!python
x"
	install one two
	warned "have different files 'bin/run'"
}

@test "script names with control characters are refused" {
	PATH=$BASE/bin:$PATH
	local name
	for name in $'a\tb' $'a\177b' $'a\302\233b'; do
		rm -f bad-1.0-py3-none-any.whl
		w bad "scripts=$name=demo:f"
		refused "entry_points.txt" --wheel bad-1.0-py3-none-any.whl env
	done
}

@test "lines of the file of hashes mean what pip takes them for" {
	PATH=$BASE/bin:$PATH
	local sum line
	mkdir dir
	wheel dir/loc-1.0+cu118-py3-none-any.whl
	sum=$(sha256sum <dir/loc-1.0+cu118-py3-none-any.whl)
	sum=${sum%% *}
	# a local version counts only where it is asked for
	for line in loc==1.0 loc==1.0+cu118 loc===1.0+cu118; do
		echo "$line --hash=sha256:$sum" >lock
		pv --clear --find-links dir -r lock env
		[ "$status" = 0 ]
	done
	for line in loc==1.0+cpu loc===1.0 loc===1.0.0+cu118; do
		echo "$line --hash=sha256:$sum" >lock
		refused "only other versions are there" --find-links dir \
			-r lock env2
	done
	# no extra is chosen
	echo "none==1 ; extra == 'x' --hash=sha256:$sum" >lock
	echo "loc==1.0 ; extra != 'x' --hash=sha256:$sum" >>lock
	pv --clear --find-links dir -r lock env
	[ "$status" = 0 ]
	[ -d "env/$SITE/loc-1.0+cu118.dist-info" ]
	# a version that is there as a source distribution
	touch dir/loc-2.0.tar.gz dir/other-3.0.zip
	{
		echo "loc==2.0 --hash=sha256:$sum"
		echo "other==1.0 --hash=sha256:$sum"
	} >lock
	refused "2 wheels are missing" --find-links dir -r lock env2
	has "loc==2.0: $T/dir/loc-2.0.tar.gz: it is a source distribution" "$stderr"
	has "other==1.0: only other versions are there" "$stderr"
}

@test "one error lists whatever is missing, each reason once" {
	PATH=$BASE/bin:$PATH
	w foo
	w foo-2.0
	mkdir d1 d2
	wheel d1/bar-2.0-py3-none-any.whl
	wheel d2/bar-1.0-py3-none-any.whl
	truncate -s -9 d1/bar-2.0-py3-none-any.whl
	# an older one elsewhere does not make up for a damaged one
	refused "d1/bar-2.0-py3-none-any.whl: " --wheel d1 --wheel d2 env
	refused "3 wheels are missing" --wheel d1 --wheel d1/ --wheel d2 \
		--wheel foo-1.0-py3-none-any.whl --wheel foo-2.0-py3-none-any.whl \
		--wheel nothing.whl env
	has "is of the same project, foo: give one of them" "$stderr"
	install foo foo
	quiet
	: >lock
	refused "2 wheels are missing" --with-pip --with-setuptools \
		--require-hashes -r lock env2
}

@test "no warning about a wheel that is not chosen" {
	PATH=$BASE/bin:$PATH
	mkdir dir
	wheel dir/one-1.0-py3-none-any.whl
	wheel dir/one-2.0-py3-none-any.whl
	"$HOST_PYTHON" - dir/one-2.0-py3-none-any.whl <<'END'
import sys, zipfile
path = sys.argv[1]
with zipfile.ZipFile(path) as z:
    members = [(i, z.read(i)) for i in z.infolist()]
with zipfile.ZipFile(path, "w") as z:
    for i, data in members:
        if i.filename.endswith("METADATA"):
            data += b"Requires-Python: >=3.14\n"
        if not i.filename.endswith("RECORD"):
            z.writestr(i.filename, data)
        else:
            z.writestr(i.filename, b"".join(
                line + b"\n" for line in data.splitlines()
                if b"METADATA" not in line))
END
	pv --wheel dir env
	[ "$status" = 0 ] && quiet
	[ -d "env/$SITE/one-1.0.dist-info" ]
}

@test "rows that are there twice and mean the same" {
	local extra
	for extra in ",sha256=HEX,1" ",sha256=B64," ",,1" ",md5=x,1" ",,"; do
		rm -f one-1.0-py3-none-any.whl
		w one x=1
		"$HOST_PYTHON" - one-1.0-py3-none-any.whl "$extra" <<'END'
import base64, hashlib, sys, zipfile
path, extra = sys.argv[1:]
digest = hashlib.sha256(b"1")
extra = extra.replace("HEX", digest.hexdigest()).replace(
    "B64", base64.urlsafe_b64encode(digest.digest()).decode().rstrip("="))
with zipfile.ZipFile(path) as z:
    members = [(i.filename, z.read(i)) for i in z.infolist()]
with zipfile.ZipFile(path, "w") as z:
    for name, data in members:
        if name.endswith("RECORD"):
            data += b"x" + extra.encode() + b"\n"
        z.writestr(name, data)
END
		install --clear one
		[ "$(rows one x)" = 1 ]
	done
}

@test "a .data directory with a local version of its own: one warning" {
	w one one-1.0+x.data/purelib/x=1
	install one
	warned "its parts differ in their local version"
}

@test "-n looks at what is there as the run does" {
	w fa x/y=1
	w fb x=2 scripts=tool=demo:f
	w fc z=3
	w fd z/q=4
	install fa fc
	PATH=$BASE/bin:$PATH
	local mode
	for mode in --exist-ok --upgrade; do
		refused "the environment keeps a directory of this name" -n $mode \
			--wheel fb-1.0-py3-none-any.whl env
		refused "the environment has a file of this name" -n $mode \
			--wheel fd-1.0-py3-none-any.whl env
	done
	w fe z=5
	pv -n --upgrade --wheel fe-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	warned "replaced '$SITE/z', which fc-1.0.dist-info installed"
	rm -r env/bin/tool 2>/dev/null || true
	mkdir env/bin/tool
	w ff scripts=tool=demo:f
	refused "the environment keeps a directory of this name" -n --upgrade \
		--wheel ff-1.0-py3-none-any.whl env
}

@test "-n finds what wheels refuse each other, new and --archive alike" {
	w da x/y=1
	w db x=2
	PATH=$BASE/bin:$PATH
	local mode
	for mode in "" -n "--archive tar"; do
		# shellcheck disable=SC2086 # none, one or two words
		refused "$SITE/x: it is a directory in da-1.0-py3-none-any.whl" $mode \
			--wheel da-1.0-py3-none-any.whl \
			--wheel db-1.0-py3-none-any.whl new
		[ ! -e new ]
	done
}

@test "-n -v lists the files of wheels, and what becomes of each" {
	w na ns/a=1 ns/same=2 ns/other=3 scripts=tool=demo:f
	w nb ns/b=1 ns/other=4
	install na
	PATH=$BASE/bin:$PATH
	pv -n -v --upgrade --wheel na-1.0-py3-none-any.whl \
		--wheel nb-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	has "    file $SITE/ns/b" "$output"
	has "    skip $SITE/ns/other" "$output"
	has "    file $SITE/na-1.0.dist-info/RECORD" "$output"
	pv -n --upgrade --wheel nb-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	run ! grep -q "ns/b" <<<"$output"
	w nc ns/a=1 ns/c=5
	pv -n -v --upgrade --wheel nc-1.0-py3-none-any.whl env
	has "    keep $SITE/ns/a" "$output"
	has "    file $SITE/ns/c" "$output"
}

@test "a wheel that brings a script of a moved environment is installed" {
	w aa scripts=tool=aa:f
	w bb scripts=tool=bb:f
	w cc ns/c=1
	PATH=$BASE/bin:$PATH
	pv --wheel aa-1.0-py3-none-any.whl one
	mv one env
	pv -n --upgrade --wheel bb-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	pv --upgrade --wheel bb-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	head -n 1 env/bin/tool | grep -qF "$T/env/bin/python"
	grep -q 'from bb import f' env/bin/tool
	# one that no RECORD lists is mended beside wheels as well
	printf '#!%s/gone/bin/python\nx\n' "$T" >env/bin/hand
	chmod +x env/bin/hand
	pv --upgrade --wheel cc-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	head -n 1 env/bin/hand | grep -qF "$T/env/bin/python"
}

@test "a file does not replace a directory in which something stays" {
	w foo-1.0 foo/data/x=1
	w foo-2.0 foo/data=2
	install foo-1.0
	echo mine >"env/$SITE/foo/data/mine"
	PATH=$BASE/bin:$PATH
	local mode
	for mode in -n ""; do
		# shellcheck disable=SC2086 # none or one word
		refused "the environment keeps a directory of this name" $mode \
			--upgrade --wheel foo-2.0-py3-none-any.whl env
	done
	rm "env/$SITE/foo/data/mine"
	install --upgrade foo-2.0
	[ "$(cat "env/$SITE/foo/data")" = 2 ]
}

@test "an upgrade replaces only directories as a whole that have no other files" {
	local how site=env/$SITE
	w foo-1.0 foo/a=1 foo/sub/b=1 foo/data=1
	w foo-2.0 foo/a=2 foo/sub/b=2 foo/data=2
	for how in file dir replaced mode; do
		rm -rf env
		install foo-1.0
		case $how in
		file) echo mine >"$site/foo/sub/mine" ;;
		dir) mkdir "$site/foo/sub/mine" ;;
		replaced)
			rm "$site/foo/data"
			mkdir "$site/foo/data"
			echo mine >"$site/foo/data/mine"
			;;
		mode) chmod 2770 "$site/foo/sub" ;;
		esac
		pv --upgrade --wheel foo-2.0-py3-none-any.whl env
		case $how in
		file) grep -qx mine "$site/foo/sub/mine" ;;
		dir) [ -d "$site/foo/sub/mine" ] ;;
		replaced)
			[ "$status" = 1 ]
			grep -qx mine "$site/foo/data/mine"
			continue
			;;
		mode) [ "$(stat -c %a "$site/foo/sub")" = 2770 ] ;;
		esac
		[ "$status" = 0 ]
		[ "$(cat "$site/foo/a" "$site/foo/sub/b")" = 22 ]
	done
}

@test "no wheel replaces what the environment has at other places" {
	w one @.gitignore/y=1
	w two @.GITIGNORE=1
	PATH=$BASE/bin:$PATH
	local name mode
	for name in one two; do
		for mode in -n ""; do
			# shellcheck disable=SC2086 # none or one word
			refused "of the environment" $mode --wheel \
				"$name-1.0-py3-none-any.whl" new
		done
	done
}

@test "--json lists the files of wheels, and what becomes of each" {
	w aa ns/a=1
	PATH=$BASE/bin:$PATH
	pv --json -n --wheel aa-1.0-py3-none-any.whl new
	[ "$status" = 0 ]
	"$HOST_PYTHON" - "$IO/out" <<-END
		import json, sys
		plan = json.load(open(sys.argv[1]))["environments"][0]["plan"]
		wheel, = [n for n in plan if n["kind"] == "wheel"]
		files = {f["path"]: f["fate"] for f in wheel["files"]}
		assert files["$SITE/ns/a"] == "file", files
		assert "$SITE/aa-1.0.dist-info/RECORD" in files
	END
}

@test "nothing is kept through a link that is removed" {
	w foo-1.0 pkg=1
	w foo-2.0 pkg/__init__.py=A
	install foo-1.0
	mkdir out
	printf A >out/__init__.py
	rm "env/$SITE/pkg"
	ln -s "$T/out" "env/$SITE/pkg"
	install --upgrade foo-2.0
	[ "$(cat "env/$SITE/pkg/__init__.py")" = A ]
	[ ! -L "env/$SITE/pkg" ]
	[ -f out/__init__.py ]
}

@test "an upgrade does not move directories whose files it cannot delete" {
	public
	cp -r "$BASE" "$P/base"
	mkdir "$P/home" && chown 65534 "$P/home"
	local to env=$P/home/env
	for to in 1.0 2.0 3.0; do
		wheel "$P/foo-$to-py3-none-any.whl" "foo/a=$to" "foo/sub/b.py=$to"
	done
	wheel "$P/foo-3.0-py3-none-any.whl" bar=3
	chmod 644 "$P"/*.whl
	for to in 2.0 3.0; do
		rm -rf "$env"
		as_nobody -q -p "$P/base/bin/python3" \
			--wheel "$P/foo-1.0-py3-none-any.whl" "$env"
		[ "$status" = 0 ]
		mkdir "$env/$SITE/foo/sub/__pycache__"
		: >"$env/$SITE/foo/sub/__pycache__/b.cpython-313.pyc"
		chown -R 0:0 "$env/$SITE/foo/sub"
		as_nobody --upgrade --wheel "$P/foo-$to-py3-none-any.whl" "$env"
		[ "$status" = 1 ]
		tidy
		[ "$(cat "$env/$SITE/foo/a")" = 1.0 ]
	done
}

@test "metadata of other projects is not replaced, for any Python" {
	w one @lib/python3.12/site-packages/other-1.0.dist-info/METADATA=x
	w two other-1.0.dist-info=x
	w three Other-1.0.DIST-INFO/METADATA=x
	w four three/lib/site-packages/other-1.0.dist-info/METADATA=x
	install four
	rm -r env
	local name
	for name in one two three; do
		refused "metadata of another project" --wheel \
			"$name-1.0-py3-none-any.whl" new
	done
}

@test "a .dist-info that is a link is refused before anything changes" {
	w foo-1.0 foo/a=1
	w foo-2.0 foo/a=2
	install foo-1.0
	mv "env/$SITE/foo-1.0.dist-info" elsewhere
	ln -s "$T/elsewhere" "env/$SITE/foo-1.0.dist-info"
	PATH=$BASE/bin:$PATH
	refused "it is a link" --upgrade --wheel foo-2.0-py3-none-any.whl env
}

@test "a script and other data with equal bytes are one file, in two wheels" {
	"$HOST_PYTHON" -BS - "$BATS_TEST_DIRNAME" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		from wheel_bytes import METADATA, Member, archive, demo
		for name, place in ("ca", "data/bin"), ("cb", "scripts"):
		    made = demo(Member(f"{name}-1.0.data/{place}/t", "#!/bin/sh\n"),
		                info=f"{name}-1.0.dist-info/",
		                metadata=METADATA.replace("demo", name))[1:]
		    record = next(m for m in made if m.name.endswith(b"RECORD"))
		    made[-1] = Member(record.name, record.data.split(b"\n", 1)[1])
		    with open(f"{name}-1.0-py3-none-any.whl", "wb") as f:
		        f.write(archive(made))
	END
	install ca cb
	quiet
	[ "$(cat env/bin/t)" = '#!/bin/sh' ]
}

@test "a file of another RECORD stays, however the row is spelt" {
	local row rows
	[ ! -e env ]
	w one @lib/same=1 x/same=1
	w one-2.0 y=1
	w two @lib/same=1 x/same=1
	for row in "$T/env/" ./../../../ ../../../../env/; do
		rm -rf env
		install one two
		rows=env/$SITE/two-1.0.dist-info/RECORD
		sed -i -e '/same/d' "$rows"
		echo "${row}lib/same,," >>"$rows"
		echo "${row}lib64/python3.13/site-packages/x/same,," >>"$rows"
		install --upgrade one-2.0
		[ "$(cat env/lib/same "env/$SITE/x/same")" = 11 ]
		"$T/links/pyvenv" --check env
		rm env/lib/same "env/$SITE/x/same"
		run "$T/links/pyvenv" --check env
		has "2 files are missing" "$output"
	done
}

@test "rows of one's own through lib64 are removed, rows of directories not" {
	w one pkg/sub/a=1 pkg/b=1
	w one-2.0 pkg/sub=2
	w one-3.0 other=3
	local to rows
	for to in 2.0 3.0; do
		rm -rf env
		install one
		rows=env/$SITE/one-1.0.dist-info/RECORD
		sed -i 's,^pkg/b,../../../lib64/python3.13/site-packages/pkg/b,' "$rows"
		printf '%s,,\n' pkg/ pkg/sub/ pkg/sub gone/ >>"$rows"
		"$T/links/pyvenv" --check env
		PATH=$BASE/bin:$PATH
		pv -n --upgrade --wheel "one-$to-py3-none-any.whl" env
		[ "$status" = 0 ]
		install --upgrade "one-$to"
		[ ! -e "env/$SITE/pkg/b" ]
		[ ! -e "env/$SITE/pkg/sub/a" ]
		[ "$to" = 2.0 ] || [ ! -e "env/$SITE/pkg" ]
		"$T/links/pyvenv" --check env
	done
}

@test "a deep directory is looked at once when a file in it stays" {
	"$HOST_PYTHON" - "$BATS_TEST_DIRNAME" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import Member, archive, demo
deep = [Member("d/" * i + "f.py") for i in range(1, 601)]
open("demo-1.0-py3-none-any.whl", "wb").write(archive(demo(*deep)))
END
	PATH=$BASE/bin:$PATH
	pv --wheel demo-1.0-py3-none-any.whl env
	local mine
	mine=env/$SITE/$(printf 'd/%.0s' $(seq 600))mine
	echo mine >"$mine"
	wheel demo-2.0-py3-none-any.whl
	strace -f -qq -e trace=getdents64 -o "$IO/trace" "$T/links/pyvenv" \
		--upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$(cat "$mine")" = mine ]
	[ ! -e "env/$SITE/d/f.py" ]
	# once when it is judged, once for __pycache__, never for each above it
	[ "$(wc -l <"$IO/trace")" -lt 6000 ]
}

@test "twins: what one of them makes a program is one" {
	local script='#!/bin/sh
exit 7'
	"$HOST_PYTHON" - "$BATS_TEST_DIRNAME" "$script" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import DATA, Member, archive, demo
both = [Member(DATA + "data/bin/tool", sys.argv[2]),
        Member(DATA + "scripts/tool", sys.argv[2]),
        Member("demo/one", sys.argv[2], mode=0o100755),
        Member(DATA + "purelib/demo/one", sys.argv[2]),
        Member("demo/two", sys.argv[2]),
        Member(DATA + "purelib/demo/two", sys.argv[2], mode=0o100755)]
open("demo-1.0-py3-none-any.whl", "wb").write(archive(demo(*both)))
END
	PATH=$BASE/bin:$PATH
	pv --wheel demo-1.0-py3-none-any.whl env
	run -7 env/bin/tool
	run -7 "env/$SITE/demo/one"
	run -7 "env/$SITE/demo/two"
}

@test "names that only begin like an interpreter's or a library's are fine" {
	w one "@bin/pypyr=1" "@bin/pypy-stats=1" "@bin/python-config-tool=1" \
		"@libexec/site-packages/x.dist-info/y=1" \
		"@library/a/site-packages/x.dist-info/y=1"
	install one
	w two "@bin/pypy3.10-c=1"
	refused "it would replace" --wheel two-1.0-py3-none-any.whl new
}

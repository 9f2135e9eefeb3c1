#!/usr/bin/env bats
# Wheels that were made to do harm, and what stands in the way of good ones. A
# base Python of no use is what could be harmed; the rest is read-only.

bats_require_minimum_version 1.5.0

load helpers

setup_file()
{
	base_for_wheels
	export CORPUS=$BATS_FILE_TMPDIR/corpus
	mkdir "$CORPUS"
	"$HOST_PYTHON" "$BATS_TEST_DIRNAME/make_hostile.py" "$CORPUS"
}

# judge SECTION: all wheels of the corpus whose rules are in that section.
judge()
{
	need bwrap
	mkdir "$T/box"
	bwrap --ro-bind / / --dev /dev --tmpfs /tmp --bind "$BASE" "$BASE" \
		--ro-bind "$CORPUS" "$CORPUS" --bind "$T" "$T" \
		--ro-bind "$VENVBOX" "$VENVBOX" \
		--ro-bind "$BATS_TEST_DIRNAME/.." "$BATS_TEST_DIRNAME/.." \
		"$HOST_PYTHON" "$BATS_TEST_DIRNAME/judge_hostile.py" "$T/links/pyvenv" \
		"$BASE" "$CORPUS" "$T/box" "$1"
}

@test "file names (rules 1)" { judge 1; }
@test "tags (2)" { judge 2; }
@test "METADATA, WHEEL, .dist-info (3)" { judge 3; }
@test "where files go (4)" { judge 4; }
@test "scripts and entry points (5)" { judge 5; }
@test "the files that the installer adds are judged by the rules (6)" { judge 6; }
@test "RECORD (7)" { judge 7; }
@test "modes (8)" { judge 8; }
@test "the archive (9)" { judge 9; }
@test "pip's own scripts (12)" { judge 12; }

@test "an upgrade removes nothing through links that lead outside" {
	new pkg/a/x.py=1 pkg/y.py=2 gone/z.py=3
	mkdir -p outside/a
	for f in outside/a/x.py outside/y.py; do echo mine >"$f"; done
	rm -r "env/$SITE/pkg" && ln -s "$T/outside" "env/$SITE/pkg"
	wheel demo-2.0-py3-none-any.whl
	local before
	before=$(snapshot outside)
	pv --upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$status" = 0 ]
	diff <(echo "$before") <(snapshot outside)
	[ ! -e "env/$SITE/gone" ]
	[ -L "env/$SITE/pkg" ]
}

@test "an upgrade writes nothing through links that lead outside" {
	new
	mkdir outside
	wheel demo-2.0-py3-none-any.whl pkg/CANARY=1 "@share/CANARY=1"
	ln -s "$T/outside" "env/$SITE/pkg"
	refused site-packages/pkg --upgrade --wheel demo-2.0-py3-none-any.whl env
	rm "env/$SITE/pkg"
	ln -s "$T/outside" env/share
	refused share --upgrade --wheel demo-2.0-py3-none-any.whl env
	rm env/share
	ln -s "$T/outside/CANARY" "env/$SITE/demo-2.0.dist-info"
	refused demo-2.0 --upgrade --wheel demo-2.0-py3-none-any.whl env
	rm "env/$SITE/demo-2.0.dist-info"
	mv "env/$SITE" outside/sp && ln -s "$T/outside/sp" "env/$SITE"
	refused site-packages --upgrade --wheel demo-2.0-py3-none-any.whl env
	refused site-packages --exist-ok --wheel demo-2.0-py3-none-any.whl env
}

@test "a bin that is a link is refused" {
	new scripts='tool = demo:f'
	mv env/bin outside && ln -s ../outside env/bin
	wheel demo-2.0-py3-none-any.whl scripts='CANARY = demo:f'
	refused bin --upgrade --wheel demo-2.0-py3-none-any.whl env
}

@test "RECORD of what is installed names what is not its own" {
	new
	local record=env/$SITE/demo-1.0.dist-info/RECORD name
	mkdir -p outside
	echo mine >outside/file
	for name in ../../../../outside/file "$T/outside/file" /etc/passwd \
		../../../bin/python ../../../bin/python3.13 ../../../pyvenv.cfg \
		../../../bin/activate ../../../lib64/python3.13/site-packages/x \
		../../../../base ../../.. . .. ../ '' demo/. demo/..; do
		printf '%s,,\r\n' "$name" >>"$record"
	done
	wheel demo-2.0-py3-none-any.whl
	pv --upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ -f outside/file ]
	[ -e env/bin/python ]
	[ -f env/pyvenv.cfg ]
	[ -f env/bin/activate ]
	[ -f "env/$SITE/demo/__init__.py" ]
	[ ! -e "env/$SITE/demo-1.0.dist-info" ]
	[ "$(ls "env/$SITE")" = "demo
demo-2.0.dist-info" ]
}

@test "RECORD of what is installed is of no use" {
	new
	local record=env/$SITE/demo-1.0.dist-info/RECORD
	wheel demo-2.0-py3-none-any.whl
	set -- --upgrade --wheel demo-2.0-py3-none-any.whl env
	printf '"not closed,,\n' >"$record"
	refused RECORD "$@"
	printf '\377,,\n' >"$record"
	refused RECORD "$@"
	rm "$record"
	refused RECORD "$@"
	mkdir "$record"
	refused RECORD "$@"
	rmdir "$record"
	mkfifo "$record"
	PATH=$PATH timeout 300 "$T/links/pyvenv" "$@" 2>"$IO/err" && return 1
	has RECORD "$(cat "$IO/err")"
	rm "$record"
	ln -s /dev/zero "$record"
	refused RECORD "$@"
	rm "$record"
	ln -s nowhere "$record"
	refused RECORD "$@"
}

@test "odd names in site-packages do not hide what a wheel would replace" {
	new
	mkdir "env/$SITE/foo.dist-info" "env/$SITE/.dist-info" \
		"env/$SITE/-.dist-info" "env/$SITE/-1.dist-info" \
		"env/$SITE/foo-.dist-info" "env/$SITE/~oo-1.0.dist-info"
	: >"env/$SITE/x.egg-info"
	wheel foo-1.0-py3-none-any.whl foo/x=1
	: >"env/$SITE/foo.dist-info/METADATA"
	refused foo --upgrade --wheel foo-1.0-py3-none-any.whl env
	# an empty one is all that a killed run can have left of a project
	rm "env/$SITE/foo.dist-info/METADATA"
	pv --upgrade --wheel foo-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ ! -e "env/$SITE/foo.dist-info" ]
	wheel bar-1.0-py3-none-any.whl bar/x=1
	pv --upgrade --wheel bar-1.0-py3-none-any.whl env
	[ "$status" = 0 ]
}

@test "a project that is installed twice" {
	new
	cp -r "env/$SITE/demo-1.0.dist-info" "env/$SITE/demo-0.9.dist-info"
	sed -i s/demo-1.0/demo-0.9/ "env/$SITE/demo-0.9.dist-info/RECORD"
	wheel demo-2.0-py3-none-any.whl
	pv --upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(ls "env/$SITE")" = "demo
demo-2.0.dist-info" ]
}

@test "a file called as .dist-info of the new wheel" {
	new
	echo mine >"env/$SITE/demo-2.0.dist-info"
	wheel demo-2.0-py3-none-any.whl
	refused "cannot replace" --upgrade --wheel demo-2.0-py3-none-any.whl env
}

@test "two wheels that want the same place" {
	new
	local pair i=0
	for pair in "x/CANARY x" "x x/CANARY" "@share/a/CANARY @share/a"; do
		i=$((i + 1))
		mkdir "$i"
		wheel "$i/one-1.0-py3-none-any.whl" "${pair% *}=1"
		wheel "$i/two-1.0-py3-none-any.whl" "${pair#* }=2"
		set -- --wheel "$i/one-1.0-py3-none-any.whl" \
			--wheel "$i/two-1.0-py3-none-any.whl"
		refused "-1.0-py3-none-any.whl: " "$@" fresh
		refused "-1.0-py3-none-any.whl: " --upgrade "$@" env
	done
	refused "-1.0-py3-none-any.whl: " --exist-ok "$@" env
	refused "-1.0-py3-none-any.whl: " --clear "$@" env
	mkdir again
	cp demo-1.0-py3-none-any.whl again
	refused "give one of them" --wheel demo-1.0-py3-none-any.whl \
		--wheel again/demo-1.0-py3-none-any.whl fresh
	cp 1/one-1.0-py3-none-any.whl One-1.0.0-py3-none-any.whl
	refused "" --wheel 1/one-1.0-py3-none-any.whl \
		--wheel One-1.0.0-py3-none-any.whl fresh
}

@test "a wheel wants a place that is taken" {
	new
	local place mode
	mkdir "env/$SITE/pkg" "env/$SITE/pkg/dir"
	echo mine >"env/$SITE/pkg/file"
	echo mine >env/bin/tool
	ln -s nowhere "env/$SITE/pkg/link"
	for place in pkg/dir pkg/file/CANARY pkg/link/CANARY pkg \
		demo-1.0.dist-info/METADATA @bin @share/x/../y; do
		rm -f two-1.0-py3-none-any.whl
		case $place in *=*) ;; *) place=$place=theirs ;; esac
		wheel two-1.0-py3-none-any.whl "$place"
		for mode in --upgrade --exist-ok; do
			refused two-1.0-py3-none-any.whl $mode \
				--wheel two-1.0-py3-none-any.whl env
		done
	done
}

@test "a file that no RECORD lists is replaced, with a warning" {
	new
	local place
	mkdir "env/$SITE/pkg"
	cp -r env old
	for place in "$SITE/pkg/file" "$SITE/pkg/link" bin/tool bin/script; do
		rm -rf env two-1.0-py3-none-any.whl
		cp -r old env
		case $place in
		*link) ln -s "$T/home" "env/$place" ;;
		*) echo mine >"env/$place" ;;
		esac
		case $place in
		bin/script) wheel two-1.0-py3-none-any.whl scripts=script=demo:f ;;
		bin/*) wheel two-1.0-py3-none-any.whl @bin/tool=theirs ;;
		*) wheel two-1.0-py3-none-any.whl "pkg/${place##*/}=theirs" ;;
		esac
		pv --upgrade --wheel two-1.0-py3-none-any.whl env
		[ "$status" = 0 ]
		[ "$(grep -c warning "$IO/err")" = 1 ]
		has "replaced '$place', which no RECORD lists" "$stderr"
		[ -f "env/$place" ]
		[ ! -L "env/$place" ]
		refuse grep -q mine "env/$place"
		[ -z "$(ls -A home)" ]
	done
	# in a directory that is no environment yet they stay
	mkdir plain plain/bin
	echo mine >plain/bin/tool
	wheel two-1.0-py3-none-any.whl @bin/tool=theirs
	refused bin/tool --exist-ok --wheel two-1.0-py3-none-any.whl plain
}

@test "a file where the older version has a directory" {
	new turn/x.py=1 turn/deep/y.py=1
	wheel demo-2.0-py3-none-any.whl turn=2
	mkdir -p "env/$SITE/turn/__pycache__"
	: >"env/$SITE/turn/__pycache__/x.cpython-313.pyc"
	cp -r env other
	pv --upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ "$(cat "env/$SITE/turn")" = 2 ]
	rm -r env && mv other env
	echo mine >"env/$SITE/turn/mine"
	refused "turn: the environment keeps a directory of this name" \
		--upgrade --wheel demo-2.0-py3-none-any.whl env
	wheel two-1.0-py3-none-any.whl demo=2
	refused "demo: the environment keeps a directory of this name" \
		--upgrade --wheel two-1.0-py3-none-any.whl env
}

# the stage of COMMAND after it is there for a while before it goes on
SLOW='strace -f -qq -e trace=mkdir,mkdirat -e signal=none
	-e inject=mkdir,mkdirat:delay_exit=2000000:when=1 -o'

@test "a wheel that is another one when it is written" {
	new
	local how i pid
	mkdir later
	wheel later/demo-2.0-py3-none-any.whl CANARY=1
	wheel two-1.0-py3-none-any.whl two=1
	for how in "mv -f" cp "cp -p"; do
		wheel demo-2.0-py3-none-any.whl
		# shellcheck disable=SC2086 # a list of words
		$SLOW "$IO/trace" "$T/links/pyvenv" \
			--wheel demo-2.0-py3-none-any.whl \
			--wheel two-1.0-py3-none-any.whl fresh 2>"$IO/err" &
		pid=$!
		for ((i = 0; i < 500; i++)); do
			! compgen -G '.venvbox-*' >/dev/null || break
			sleep 0.01
		done
		[ "$i" -lt 500 ]
		cp -p later/demo-2.0-py3-none-any.whl swap
		$how swap demo-2.0-py3-none-any.whl
		status=0
		wait $pid || status=$?
		cat "$IO/err"
		[ "$status" = 1 ]
		[ ! -e fresh ]
		[ "$(cat "$IO/err")" = \
			"pyvenv: $T/demo-2.0-py3-none-any.whl: it has changed" ]
		tidy
	done
}

@test "a file that is no wheel is refused, with the reason" {
	PATH=$BASE/bin:$PATH
	local file=demo-1.0-py3-none-any.whl
	mkfifo $file
	timeout 300 "$T/links/pyvenv" --wheel $file env 2>"$IO/err" && return 1
	has "$file': it is not a regular file" "$(cat "$IO/err")"
	rm $file
	ln -s nowhere $file
	refused $file --wheel $file env
	ln -sf /dev/zero $file
	refused "it is not a regular file" --wheel $file env
	ln -sf $file $file
	refused $file --wheel $file env
	rm $file
	refused $file --wheel $file env
	refused "cannot read '$T/absent': No such file or directory" \
		--wheel absent env # meant as a directory of wheels
	mkdir $file # an empty directory of wheels
	refused "there is no wheel in" --wheel $file env
	truncate -s 0 big-1.0-py3-none-any.whl
	refused "not a zip" --wheel big-1.0-py3-none-any.whl fresh
}

@test "a wheel that may not be read" {
	public
	PATH=$BASE/bin:$PATH
	wheel "$P/demo-1.0-py3-none-any.whl"
	chmod 0 "$P/demo-1.0-py3-none-any.whl"
	chmod 777 "$P"
	cp -r "$BASE" "$P/base"
	as_nobody -p "$P/base/bin/python3" --wheel "$P/demo-1.0-py3-none-any.whl" \
		"$P/env"
	[ "$status" = 1 ]
	has denied "$output"
	[ ! -e "$P/env" ]
}

@test "a directory of wheels means all that is in it" {
	PATH=$BASE/bin:$PATH
	local i
	mkdir dir other dir/demo-2.0-py3-none-any.whl.d
	(cd dir && seq -f 'file%g.txt' 3000 | xargs touch)
	wheel dir/demo-1.0-py3-none-any.whl
	touch dir/demo-2.0-py3-none-win32.whl dir/notes.zip
	pv --wheel dir env # an older one of the project fits
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ -d "env/$SITE/demo-1.0.dist-info" ]
	touch dir/x.whl $'dir/a\nb\e[2J.whl' dir/win-{1,2}.0-py3-none-win32.whl \
		dir/source-1.0.tar.gz
	refused "4 wheels are missing or cannot be used" --wheel dir two
	plain
	for i in "dir/x.whl: its name is not that of a wheel" \
		'a\nb\x1b[2J.whl: its name is not that of a wheel' \
		"py3-none-win32.whl: it is for py3-none-win32, not for CPython 3" \
		"source-1.0.tar.gz: it is a source distribution"; do
		has "$i" "$stderr"
	done
	refused "4 wheels are missing" -n --wheel dir two
	refused "4 wheels are missing" --exist-ok --wheel dir env
	refused "5 wheels are missing" --wheel dir --wheel absent.whl two
	# another directory can have what one lacks
	wheel other/win-1.0-py3-none-any.whl
	wheel other/source-1.0-py3-none-any.whl
	rm dir/x.whl dir/a*
	pv --wheel dir --wheel other three
	[ "$status" = 0 ]
	[ -d "three/$SITE/win-1.0.dist-info" ]
	mkdir odd
	cp dir/demo-1.0-* odd
	# whatever is called like a wheel or a source distribution
	touch odd/demo-9.0-py3-none-any.WHL odd/d-1.0-beta1.tar.gz odd/a-1.0.tar \
		odd/b-c-2004d.tbz odd/e-1.tar.lzma
	refused "5 wheels are missing" --wheel odd two
	[ "$(grep -o 'odd/[a-z]*-' "$IO/err" | tr '\n' ' ')" = \
		"odd/demo- odd/a- odd/b- odd/d- odd/e- " ]
	# one that fits and is newer is not passed over because it is bad
	mkdir dir/demo-3.0-py3-none-any.whl
	refused dir/demo-3.0-py3-none-any.whl --wheel dir --wheel other two
	mkdir empty
	refused "there is no wheel in '$T/empty'" --wheel empty two
}

@test "a file of hashes is installed whole, or nothing is" {
	PATH=$BASE/bin:$PATH
	local name before
	mkdir dir
	: >lock
	for name in a-1 b-2 c-3 d-4 e-5; do
		wheel "dir/$name-py3-none-any.whl"
		echo "${name%-*}==${name#*-} \
    --hash=sha256:$(sha256sum <"dir/$name-py3-none-any.whl" |
			cut -d' ' -f1)" >>lock
	done
	echo "w==1 ; sys_platform == 'win32' --hash=sha256:$(printf '%064d' 0)" >>lock
	echo "a==9 ; python_version < '3' --hash=sha256:$(printf '%064d' 0)" >>lock
	# a directory may have more, which is not looked into
	touch dir/x.whl dir/other-1.0-py3-none-any.whl dir/old-1.0.tar.gz
	pv --find-links dir -r lock env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$(cd "env/$SITE" && echo ./*.dist-info)" = \
		"./a-1.dist-info ./b-2.dist-info ./c-3.dist-info ./d-4.dist-info ./e-5.dist-info" ]
	rm dir/a-1-*
	touch dir/a-1.tar.gz
	mv dir/b-2-py3-none-any.whl dir/b-2-cp27-cp27m-win32.whl
	truncate -s -3 dir/c-3-*
	rm dir/d-4-*
	wheel dir/d-5-py3-none-any.whl
	rm dir/e-5-*
	wheel dir/e-5-py3-none-any.whl other=1
	refused "5 wheels are missing" --find-links dir -r lock two
	for name in "a==1: $T/dir/a-1.tar.gz: it is a source distribution" \
		"b-2-cp27-cp27m-win32.whl: it is for cp27-cp27m-win32, not for" \
		"c-3-py3-none-any.whl: " "d==4: only other versions are there" \
		"e-5-py3-none-any.whl: its hash is not in"; do
		has "$name" "$stderr"
	done
	refused "5 wheels are missing" -n --find-links dir -r lock two
	# what is installed needs no wheel, unless a file of it is missing
	before=$(snapshot "env/$SITE")
	pv --upgrade --find-links dir -r lock env
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "$before" = "$(snapshot "env/$SITE")" ]
	rm "env/$SITE/e-5.dist-info/METADATA"
	refused "e-5-py3-none-any.whl: its hash is not in" --upgrade \
		--find-links dir -r lock env
	rm -r dir
	mkdir dir
	refused "e==5: no wheel of it is there" --find-links dir -r lock two
	echo "f==1 ; platform_release > '1' --hash=sha256:$(printf '%064d' 0)" >lock
	refused platform_release --archive tar --find-links dir -r lock /x
}

@test "links and conflicts are refused in the current directory, too" {
	new pkg/x.py=1 gone/deep/z.py=1
	mkdir outside
	echo mine >outside/x.py
	rm -r "env/$SITE/pkg" && ln -s "$T/outside" "env/$SITE/pkg"
	wheel demo-2.0-py3-none-any.whl pkg/CANARY=1
	wheel demo-3.0-py3-none-any.whl new/deep/y.py=1
	wheel two-1.0-py3-none-any.whl new/deep=1
	pushd env
	refused pkg --upgrade --wheel ../demo-2.0-py3-none-any.whl .
	refused new/deep --upgrade --wheel ../demo-3.0-py3-none-any.whl \
		--wheel ../two-1.0-py3-none-any.whl .
	pv --upgrade --wheel ../demo-3.0-py3-none-any.whl .
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	popd
	[ -f outside/x.py ]
	[ -L "env/$SITE/pkg" ]
	[ ! -e "env/$SITE/gone" ]
	[ -f "env/$SITE/new/deep/y.py" ]
	[ ! -e "env/$SITE/demo-1.0.dist-info" ]
	tidy
}

# appended PART...: $T/one is the program with these files after it.
appended()
{
	cat "$VENVBOX" "$@" >one
	chmod +x one
	ln -sf ../one links/pyvenv
}

@test "wheels appended to the program are installed" {
	PATH=$BASE/bin:$PATH
	local entry='scripts=pip = pip:f'
	wheel pip-1.0-py3-none-any.whl "$entry"
	wheel setuptools-1.0-py3-none-any.whl
	wheel pip-2.0-py3-none-any.whl "$entry" ../../../CANARY=1
	appended pip-1.0-py3-none-any.whl
	pv --with-pip env
	[ "$status" = 0 ]
	[ -x env/bin/pip3.13 ]
	[ -d "env/$SITE/pip-1.0.dist-info" ]
	[ ! -e "env/$SITE/pip-1.0.dist-info/direct_url.json" ]
	appended pip-1.0-py3-none-any.whl setuptools-1.0-py3-none-any.whl
	pv --with-pip --with-setuptools env2
	[ "$status" = 0 ]
	[ -d "env2/$SITE/pip-1.0.dist-info" ]
	[ -d "env2/$SITE/setuptools-1.0.dist-info" ]
	# none in order at the very end: as if there were none at all
	for part in <(echo garbage) <(head -c -1 pip-1.0-py3-none-any.whl) \
		<(head -c -22 pip-1.0-py3-none-any.whl) <(printf '\0'); do
		cat pip-1.0-py3-none-any.whl "$part" >both
		appended both
		pv --clear --with-pip env3 # a distribution may have another
		[ ! -e "env3/$SITE/pip-1.0.dist-info" ]
		has "warning: skipped what is appended to this program: " \
			"$stderr"
	done
	rm -rf env3
	appended pip-2.0-py3-none-any.whl
	refused ".. part" --with-pip env3
	appended pip-1.0-py3-none-any.whl pip-2.0-py3-none-any.whl
	refused ".. part" --with-pip env3
	appended <(seq 1000) pip-1.0-py3-none-any.whl
	pv --with-pip env4
	[ "$status" = 0 ]
	[ -z "$stderr" ]
}

@test "wheels appended to the program are taken if they are for this Python" {
	PATH=$BASE/bin:$PATH
	local all
	"$HOST_PYTHON" -BS - "$BATS_TEST_DIRNAME" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from wheel_bytes import METADATA, Member, archive, demo
for version, needs in (("1.0", "<3.13"), ("2.0", "==3.13.*"), ("3.0", ">3.13.9")):
    info = f"pip-{version}.dist-info/"
    made = demo(info=info, metadata=METADATA.replace("demo", "pip").replace(
        "Version: 1.0", f"Version: {version}\nRequires-Python: {needs}"))[1:]
    record = made[-1]
    made[-1] = Member(record.name, record.data.split(b"\n", 1)[1])
    with open(f"pip-{version}-py3-none-any.whl", "wb") as f:
        f.write(archive(made))
END
	for all in "1 2 3" "2 3 1" "1 3 2"; do
		# shellcheck disable=SC2046,SC2086 # a list of words
		appended $(printf 'pip-%s.0-py3-none-any.whl ' $all)
		pv --clear --with-pip env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
		[ -d "env/$SITE/pip-2.0.dist-info" ]
	done
	appended pip-1.0-py3-none-any.whl pip-3.0-py3-none-any.whl
	pv --clear --with-pip env # a distribution may have another
	[ "$(grep -c "warning: skipped: .*it requires Python" "$IO/err")" = 2 ]
	[ ! -e "env/$SITE/pip-1.0.dist-info" ]
}

@test "wheels appended to the program are ignored if not asked for" {
	wheel pip-1.0-py3-none-any.whl pip.py=1
	wheel other-1.0-py3-none-any.whl @pyvenv.cfg=1
	appended pip-1.0-py3-none-any.whl other-1.0-py3-none-any.whl
	run "$T/one" pyvenv -p "$BASE/bin/python3" --with-pip env
	[ "$status" = 0 ]
	[ "$(cat "env/$SITE/pip.py")" = 1 ]
}

@test "hashes are verified, and a line with a wrong one is refused" {
	PATH=$BASE/bin:$PATH
	local file=demo-1.0-py3-none-any.whl sum other i
	wheel $file
	sum=$(sha256sum <$file) && sum=${sum%% *}
	other=$(echo x | sha256sum) && other=${other%% *}
	local -a good=("demo==1.0 --hash=sha256:$sum"
		"Demo==1.0.0 \\
    --hash=sha256:$other \\
    --hash=sha256:$sum # yes"
		"demo == 1.0 --hash=sha256:$sum"$'\r\n# end\r'
		"demo==1.0 --hash=sha512:$(sha512sum $file | cut -d' ' -f1)")
	# a wheel that --wheel gives need not be asked for, nor have a hash
	good+=("" "demo==1.0" "demo>=1.0 --hash=sha256:$sum"
		"demo --hash=sha256:$sum" "# demo==1.0 --hash=sha256:$other"
		"-c other"
		"demo @ file://$PWD/$file --hash=sha256:$sum"
		"./$file --hash=sha256:$sum" "--no-binary :all:")
	: >other
	local -a bad=("other==1.0 --hash=sha256:$sum"
		"demo==1.0 --hash=sha256:$other" "demo==2.0 --hash=sha256:$sum"
		"demo==1.0 --hash=sha256:${sum%?}"
		"demo"$'\t'"--hash=sha256:$sum"
		"demo==1.0 --hash=sha256:${sum}0" "demo==1.0 --hash=sha256:"
		"demo==1.0 --hash=md5:$(md5sum $file | cut -d' ' -f1)"
		"demo==1.0 --hash=sha1:$(sha1sum $file | cut -d' ' -f1)"
		"-r lock" "-e ." $'--no-binary :all:\ndemo' $'--no-binary demo\ndemo'
		"demo @ file:///x-1.0-py3-none-any.whl --hash=sha256:$sum"
		$'\xff'"demo==1.0 --hash=sha256:$sum")
	for ((i = 0; i < ${#good[@]}; i++)); do
		printf '%s\n' "${good[i]}" >lock
		pv --clear -r lock --wheel $file env
		[ "$status" = 0 ]
		[ -z "$stderr" ]
	done
	rm -r env
	for ((i = 0; i < ${#bad[@]}; i++)); do
		printf '%s\n' "${bad[i]}" >lock
		refused lock -r lock --wheel $file env
	done
	printf 'demo==1.0 \0--hash=sha256:%s\n' "$sum" >lock
	refused lock -r lock --wheel $file env
	rm lock
	for how in "" "mkdir lock" "ln -s lock lock" "ln -sf /dev/zero lock"; do
		rm -rf lock
		$how
		refused lock -r lock --wheel $file env
	done
	rm lock
	truncate -s 32M lock # its start is all that is read, and that is NULs
	refused lock -r lock --wheel $file env
	rm lock
	mkfifo lock
	timeout 300 "$T/links/pyvenv" -r lock --wheel $file env \
		2>"$IO/err" && return 1
	has lock "$(cat "$IO/err")"
}

# bomb FILE SIZE: a wheel with demo/big of SIZE bytes, zeros, and a member after it
# that is bad.
bomb()
{
	"$HOST_PYTHON" -B - "$BATS_TEST_DIRNAME" "$@" <<'END'
import base64, hashlib, sys, zlib
sys.path.insert(0, sys.argv[1])
from wheel_bytes import METADATA, Member, archive, demo, row
file, size, big = sys.argv[2], int(sys.argv[3]), "demo/big"
version = file.split("-")[1]
piece, crc, sum_ = bytes(1 << 20), 0, hashlib.sha256()
for _ in range(size >> 20):
    crc = zlib.crc32(piece, crc)
    sum_.update(piece)
packer = zlib.compressobj(9, zlib.DEFLATED, -15)
packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
packed = packed * (size >> 20) + packer.flush()
said = {"size": size, "crc": crc}
text = base64.urlsafe_b64encode(sum_.digest()).decode().rstrip("=")
bad = {"crc": 1}
with open(file, "wb") as f:
    f.write(archive(demo(
        Member(big, packed=packed, local=said, central=said),
        Member("zz/bad", "x", local=bad, central=bad),
        info=f"demo-{version}.dist-info/",
        metadata=METADATA.replace("n: 1.0", "n: " + version),
        record=lambda t: t.replace(row(big, b""),
                                   f"{big},sha256={text},{size}\n"))))
END
}

@test "much from little: memory stays flat, nothing stays" {
	PATH=$BASE/bin:$PATH
	bomb demo-1.0-py3-none-any.whl $((96 << 20))
	local before
	before=$(ls -A)
	(
		ulimit -v 40000
		exec "$T/links/pyvenv" --wheel demo-1.0-py3-none-any.whl env
	) 2>"$IO/err" && return 1
	has "zz/bad: its checksum" "$(cat "$IO/err")"
	[ "$(ls -A)" = "$before" ]
}

@test "a script that is too long to be changed" {
	PATH=$BASE/bin:$PATH
	local script=demo-1.0.data/scripts/big
	"$HOST_PYTHON" -B - "$BATS_TEST_DIRNAME" "$script" <<-'END'
	import sys
	sys.path.insert(0, sys.argv[1])
	from wheel_bytes import Member, archive, demo
	with open("demo-1.0-py3-none-any.whl", "wb") as f:
	    f.write(archive(demo(Member(sys.argv[2],
	                                "#!python\n" + "#" * (16 << 20)))))
	END
	refused "$T/demo-1.0-py3-none-any.whl: $script: more than" \
		--wheel demo-1.0-py3-none-any.whl env
}

@test "a full disk leaves nothing" {
	need mounts
	bomb demo-1.0-py3-none-any.whl $((64 << 20))
	# shellcheck disable=SC2046 # a list of members
	wheel many-1.0-py3-none-any.whl $(seq -f 'many/%g=1' 100)
	# shellcheck disable=SC2016 # for the inner shell
	PATH=$BASE/bin:$PATH mounted '
		mkdir "$T/small"
		mount -t tmpfs -o size=20m,nr_inodes=60 tmpfs "$T/small"
		"$V" --wheel demo-1.0-py3-none-any.whl "$T/small/env" && exit 7
		"$V" --wheel many-1.0-py3-none-any.whl "$T/small/env" && exit 8
		ls -A "$T/small"'
	[ "$status" = 0 ]
	[ -z "$(cat "$IO/out")" ]
	[ "$(grep -c "No space left" "$IO/err")" = 2 ]
}

# in_the_middle SIGNAL ARG...: send it to a run that writes a big wheel, which
# must not reach the end of that. One worker, or another one would be there already.
in_the_middle()
{
	local signal=$1 pid i
	shift
	# a background job of the shell ignores SIGINT, one below nohup SIGHUP
	taskset -c "$(taskset -cp $$ | sed 's/.*[ ,-]//')" \
		env --default-signal=INT,TERM,HUP "$T/links/pyvenv" "$@" 2>"$IO/err" &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ -z "$(find "$T" -name big -size +1M)" ] || break
		sleep 0.01
	done
	[ "$i" -lt 500 ]
	kill "-$signal" $pid
	status=0
	wait $pid || status=$?
	cat "$IO/err"
}

@test "interrupted or killed in the middle of a big wheel" {
	new
	bomb demo-2.0-py3-none-any.whl $((640 << 20))
	wheel demo-3.0-py3-none-any.whl
	local before signal
	before=$(snapshot env)
	for signal in INT TERM HUP; do
		in_the_middle $signal --wheel demo-2.0-py3-none-any.whl fresh
		[ "$status" -gt 128 ]
		[ ! -e fresh ]
		tidy
		in_the_middle $signal --upgrade --wheel demo-2.0-py3-none-any.whl env
		[ "$status" -gt 128 ]
		[ "$before" = "$(snapshot env)" ]
		tidy
	done
	in_the_middle KILL --wheel demo-2.0-py3-none-any.whl fresh
	[ "$status" = 137 ]
	[ ! -e fresh ]
	pv --wheel demo-3.0-py3-none-any.whl fresh
	[ "$status" = 0 ]
	in_the_middle KILL --upgrade --wheel demo-2.0-py3-none-any.whl env
	[ "$status" = 137 ]
	[ "$before" = "$(snapshot env | grep -v '\.venvbox-')" ]
	pv --upgrade --wheel demo-3.0-py3-none-any.whl env
	[ "$status" = 0 ]
	[ -d "env/$SITE/demo-3.0.dist-info" ]
	tidy
}

@test "a bad last member, with one processor and with all" {
	PATH=$BASE/bin:$PATH
	bomb demo-1.0-py3-none-any.whl $((8 << 20))
	local one
	refused "zz/bad: its checksum" --wheel demo-1.0-py3-none-any.whl env
	one=$stderr
	taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" \
		"$T/links/pyvenv" --wheel demo-1.0-py3-none-any.whl env \
		2>"$IO/err" && return 1
	[ "$one" = "$(cat "$IO/err")" ]
	[ ! -e env ] && tidy
}

@test "a collision is found once, not again and again" {
	new
	wheel two-1.0-py3-none-any.whl demo=CANARY
	strace -f -o trace "$T/links/pyvenv" --upgrade \
		--wheel two-1.0-py3-none-any.whl env 2>"$IO/err" && return 1
	has "demo: the environment keeps a directory" "$(cat "$IO/err")"
	[ "$(wc -l <trace)" -lt 2000 ]
}

@test "a hash is verified before anything in a wheel is believed" {
	PATH=$BASE/bin:$PATH
	local file=demo-1.0-py3-none-any.whl sum
	wheel $file
	sum=$(sha256sum <$file)
	echo "demo==1.0 --hash=sha256:${sum%% *}" >lock
	mkdir dir
	for what in "nothing" "a wheel of another project" "garbage"; do
		case $what in
		nothing) : >dir/$file ;;
		garbage) seq 1000 >dir/$file ;;
		*)
			wheel other-1.0-py3-none-any.whl
			mv other-1.0-py3-none-any.whl dir/$file
			;;
		esac
		refused "its hash is not in 'lock'" \
			-r lock --wheel dir/$file env
		refused "its hash is not in 'lock'" -r lock --find-links dir env
	done
	# a copy elsewhere whose hash fits is taken
	mkdir good
	cp $file good
	pv -r lock --find-links dir --find-links good env
	[ "$status" = 0 ]
	wheel demo-2.0-py3-none-any.whl
	echo "demo==1.0" >lock
	refused "lock:1 asks for it, and --wheel gives" -r lock \
		--wheel demo-2.0-py3-none-any.whl env2
}

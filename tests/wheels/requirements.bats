#!/usr/bin/env bats
# -r, -c and --install: what they ask for is found in the directories of
# --find-links, with all that it requires.

# shellcheck disable=SC2154 # status, output, stderr
load helpers
load locks

setup_file()
{
	# shellcheck source=tests/wheels/helpers.bash
	. "$BATS_TEST_DIRNAME/helpers.bash"
	base_for_wheels
}

# asks LINE...: r.txt asks for these.
asks()
{
	printf '%s\n' "$@" >r.txt
}

@test "an editable project is refused, unless its wheel is given" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		my_app-1.0-py3-none-any.whl Requires-Dist=aa
	END
	asks '-e .' 'aa==1.0'
	refused "r.txt: line 1: the project of '$T' is not known" \
		-r r.txt --find-links house env
	hints --no-emit-project
	printf '[project]\nname = "My.App"\n' >pyproject.toml
	refused "r.txt:1: '$T' is a source directory" -r r.txt \
		--find-links house env
	installs -r r.txt --find-links house --wheel my_app-1.0-py3-none-any.whl
	has_installed aa-1.0 my_app-1.0
}

@test "requirements in UTF-16 with a byte order mark are read" {
	wheel house/aa-1.0-py3-none-any.whl
	printf '\xff\xfe' >r.txt
	printf 'aa==1.0\r\n' | iconv -t UTF-16LE >>r.txt
	installs -r r.txt --find-links house
	has_installed aa-1.0
}

@test "a hash after a comment line is not left unread" {
	wheel house/aa-1.0-py3-none-any.whl
	asks "aa==1.0 \\" '# why' "    $(hash house/aa-1.0*)"
	refused "r.txt: line 3" -r r.txt --find-links house env
}

@test "one hash means that all need one, and the error has the line to add" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=cc
		house/cc-1.0-py3-none-any.whl
		dd-1.0-py3-none-any.whl
	END
	asks "aa==1.0 $(hash house/aa*)" bb==1.0
	refused "bb 1.0 has no hash" -r r.txt --find-links house env
	hints "bb==1.0 $(hash house/bb*)"
	asks "aa==1.0 $(hash house/aa*)" "bb==1.0 $(hash house/bb*)"
	refused "cc 1.0 has no hash" -r r.txt --find-links house env
	hints "cc==1.0 $(hash house/cc*)"
	installs --no-deps -r r.txt --find-links house
	has_installed aa-1.0 bb-1.0
	# a hash in a constraint counts; a wheel of --wheel needs none
	echo "cc $(hash house/cc*)" >c.txt
	installs -r r.txt -c c.txt --find-links house \
		--wheel dd-1.0-py3-none-any.whl
	has_installed aa-1.0 bb-1.0 cc-1.0 dd-1.0
	requested aa-1.0 bb-1.0 dd-1.0
	refused "--require-hashes needs a hash of dd" --require-hashes -r r.txt \
		-c c.txt --find-links house --wheel dd-1.0-py3-none-any.whl env2
	asks aa==1.0
	refused "aa 1.0 has no hash" --require-hashes -r r.txt \
		--find-links house env2
	asks --require-hashes aa==1.0
	refused "aa 1.0 has no hash" -r r.txt --find-links house env2
	# a hash on a line for another Python, too
	asks "aa==1.0; python_version<'3' $(hash house/aa*)" cc
	refused "cc 1.0 has no hash" -r r.txt --find-links house env2
	# of each, if there are several
	asks --require-hashes aa==1.0 bb==1.0
	refused "2 wheels are missing or cannot be used" -r r.txt --find-links house env2
	has "aa 1.0 has no hash, and one hash means that all need one: add a line: aa==1.0 $(hash house/aa*)" "$stderr"
	has "add a line: bb==1.0 $(hash house/bb*)" "$stderr"
	# also --install
	asks "aa==1.0 $(hash house/aa*)"
	refused "cc 1.0 has no hash" -r r.txt --install cc --find-links house env2
}

@test "a file that cannot be used does not hide what else is missing" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl 'Requires-Dist=cc>=1'
		dd-1.0-py3-none-any.whl
	END
	truncate -s 100 dd-1.0-py3-none-any.whl
	asks aa 'dd[more]' ee
	refused "2 wheels are missing or cannot be used" -r r.txt \
		--find-links house --wheel dd-1.0-py3-none-any.whl env
	has "dd-1.0-py3-none-any.whl: " "$stderr"
	has "ee: no wheel of it is there" "$stderr"
	asks aa 'dd[more]' bb
	refused "2 wheels are missing or cannot be used" -r r.txt \
		--find-links house --wheel dd-1.0-py3-none-any.whl env
	has "dd-1.0-py3-none-any.whl: " "$stderr"
	has "no wheel of cc is in the directories, and bb 1.0 asks for it" "$stderr"
	refused "2 wheels are missing or cannot be used" --find-links house \
		--install 'dd>1' --wheel dd-1.0-py3-none-any.whl env
	has "dd>1: " "$stderr"
	asks aa dd
	refused "dd-1.0-py3-none-any.whl: " -r r.txt --find-links house \
		--wheel dd-1.0-py3-none-any.whl env
}

@test "a hash chooses among versions, and among copies" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		more/aa-1.0-py3-none-any.whl other=1
	END
	asks "aa>=1.0 $(hash house/aa-1.0*)"
	installs -r r.txt --find-links house
	has_installed aa-1.0
	asks "aa>=1.0 $(hash more/aa-1.0*)"
	installs -r r.txt --find-links house --find-links more
	[ -e "env/$SITE"/other ]
	refused "aa" -r r.txt --find-links house env2
	# one of several
	asks "aa==2.0 $(hash more/aa-1.0*) $(hash house/aa-2.0*)"
	installs -r r.txt --find-links house
	# two lines, nothing in common
	asks "aa==2.0 $(hash more/aa-1.0*)" "aa>1 $(hash house/aa-2.0*)"
	refused "has no hash in common" -r r.txt --find-links house env2
}

@test "the first directory has precedence, without a hash" {
	wheels <<-END
		a/aa-1.0-py3-none-any.whl other=1
		z/aa-1.0-py3-none-any.whl other=2
		z/aa-2.0-py3-none-any.whl other=3
	END
	asks aa==1.0
	for dirs in "a z" "z a"; do
		# shellcheck disable=SC2046,SC2086
		installs -r r.txt $(printf -- '--find-links %s ' $dirs)
		cmp "env/$SITE"/other <(unzip -p "${dirs%% *}/aa-1.0-py3-none-any.whl" other)
	done
	asks aa
	installs -r r.txt --find-links a --find-links z
	has_installed aa-2.0
}

@test "local versions, pre-releases and --pre are as in pip" {
	wheels <<-END
		house/dd-1.0+local.1-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/aa-3.0a1-py3-none-any.whl
		house/pp-1.0-py3-none-any.whl
		house/pp-2.0a1-py3-none-any.whl
		house/qq-1.0-py3-none-any.whl Requires-Dist=pp>=2.0a1
		house/only-1.0rc1-py3-none-any.whl
		house/win-1.0-py3-none-win32.whl
		house/win-2.0a1-py3-none-any.whl
		house/old-1.0-py3-none-any.whl Requires-Python=<3
		house/old-2.0a1-py3-none-any.whl
	END
	while read -r want lines; do
		# shellcheck disable=SC2086
		asks $lines
		installs -r r.txt --find-links house
		# shellcheck disable=SC2086
		has_installed ${want//,/ }
	done <<-END
		dd-1.0+local.1 dd==1.0
		aa-2.0 aa
		aa-3.0a1 aa>2.5
		aa-3.0a1 --pre aa
		pp-2.0a1,qq-1.0 pp qq
		only-1.0rc1 only
		win-2.0a1 win
		old-2.0a1 old
	END
}

@test "extras are compared by their normal form" {
	wheels <<-END
		house/m-1.0-py3-none-any.whl Provides-Extra=x_Y "Requires-Dist=n; extra == 'X.y'"
		house/n-1.0-py3-none-any.whl
		house/o-1.0-py3-none-any.whl Requires-Dist=m[nope]
	END
	asks 'm[x.y]'
	installs -r r.txt --find-links house
	has_installed m-1.0 n-1.0
	requested m-1.0
	installs --install 'm[X--Y]' --find-links house
	has_installed m-1.0 n-1.0
	# one that is not there: asked for, or required
	asks 'm[nope]'
	refused "m 1.0 has no extra 'nope'" -r r.txt --find-links house env2
	refused "m 1.0 has no extra 'nope'" --install 'm[nope]' \
		--find-links house env2
	pv --install o --find-links house env2
	[ "$status" = 0 ]
	[ "$stderr" = "pyvenv: warning: o 1.0 requires m[nope], and m 1.0 has no such extra" ]
}

@test "Requires-Python and broken requirements leave a version out" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl Requires-Python=>=4
		house/bb-1.0-py3-none-any.whl
		house/bb-2.0-py3-none-any.whl "Requires-Dist=cc ~~ 1"
	END
	installs --install aa --install bb --find-links house
	has_installed aa-1.0 bb-1.0
	refused "aa-2.0-py3-none-any.whl" --install aa==2.0 --find-links house env2
	has "Python" "$stderr"
	refused "bb-2.0-py3-none-any.whl: METADATA: Requires-Dist" \
		--install bb==2.0 --find-links house env2
}

@test "wheels that are not chosen are skipped, chosen ones have to be whole" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl
		house/cc-1.0-py3-none-win32.whl
	END
	touch house/x.whl house/aa-2.0.tar.gz house/bb-0.9-py3-none-any.whl \
		house/a-b-c.zip
	mkdir house/bb-3.0.whl house/Upper
	installs --install aa --install bb --find-links house
	has_installed aa-1.0 bb-1.0
	: >house/bb-2.0-py3-none-any.whl
	refused "house/bb-2.0-py3-none-any.whl: " --install bb \
		--find-links house env2
	refused "cc: $T/house/cc-1.0-py3-none-win32.whl: it is for py3-none-win32" \
		--install cc --find-links house env2
	refused "source distribution" --install aa==2.0 --find-links house env2
	refused "2 wheels are missing" --install none --install cc \
		--find-links house env2
}

@test "one level of directories with the names of projects is read" {
	wheels <<-END
		tree/aa/aa-1.0-py3-none-any.whl Requires-Dist=b.b
		tree/b-b/B.b-1.0-py3-none-any.whl
		tree/b-b/cc-1.0-py3-none-any.whl
		tree/dd/dd/dd-1.0-py3-none-any.whl
		tree/Ee/Ee-1.0-py3-none-any.whl
	END
	echo '<a href="aa-9.0-py3-none-any.whl">' >tree/aa/index.html
	installs --install aa --find-links tree
	has_installed aa-1.0 B.b-1.0
	for name in cc dd ee; do
		refused "$name: no wheel of it is there" --install $name \
			--find-links tree env2
	done
	refused "absent': No such file" --install aa --find-links absent env2
	ln -s tree link
	installs --install aa --find-links link
	ln -s "$T/tree/dd/dd/dd-1.0-py3-none-any.whl" tree
	installs --install dd --find-links tree
}

@test "paths start at the working directory, -r and -f at the file" {
	wheels <<-END
		sub/x/aa-1.0-py3-none-any.whl Requires-Dist=bb
		sub/w/bb-1.0-py3-none-any.whl
	END
	printf '%s\n' ./x/aa-1.0-py3-none-any.whl '-f w' >sub/r.txt
	refused "aa-1.0-py3-none-any.whl" -r sub/r.txt env
	cd sub
	pv -r r.txt ../env
	[ "$status" = 0 ]
	cd "$T"
	has_installed aa-1.0 bb-1.0
	has "$T/sub/x/aa-1.0-py3-none-any.whl" \
		"$(cat "env/$SITE"/aa-1.0.dist-info/direct_url.json)"
	[ ! -e "env/$SITE"/bb-1.0.dist-info/direct_url.json ]
	requested aa-1.0
	# one that is not there is a warning: the file may be of another machine
	asks '-f /nowhere/at/all' bb
	rm -r env
	pv -r r.txt --find-links sub/w env
	[ "$status" = 0 ]
	has "warning: " "$stderr"
	has /nowhere/at/all "$stderr"
}

@test "direct_url.json is for what is given by its path" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl Requires-Dist=bb
		house/bb-1.0-py3-none-any.whl
	END
	asks "aa @ file://$T/house/aa-1.0-py3-none-any.whl"
	for words in "-r r.txt" "--wheel house/aa-1.0-py3-none-any.whl" \
		"--install ./house/aa-1.0-py3-none-any.whl"; do
		# shellcheck disable=SC2086
		installs $words --find-links house
		has "$T/house/aa-1.0-py3-none-any.whl" \
			"$(cat "env/$SITE"/aa-1.0.dist-info/direct_url.json)"
		[ ! -e "env/$SITE"/bb-1.0.dist-info/direct_url.json ]
		requested aa-1.0
		# shellcheck disable=SC2086
		pv --archive tar $words --find-links house /x
		[ "$status" = 0 ]
		refuse grep -q direct_url.json "$IO/out"
	done
	installs --install aa --find-links house
	[ ! -e "env/$SITE"/aa-1.0.dist-info/direct_url.json ]
}

@test "a URL is the file of its name, if it has a hash" {
	wheel house/aa-1.0-py3-none-any.whl
	local url=https://x.example/y/aa-1.0-py3-none-any.whl
	asks "aa @ $url"
	refused "" -r r.txt --find-links house env
	asks "aa @ $url $(hash house/aa*)"
	installs -r r.txt --find-links house
	has_installed aa-1.0
	[ ! -e "env/$SITE"/aa-1.0.dist-info/direct_url.json ]
	local sum
	sum=$(hash house/aa*)
	asks "aa @ $url#${sum#--hash=}"
	sed -i 's/#sha256:/#sha256=/' r.txt
	installs -r r.txt --find-links house
	asks 'aa @ git+https://x.example/aa'
	refused "r.txt: line 1" -r r.txt --find-links house env2
}

@test "requirements that exclude each other are named, with their lines" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa<2
	END
	asks aa==1.0 aa==2.0
	refused "r.txt:1 asks for aa==1.0" -r r.txt --find-links house env
	has "r.txt:2 asks for aa==2.0" "$stderr"
	asks bb aa==2.0
	refused "bb 1.0 needs aa<2" -r r.txt --find-links house env
	has "r.txt:2 asks for aa==2.0" "$stderr"
	installs --no-deps -r r.txt --find-links house
	has_installed aa-2.0 bb-1.0
	asks bb
	echo 'aa>=2' >c.txt
	refused "c.txt:1 allows only aa>=2" -r r.txt -c c.txt --find-links house env2
	echo 'aa<2' >c.txt
	installs -r r.txt -c c.txt --find-links house
	has_installed aa-1.0 bb-1.0
	refused "no wheel of" --install zz --find-links house env2
}

@test "a kernel whose version is none fails every comparison" {
	wheel house/aa-1.0-py3-none-any.whl
	[[ ! $(uname -r) =~ ^[0-9.]+$ ]] || skip "the kernel's version is one"
	asks 'aa; platform_release >= "1"' 'bb; platform_release < "1"'
	installs -r r.txt --find-links house
	has_installed
	mkdir -p root/lib64 root/lib
	cp -a "$BASE" root/usr
	refused "depends on platform_release" --archive tar -r r.txt \
		--find-links house /x
}

@test "requirements of --wheel join those that are asked for" {
	wheels <<-END
		app-1.0-py3-none-any.whl Requires-Dist=aa<2
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
		house/app-2.0-py3-none-any.whl
	END
	installs --wheel app-1.0-py3-none-any.whl
	has_installed app-1.0
	installs --wheel app-1.0-py3-none-any.whl --find-links house
	has_installed aa-1.0 app-1.0
	requested app-1.0
	installs --wheel app-1.0-py3-none-any.whl --install aa --find-links house
	has_installed aa-1.0 app-1.0
	requested aa-1.0 app-1.0
	installs --no-deps --wheel app-1.0-py3-none-any.whl --find-links house
	has_installed app-1.0
	refused "asks for it, and --wheel gives" --wheel app-1.0-py3-none-any.whl \
		--install app==2.0 --find-links house env2
	refused "aa" --wheel app-1.0-py3-none-any.whl --install aa env2
}

@test "--exist-ok keeps what is good, --upgrade takes the newest of the named" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl Requires-Dist=bb
		house/aa-2.0-py3-none-any.whl Requires-Dist=bb
		house/bb-1.0-py3-none-any.whl
		house/bb-2.0-py3-none-any.whl
		house/cc-1.0-py3-none-any.whl Requires-Dist=bb>=2
		house/pre-1.0a1-py3-none-any.whl
	END
	installs --install aa==1.0 --install bb==1.0 --find-links house
	times env >before
	pv --exist-ok --install aa --find-links house env
	[ "$status" = 0 ]
	times env | diff before -
	pv --upgrade --install aa --find-links house env
	[ "$status" = 0 ]
	has_installed aa-2.0 bb-1.0
	pv --exist-ok --install aa==1.0 --find-links house env
	[ "$status" = 0 ]
	has_installed aa-1.0 bb-1.0
	pv --exist-ok --install cc --find-links house env
	[ "$status" = 0 ]
	has_installed aa-1.0 bb-2.0 cc-1.0
	# what stays needs bb>=2
	refused "cc 1.0 requires bb>=2, and bb 1.0 is chosen" --exist-ok \
		--install bb==1.0 --find-links house env
	pv --exist-ok --no-deps --install bb==1.0 --find-links house env
	[ "$status" = 0 ]
	# what is installed needs no wheel
	pv --exist-ok --install cc==1.0 --install aa --no-deps --find-links house env
	[ "$status" = 0 ]
	mkdir empty
	pv --exist-ok --no-deps --install cc --find-links empty env
	[ "$status" = 0 ]
	# none of these: no package is touched
	pv --upgrade env
	[ "$status" = 0 ]
	has_installed aa-1.0 bb-1.0 cc-1.0
	# a power failure emptied a file
	: >"env/$SITE/bb-1.0.dist-info/METADATA"
	pv --exist-ok --no-deps --install bb==1.0 --find-links house env
	[ "$status" = 0 ]
	[ -s "env/$SITE/bb-1.0.dist-info/METADATA" ]
}

@test "-n makes nothing, --json has what would be installed and why" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl Requires-Dist=bb
		house/bb-1.0-py3-none-any.whl
	END
	pv -n --json --install aa --find-links house env
	[ "$status" = 0 ]
	[ ! -e env ]
	[ "$(jq -r '.wheels[] | .project, .why' <<<"$output" | xargs -d '\n')" = \
		"aa --install 'aa' asks for it bb aa 1.0 asks for it" ]
	echo x >house/bb-1.0-py3-none-any.whl
	refused "house/bb-1.0-py3-none-any.whl: " -n --install aa \
		--find-links house env
	refused "house/bb-1.0-py3-none-any.whl: " -n --json --install aa \
		--find-links house env
}

@test "extras and requirements that multiply are refused" {
	wheels < <(
		echo "house/bb-1.0-py3-none-any.whl Requires-Dist=aa[x0]"
		printf house/aa-1.0-py3-none-any.whl
		for ((i = 0; i < 1500; i++)); do
			printf ' Provides-Extra=x%d "Requires-Dist=aa[x%d]; extra == \x27x%d\x27"' \
				$i $((i + 1)) $i
		done
	)
	pylock house/*
	for what in "--install bb" "--lock pylock.toml"; do
		# shellcheck disable=SC2086 # an option and its value
		refused "aa 1.0: too many extras are wanted of a project with 1500 requirements" \
			--find-links house $what env
		hints --no-deps
	done
}

@test "the first extras that do not exist are named, the others counted" {
	extras=$(seq -s, -f x%g 1 50)
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/bb-1.0-py3-none-any.whl Requires-Dist=aa[$extras]
	END
	pylock house/*
	for what in "--install bb" "--lock pylock.toml"; do
		rm -rf env
		# shellcheck disable=SC2086
		pv --find-links house $what env
		[ "$status" = 0 ]
		[ "$(grep -c 'bb 1.0 requires aa\[x.*no such extra' "$IO/err")" = 20 ]
		has "30 more extras are required" "$stderr"
		[ "$(wc -l <"$IO/err")" = 21 ]
	done
}

@test "a version and a file of one project are told apart in the error" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl
	END
	asks "aa @ file://$T/house/aa-1.0-py3-none-any.whl" aa==2.0
	refused "aa==2.0: r.txt:2 asks for it, and another line for '$T/house/aa-1.0-py3-none-any.whl'" \
		-r r.txt --find-links house env
}

@test "pip that is appended to the program needs the hash of a constraint" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		pip-24.0-py3-none-any.whl
	END
	cat "$VENVBOX" pip-24.0-py3-none-any.whl >one
	chmod +x one
	ln -sf ../one links/pyvenv
	asks "aa $(hash house/aa*)"
	echo "pip $(hash pip-*)" >c.txt
	installs --with-pip -r r.txt -c c.txt --find-links house
	has_installed aa-1.0 pip-24.0
	echo "pip $(hash house/aa*)" >c.txt
	pv --with-pip -r r.txt -c c.txt --find-links house env2
	[ "$status" = 1 ]
	[ ! -e env2 ]
	has "appended to this program: its hash is not in 'c.txt'" "$stderr"
}

@test "a line that is repeated is looked at once" {
	wheels < <(printf 'house/aa-1.%d-py3-none-any.whl\n' {1..500})
	yes 'aa>0.1' | head -n 1000000 >r.txt
	# 500 million comparisons take more than these five minutes
	timeout 300 links/pyvenv -n -r r.txt --find-links house env >out
	grep -F aa-1.500.dist-info out
}

@test "files that cannot be read are named, without a hint at directories" {
	wheel house/aa-1.0-py3-none-any.whl
	refused "cannot read 'nope': No such file or directory" \
		-r nope --find-links house env
	[ "$(grep -c '^hint' "$IO/err")" = 0 ]
	refused "cannot read 'nope': No such file or directory" --lock nope env
	[ "$(grep -c '^hint' "$IO/err")" = 0 ]
	refused "cannot read 'house': it is not a regular file" \
		-r house --find-links house env
	refused "cannot read 'house': it is not a regular file" \
		--lock house --find-links house env
	refused "': it is not a regular file" -r <(echo aa) \
		--find-links house env
	asks aa
	refused "no wheel of it is there" -r r.txt env
	hints "--find-links DIR"
}

@test "--with-pip does not replace a newer pip" {
	wheels <<-END
		new/pip-31.0-py3-none-any.whl
		old/pip-30.0-py3-none-any.whl
	END
	installs --with-pip --find-links new
	for mode in --exist-ok --upgrade; do
		pv $mode --with-pip --find-links old env
		[ "$status" = 0 ]
		has_installed pip-31.0
	done
	pv --exist-ok --wheel old/pip-30.0-py3-none-any.whl env
	[ "$status" = 0 ]
	has_installed pip-30.0
}

@test "the first named of two projects that conflict gets its newest version" {
	wheels <<-END
		house/aa-1.0-py3-none-any.whl
		house/aa-2.0-py3-none-any.whl Requires-Dist=bb<2
		house/bb-1.0-py3-none-any.whl
		house/bb-2.0-py3-none-any.whl Requires-Dist=aa<2
	END
	asks bb aa
	installs -r r.txt --find-links house
	has_installed aa-1.0 bb-2.0
	installs --install bb --install aa --find-links house
	has_installed aa-1.0 bb-2.0
	asks aa bb
	installs -r r.txt --find-links house
	has_installed aa-2.0 bb-1.0
	# files come before --install
	asks bb
	installs --install aa -r r.txt --find-links house
	has_installed aa-1.0 bb-2.0
}

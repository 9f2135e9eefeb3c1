#!/usr/bin/env bats
# The Yocto recipe: read by BitBake itself, from PyPI, which also runs its tasks;
# judged by oelint-adv.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	filled_in
	RECIPE=$PWD/recipes/yocto/venvbox_$VERSION.bb
}

# Both from PyPI, in an environment that our program makes; once.
from_pypi()
{
	local tools='bitbake-setup==2.19.0 oelint-adv==9.11.2'
	PYPI=$CACHE/pypi
	need python3
	[ "$(cat "$PYPI.made" 2>/dev/null)" != "$tools" ] || return 0
	ln -sf "$BUILD/venvbox" pyvenv
	./pyvenv --clear --with-pip -p /usr/bin/python3 "$PYPI"
	# a list of words
	# shellcheck disable=SC2086
	"$PYPI/bin/python" -m pip install -q --retries 1 $tools >pip.log 2>&1 ||
		skip "not to be had: $tools: $(tail -n 1 pip.log)"
	echo "$tools" >"$PYPI.made"
}

# cross compiler CC and sysroot ZLIB, with a static library as OpenEmbedded's
cross()
{
	cross_compiler
	CC=$CROSS/aarch64/bin/musl-gcc
	ZLIB=$PWD/sysroot
	cp -RL "$CROSS/zlib" zlib
	(cd zlib && CC=$CC ./configure --static --prefix="$ZLIB" &&
		make -s install) >zlib.log 2>&1
}

@test "yocto: oelint-adv has nothing to say" {
	from_pypi
	# homepageping: without a network; bbclassextend: it is for musl, and so for
	# the target; suggestions that only say what could be set besides
	"$PYPI/bin/oelint-adv" --quiet --suppress oelint.vars.homepageping \
		--suppress oelint.var.bbclassextend "$RECIPE" 2>&1 | tee said
	[ ! -s said ]
}

@test "yocto: BitBake reads it, builds for aarch64 with it and installs" {
	from_pypi
	cross
	"$PYPI/bin/python" "$BATS_TEST_DIRNAME/bitbake.py" "$RECIPE" "$TREE" \
		"$PWD/work" "$CC" "$ZLIB" >log 2>&1 || {
		cat log
		return 1
	}
	mv work/said .
	jq . said
	[ "$(jq -r '.PN, .PV, .LICENSE' said | tr '\n' ' ')" = "venvbox $VERSION 0BSD " ]
	[ "$(jq -r .sha256 said)  $SOURCE" = "$(sha256sum "$SOURCE")" ]
	[ "$(jq -r .LIC_FILES_CHKSUM said)" = \
		"file://LICENSE;md5=$(md5sum <"$TREE/LICENSE" | cut -d ' ' -f 1)" ]
	[ "$(basename "$(jq -r .url said)")" = "${SOURCE##*/}" ]
	# for musl on any machine, for nothing else
	[ "$(jq -r .COMPATIBLE_HOST said)" = '.*' ]
	[ "$(jq -r .glibc said)" = null ]
	[[ $(jq -r .PACKAGES said) == *"venvbox-bash-completion"* ]]
	[ "$(jq -r '.files["venvbox-zsh-completion"]' said | tr -d ' ')" = /usr/share/zsh ]

	installed "$PWD/work/image"
	file -b work/image/usr/bin/venvbox | tee kind
	grep 'ARM aarch64.*not stripped' kind
	need qemu-aarch64-static
	qemu-aarch64-static work/image/usr/bin/venvbox --version |
		grep -Fx "venvbox $VERSION"
}

@test "yocto: a task that fails is seen" {
	from_pypi
	echo '#error "does not compile"' >>"$TREE/lib/base/arena.c"
	run "$PYPI/bin/python" "$BATS_TEST_DIRNAME/bitbake.py" "$RECIPE" "$TREE" \
		"$PWD/work" musl-gcc /no/zlib
	[ "$status" != 0 ]
	[[ $output == *'#error "does not compile"'* ]]
}

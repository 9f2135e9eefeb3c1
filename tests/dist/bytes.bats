#!/usr/bin/env bats
# Every program makes the same environments: the bytes, modes and times of what
# the one for the first architecture makes. So do processors with and without
# the instructions that digests and checksums are made with.

load ../cli/pythons

setup_file()
{
	# shellcheck source=tests/cli/pythons.bash
	. "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	export BASE=$BATS_FILE_TMPDIR/base WHEELS=$BATS_FILE_TMPDIR/wheels
	fake_python "$BASE" 3.12.4
	mkdir "$WHEELS"
	(cd "$BATS_TEST_DIRNAME/../wheels" && python3 -B - "$WHEELS") <<-'PYTHON'
	import random, sys, make_odd
	random.seed(1)
	text = "".join(random.choice("abcdefgh \n") for i in range(300000))
	make_odd.make(sys.argv[1], "alpha-1.0", {
	    "alpha/__init__.py": "", "alpha/large": text,
	    **{"alpha/f%d.py" % i: text[i:7 * i] for i in range(300)},
	    "alpha-1.0.data/scripts/run":
	        make_odd.Member("#!python\nprint(1)\n", 0o100755),
	    "alpha-1.0.dist-info/entry_points.txt":
	        "[console_scripts]\nal = alpha:f\n"})
	make_odd.make(sys.argv[1], "beta-2.0", {"beta.py": text})
	PYTHON
}

# made NAME: what the program NAME makes, as text, in the file `made`.
made()
{
	local program=$STARTERS/$1 form
	local options="--wheel $WHEELS --copies --activators all"

	export SOURCE_DATE_EPOCH=1700000000
	cd "$BATS_TEST_TMPDIR" || return 1
	rm -rf env
	# shellcheck disable=SC2086 # a list of words
	{
		"$program" pyvenv -p "$BASE" $options env
		(cd env && find . -printf '%p %y %m %l %T@\n' | sort &&
			find . -type f -exec sha256sum {} + | sort)
		for form in tar cpio; do
			"$program" pyvenv -p "$BASE" $options --archive $form \
				/opt/env | sha256sum
		done
	} >made
	[ "$(grep -c alpha/f made)" = 600 ]
	grep -q bin/al made
}

@test "every architecture makes the same bytes" {
	local name

	made "${NAMES%% *}"
	mv made want
	for name in $NAMES; do
		echo "$name"
		made "$name"
		cmp made want
	done
}

@test "x86_64 without the instructions for SHA-256 and CRC" {
	local qemu

	[ -e "$STARTERS/x86_64" ] || skip "no x86_64 in this release"
	qemu=$(command -v qemu-x86_64) || skip "no qemu-x86_64"
	made x86_64
	mv made want
	printf '#!/bin/sh\nexec %s -cpu qemu64,-pclmulqdq %s "$@"\n' "$qemu" \
		"$(readlink -f "$STARTERS/x86_64")" >"$BATS_TEST_TMPDIR/start"
	chmod +x "$BATS_TEST_TMPDIR/start"
	STARTERS=$BATS_TEST_TMPDIR made start
	cmp made want
}

#!/usr/bin/env bats
# dist/examples/airgap: a directory is filled from PyPI, and installed from without a
# network.

# shellcheck disable=SC2016,SC2154 # patterns of sed; output, status
load helpers

WHEEL=hello-1.0-py3-none-any.whl

setup()
{
	need unshare
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	fresh
	cp -r "$BATS_TEST_DIRNAME/../../dist/examples/airgap" "$T/example"
	cd "$T/example" || return 1
}

# Sets PYPI_BIN, which has uv and a pip that reads locks. Skips without PyPI.
tools()
{
	from_pypi uv uv==0.13.9 pip==26.3
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	user_settings "$PYPI_BIN/pip" download -q --no-cache-dir --retries 1 \
		--timeout 20 --no-deps -d reached flit_core ||
		skip "PyPI cannot be reached"
}

# fill [OPTION...]: what fill.sh makes of this example, in wheels; made once.
fill()
{
	local kept

	kept=$BUILD/fleet/airgap-$(cat fill.sh requirements.txt pyproject.toml hello.py |
		cat - <(echo "$@") | sha256sum | cut -c1-16)
	if [ ! -d "$kept" ]; then
		tools
		PYTHON=$PYPI_BIN/python user_settings sh fill.sh wheels "$@"
		mv wheels "$kept"
	fi
	cp -r "$kept" wheels
}

# alone COMMAND...: run it without a network.
alone()
{
	if namespaces --net; then
		unshare --net "$@"
	else
		"$@"
	fi
}

@test "the lock and requirements.txt have the same versions and hashes" {
	/usr/bin/python3 - <<-'EOF'
	import re, sys
	try:
	    import tomllib
	except ImportError:
	    sys.exit()
	with open("pylock.toml", "rb") as f:
	    packages = tomllib.load(f)["packages"]
	locked = {(p["name"], p["version"],
	           frozenset(w["hashes"]["sha256"] for w in
	                     [*p["wheels"], p["sdist"]])) for p in packages}
	with open("requirements.txt", encoding="utf-8") as f:
	    text = re.sub(r"^ *#.*\n", "", f.read(), flags=re.M)
	listed = {(*re.match(r"([\w-]+)==(\S+)", line).groups(),
	           frozenset(re.findall("sha256:([0-9a-f]+)", line)))
	          for line in text.replace("\\\n", "").splitlines()}
	assert locked == listed, locked ^ listed
	assert len(locked) == 7, locked
	EOF
}

@test "an empty directory: one error lists the whole lock, nothing is written" {
	mkdir wheels
	run pyvenv -p /usr/bin/python3 --lock pylock.toml --find-links wheels env
	[ "$status" = 1 ]
	[ "$(grep -c "^  .* is not in any directory" <<<"$output")" = 7 ]
	[ ! -e env ]
}

@test "the commands of the example's README" {
	fill
	sed '/^| file/,$d' README.md | sed -n 's/^    //p' | grep -v fill.sh >commands
	[ "$(grep -c pyvenv commands)" = 2 ]
	alone bash -euc "pyvenv() { command pyvenv -p /usr/bin/python3 \"\$@\"; }
		$(cat commands)" >out
	[ "$(tail -n 1 out)" = "hello from a wheel" ]
	pyvenv -p /usr/bin/python3 --clear -r requirements.txt --find-links wheels \
		--wheel "wheels/$WHEEL" env
	[ "$(alone env/bin/hello)" = "hello from a wheel" ]
}

@test "the commands of README that make a lock and fill a directory" {
	tools
	sed -n '/^```bash$/,/^```$/p' "$BATS_TEST_DIRNAME/../../README.md" |
		sed '/^```/d' >commands
	[ "$(wc -l <commands)" = 2 ]
	rm pylock.toml
	PATH=$PYPI_BIN:$PATH user_settings bash -euc "$(cat commands)"
	pyvenv -p /usr/bin/python3 --lock pylock.toml --find-links wheels env
	env/bin/python -c 'import flask'
}

@test "a directory that is filled for two machines; a wheel that is missing" {
	# shellcheck source=tests/cli/pythons.bash
	source "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	fill --python-version 3.12 --platform manylinux_2_17_x86_64 \
		--platform manylinux2014_aarch64
	fake_python "$PWD/base" 3.12.1
	pyvenv -q -p base/bin/python3 -n --lock pylock.toml --find-links wheels env
	fake_python "$PWD/base" 3.13.1
	run pyvenv -q -p base/bin/python3.13 -n --lock pylock.toml \
		--find-links wheels env
	[ "$status" = 1 ]
	[[ $output == *"markupsafe-3.0.4-cp313-"*" is not in any directory"* ]]
}

# The base is made up: a Python that cannot run, at the names of the official
# image. So the stage that needs one is not built.
@test "the image, from the directory" {
	command -v buildah >/dev/null || skip "no buildah"
	namespaces --mount || skip "no mount namespaces"
	# shellcheck source=tests/cli/pythons.bash
	source "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	fill --python-version 3.12 --platform manylinux_2_17_x86_64
	mkdir base
	fake_python "$PWD/base/usr/local" 3.12.1
	printf 'FROM scratch\nADD usr /usr\n' >base/Dockerfile
	cp "$VENVBOX" pyvenv
	build()
	{
		buildah --root "$T/store" --runroot "$T/run" \
			--storage-driver vfs "$@"
	}
	build bud --isolation=chroot -q -t localhost/base base
	alone buildah --root "$T/store" --runroot "$T/run" --storage-driver vfs \
		bud --isolation=chroot -q --pull-never --build-arg WHEELS=medium \
		--build-arg PYTHON=localhost/base -t localhost/hello .
	ROOT=$(build mount "$(build from --pull-never localhost/hello)")
	[ "$(readlink "$ROOT/opt/venv/bin/python3")" = /usr/local/bin/python3 ]
	[ -x "$ROOT/opt/venv/bin/hello" ]
	[ -d "$ROOT"/opt/venv/lib/python3.12/site-packages/markupsafe ]
	build umount -a
}

# Those that tests/docs skips; the application of the example is theirs.
@test "the guides' commands that need a network fill a directory for three machines" {
	local page

	tools
	rm pylock.toml requirements.txt
	# for all systems, with a project that only Windows needs
	sed -i '/^\[tool.uv\]/,$d;s/"flask>=3"/&, "tqdm"/' pyproject.toml
	for page in wheels windows; do
		sed -n '/^\.\\" skip:.*network/,/^\.Ed/{/^\./d;s/^\$ //;s/\\e/\\/g;p}' \
			"$BATS_TEST_DIRNAME/../../doc/venvbox-$page.7"
	done >commands
	[ "$(grep -c '^[a-z]' commands)" = 7 ]
	PATH=$PYPI_BIN:$PATH user_settings bash -euxc "$(cat commands)"
	pyvenv -p /usr/bin/python3 --lock pylock.toml --find-links wheels \
		--wheel "wheels/$WHEEL" env
	[ "$(alone env/bin/hello)" = "hello from a wheel" ]
	ls wheels/markupsafe-*-cp312-*aarch64.whl
	(
		BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME/../windows
		# shellcheck source=tests/windows/trees.bash
		. "$BATS_TEST_DIRNAME/trees.bash"
		windows_python winpy 3.12.4
		pyvenv -p ./winpy "${both[@]}" --lock pylock.toml --with-pip \
			--find-links wheels --wheel "wheels/$WHEEL" windows
		[ -f windows/Scripts/hello.exe ]
		rm wheels/colorama-*
		pyvenv -p ./winpy "${both[@]}" --lock pylock.toml --with-pip \
			--find-links wheels -n other 2>said || cat said
		grep "'colorama-.* is not in any directory" said
	)
}

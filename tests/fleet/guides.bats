#!/usr/bin/env bats
# doc/venvbox-images.7: its Dockerfile is built by buildah, on made-up base images at
# whose names there is a Python that cannot run. tests/docs runs what it starts.

# shellcheck disable=SC2154 # output, status
load helpers

setup()
{
	unset SKIP
	need buildah
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	namespaces --mount || skip "no mount namespaces"
	fresh
}

# build WORD...: buildah, with a store of its own.
build()
{
	buildah --root "$T/store" --runroot "$T/run" --storage-driver vfs "$@"
}

@test "the Dockerfile of venvbox-images(7) is built" {
	# shellcheck source=tests/cli/pythons.bash
	source "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	mkdir base context context/wheels
	fake_python "$PWD/base/usr" 3.11.2
	printf 'FROM scratch\nADD usr /usr\n' >base/Dockerfile
	build bud --isolation=chroot -q -t localhost/base base

	cp "$VENVBOX" context/pyvenv
	cp "$VENVBOX" context/activate-run
	app_wheel context/wheels
	cat >context/pylock.toml <<-EOF
		lock-version = "1.0"
		created-by = "hand"
		[[packages]]
		name = "app"
		version = "1.0"
		[[packages.wheels]]
		path = "wheels/app-1.0-py3-none-any.whl"
		hashes.sha256 = "$(sha256sum context/wheels/*.whl | cut -d' ' -f1)"
	EOF

	# the base has no shell
	sed -n '/^\.\\" as: dockerfile/,/^\.Ed/{/^\.Ed/q;/^\./d;s/\\e$/\\/;p}' \
		"$BATS_TEST_DIRNAME/../../doc/venvbox-images.7" |
		sed '/apt-get/d;s,^FROM [^ ]*,FROM localhost/base,' >context/Dockerfile
	cat context/Dockerfile
	[ "$(grep -c '^FROM localhost/base' context/Dockerfile)" = 2 ]
	build bud --isolation=chroot -q --pull-never -t localhost/guide context
	ROOT=$(build mount "$(build from --pull-never localhost/guide)")
	[ "$(readlink "$ROOT/opt/venv/bin/python3")" = /usr/bin/python3 ]
	[ -f "$ROOT/opt/venv/lib/python3.11/site-packages/app.py" ]
	[ -x "$ROOT/usr/bin/activate-run" ]
	[ ! -e "$ROOT/usr/local/bin/pyvenv" ]
	build umount -a
}

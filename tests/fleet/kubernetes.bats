#!/usr/bin/env bats
# dist/examples/kubernetes: the example as it is, with the mounts, the user, the group
# and the rights that a kubelet gives it.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016
load helpers

setup_file()
{
	need chroot setpriv strace
	/usr/bin/python3 -c 'import yaml' 2>/dev/null || export SKIP="no yaml"
	namespaces --mount || export SKIP="no mount namespaces"
}

setup()
{
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	fresh
	export EXAMPLE=$BATS_TEST_DIRNAME/../../dist/examples/kubernetes
	export PODS=$BATS_TEST_DIRNAME
	chmod 755 "$T"
	environment_image
	app_image
	mkdir "$T/newer"
	app_wheel "$T/newer" 2.0
}

# Make what the Dockerfile makes: the names are this machine's Python's.
environment_image()
{
	local python minor image=$T/environment
	python=$(readlink -f /usr/bin/python3)
	minor=${python##*python}
	mkdir -p "$image"/{usr/bin,wheels,"usr/lib/python$minor/lib-dynload"}
	cp "$python" "$image/usr/bin"
	cp "/usr/lib/python$minor/os.py" "$image/usr/lib/python$minor"
	cp "$VENVBOX" "$image/pyvenv"
	app_wheel "$image/wheels"
}

# A Debian, and activate-run.
app_image()
{
	local image=$T/app
	mkdir -p "$image"/{usr,sbin}
	ln -s usr/bin "$image/bin"
	ln -s usr/lib "$image/lib"
	ln -s usr/lib64 "$image/lib64"
	cp "$VENVBOX" "$image/sbin/activate-run"
}

# node SCRIPT: run it where a pod can be run by `pod [-- WRAPPER...]`. $VENV is
# the volume.
node()
{
	unshare --mount --pid --fork --kill-child bash -ec '
		mount --make-rprivate /
		mount --bind -o ro /usr "$T/app/usr"
		mkdir "$T/volumes"
		VENV=$T/volumes/venv
		pod()
		{
			"$PODS/pod" "$EXAMPLE/pod.yaml" "$T/volumes" \
				"app-environment=$T/environment" \
				"app=$T/app" "$@"
		}
		is()
		{
			[ "$1" = "$2" ] || { echo "wanted: $2"; echo "is: $1"; exit 1; }
		}
		tree()
		{
			(cd "$VENV" && find . -printf "%p %y %m %U:%G %T@ %l\n" | sort)
		}
		'"$1"
}

@test "the pod of the example; started again, nothing changes" {
	node '
		is "$(pod)" /venv
		is "$(stat -c %u:%g "$VENV/bin/app")" 1000:2000
		is "$(stat -c %a "$VENV/lib")" 2755
		before=$(tree)
		is "$(pod)" /venv
		is "$(tree)" "$before"
		sed "s/runAsUser: 1000/runAsUser: 1001/" "$EXAMPLE/pod.yaml" \
			>"$T/pod.yaml"
		EXAMPLE=$T
		is "$(pod)" /venv
		is "$(tree)" "$before"
		rm "$VENV/bin/python"
		pod 2>"$T/err" && exit 1
		grep "^pyvenv: .*Permission denied" "$T/err"'
}

# The base is made up: a Python that cannot run, at the names of the official
# image.
@test "the image that the Dockerfile makes, and its own command" {
	command -v buildah >/dev/null || skip "no buildah"
	# shellcheck source=tests/cli/pythons.bash
	source "$BATS_TEST_DIRNAME/../cli/pythons.bash"
	mkdir -p base context
	fake_python "$PWD/base/usr/local" 3.12.1
	: >base/usr/local/lib/libpython3.12.so.1.0
	: >base/usr/local/lib/python3.12/lib-dynload/x.so
	printf 'FROM scratch\nADD usr /usr\n' >base/Dockerfile
	cp "$EXAMPLE/Dockerfile" context
	cp "$VENVBOX" context/pyvenv
	cp -r "$T/environment/wheels" context
	build()
	{
		buildah --root "$T/store" --runroot "$T/run" \
			--storage-driver vfs "$@"
	}
	build bud --isolation=chroot -q -t localhost/base base
	build bud --isolation=chroot -q --pull-never \
		--build-arg PYTHON=localhost/base -t localhost/env context
	export ROOT
	ROOT=$(build mount "$(build from --pull-never localhost/env)")
	run build inspect --format '{{.OCIv1.Config.User}}' localhost/env
	[ "$output" = 1000:1000 ]
	run build inspect --format '{{.OCIv1.Config.Entrypoint}}' localhost/env
	COMMAND=${output//[][]/} unshare --mount bash -ec '
			mount --make-rprivate /
			mkdir "$ROOT/venv"
			mount -t tmpfs -o mode=0777 tmpfs "$ROOT/venv"
			for n in 1 2; do
				PATH=/usr/local/bin:/usr/sbin:/usr/bin \
					chroot --userspec=1000:1000 "$ROOT" $COMMAND
			done
			grep -x "home = /usr/local/bin" "$ROOT/venv/pyvenv.cfg"
			[ -x "$ROOT/venv/bin/app" ]'
	build umount -a
}

@test "the pod obeys the schema of Kubernetes" {
	from_pypi kubernetes-validate kubernetes-validate==1.37.0
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	"$PYPI_BIN/kubernetes-validate" --strict "$EXAMPLE/pod.yaml"
	sed 's/readOnly: true/readonly: true/' "$EXAMPLE/pod.yaml" >pod.yaml
	run "$PYPI_BIN/kubernetes-validate" --strict pod.yaml
	[ "$status" != 0 ]
}

# The calls of pyvenv in a trace of strace, as NAME NUMBER: those that move or
# remove something, and of the others one in eight.
moments()
{
	awk -F "(" '
		{ number[$1]++ }
		/^execve\("\/pyvenv"/ { begun = 1; next }
		begun && $1 ~ /^[a-z]/ && ($1 ~ /rename|unlink|rmdir/ ||
			++others % 8 == 0) { print $1, number[$1] }' "$1"
}

@test "the init container is killed at any moment, and runs again" {
	node '
		is "$(pod -- strace -qq -o "$T/trace")" /venv
		'"$(declare -f moments)"'
		killed=0
		while read -r call number; do
			rm -rf "$VENV"
			pod -- strace -qq -o /dev/null -e signal=none -e \
				"inject=$call:signal=KILL:when=$number" \
				>"$T/out" 2>"$T/err" && exit 1
			grep -q "environment: status -9" "$T/err"
			killed=$((killed + 1))
			is "$(pod)" /venv
			if find "$VENV" -name ".venvbox-*" | grep .; then
				exit 1
			fi
		done < <(moments "$T/trace")
		echo "killed $killed times"
		[ "$killed" -gt 20 ]'
}

@test "the volume is in memory; it has been there before; --clear" {
	node '
		mkdir "$VENV"
		mount -t tmpfs -o size=1m,mode=0777 tmpfs "$VENV"
		echo x >"$VENV/file"
		is "$(pod)" /venv
		[ -e "$VENV/file" ]
		sed "s/--exist-ok/--clear/" "$EXAMPLE/pod.yaml" >"$T/pod.yaml"
		EXAMPLE=$T
		for n in 1 2; do
			is "$(pod)" /venv
			is "$(ls -A "$VENV" | xargs)" \
				".gitignore bin include lib lib64 pyvenv.cfg"
		done
		is "$(stat -c %a:%g "$VENV")" 2777:2000
		mountpoint -q "$VENV"'
}

@test "the volume is full: one line, nothing is left, and the pod does not start" {
	node '
		mkdir "$VENV"
		mount -t tmpfs -o size=12k tmpfs "$VENV"
		pod 2>"$T/err" && exit 1
		grep -q "^pyvenv: .*No space left on device" "$T/err"
		grep -q "^pod: environment: status 1" "$T/err"
		is "$(ls -A "$VENV")" ""
		mount -o remount,size=1m "$VENV"
		is "$(pod)" /venv'
}

@test "an image with other wheels: what is there of them is brought up to date" {
	node '
		is "$(pod)" /venv
		rm "$T"/environment/wheels/*
		mv "$T"/newer/* "$T/environment/wheels"
		sed "s/--exist-ok/--upgrade/" "$EXAMPLE/pod.yaml" >"$T/pod.yaml"
		EXAMPLE=$T
		is "$(pod)" /venv
		ls "$VENV"/lib/python*/site-packages | grep -qx app-2.0.dist-info
		ls "$VENV"/lib/python*/site-packages | grep -x app-1.0.dist-info &&
			exit 1
		is "$(pod)" /venv'
}

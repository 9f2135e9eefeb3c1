#!/usr/bin/env bats
# The wheels of a release: what PyPI and the installers make of them.

# shellcheck disable=SC2154 # status, output
load release

# architectures: a line for each program in this release that PyPI takes: its
# name, its architecture in a wheel's name.
architectures()
{
	column 5 | grep -v ' -$'
}

# wheel ARCH: its wheel.
wheel()
{
	local files=("$DIST"/venvbox-"$VERSION"-py3-none-*linux*_"$1".whl)

	[ ${#files[@]} = 1 ] && [ -f "${files[0]}" ] && echo "${files[0]}"
}

# pypi: puts tools from PyPI into PATH, or skips.
pypi()
{
	from_pypi twine twine==7.0.0 trove-classifiers uv==0.13.9 pipx==1.18.4 \
		pip==26.3
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	PATH=$PYPI_BIN:$PATH
	# an earlier release's wheels have the same names
	export UV_OFFLINE=1 UV_NO_CACHE=1 UV_NO_CONFIG=1 UV_PYTHON=/usr/bin/python3
}

# works PYVENV: it is of this version, and makes an environment.
works()
{
	[ "$("$1" --version)" = "pyvenv $VERSION" ]
	rm -rf made
	"$1" -p /usr/bin/python3 made
	"$1" --check made
	[ "$(made/bin/python -c 'import sys; print(sys.prefix)')" = "$PWD/made" ]
}

@test "each architecture that PyPI knows has one wheel, under tags that PyPI takes" {
	local name arch file tag
	local known='x86_64|i686|aarch64|armv7l|ppc64le|s390x'

	architectures >list
	[ -s list ]
	while read -r name arch; do
		file=$(wheel "$arch")
		for tag in $(echo "${file##*-none-}" | sed 's/\.whl$//' | tr . ' '); do
			echo "$tag" | grep -Ex "manylinux2014_($known)|\
(many|musl)linux_[0-9]+_[0-9]+_($known|riscv64)|linux_armv6l"
		done
	done <list
	[ "$(find "$DIST" -name '*.whl' | wc -l)" = "$(wc -l <list)" ]
}

@test "a wheel holds the program by its five names, its man pages and licences" {
	local name arch file top

	while read -r name arch; do
		rm -rf wheel
		unzip -q "$(wheel "$arch")" -d wheel
		tar -xzf "$DIST/venvbox-$VERSION-$name.tar.gz"
		top=venvbox-$VERSION-$name
		[ "$(cd wheel/*.data/scripts && echo *)" = "$(cd "$top/bin" && echo *)" ]
		[ -z "$(find wheel/*.data/scripts -type f ! -perm 755)" ]
		diff -r wheel/*.data/data/share/man "$top/share/man"
		for file in wheel/*.data/scripts/*; do
			cmp "$file" "$DIST/venvbox-$VERSION-$name"
		done
		cat wheel/*.dist-info/licenses/* | sort -u >words
		[ -z "$(sort -u "$DIST/venvbox-$VERSION.licenses" |
			grep -v '^=== ' | comm -13 words -)" ]
	done < <(architectures)
	[ -d wheel ]
}

@test "the description is the README, without links that lead nowhere" {
	local arch

	read -r _ arch < <(architectures)
	unzip -p "$(wheel "$arch")" '*/METADATA' >METADATA
	grep -Fx "Version: $VERSION" METADATA
	sed '1,/^$/d' METADATA >description
	tar -xzOf "$DIST/venvbox-$VERSION.tar.gz" "venvbox-$VERSION/README.md" >README
	[ "$(wc -l <description)" = "$(wc -l <README)" ]
	grep -Fx '# venvbox' description
	run grep -nE '\]\([^)]*\)' description
	[ "$status" = 1 ]
}

@test "twine and PyPI's list of classifiers accept them" {
	pypi
	twine check --strict "$DIST"/*.whl
	"$PYPI_BIN/python" - "$DIST"/*.whl <<-'EOF'
	import email, sys, zipfile
	from packaging.metadata import Metadata
	from trove_classifiers import classifiers
	for path in sys.argv[1:]:
	    with zipfile.ZipFile(path) as file:
	        name, = (n for n in file.namelist() if n.endswith("/METADATA"))
	        data = Metadata.from_email(file.read(name), validate=True)
	    assert data.classifiers and set(data.classifiers) <= classifiers, data
	EOF
}

@test "pip of Debian chooses the wheel of each platform, glibc's and musl's" {
	local name arch tag oldest

	[ -e "$(pip_wheel)" ] || skip "no wheel of pip (python3-pip-whl)"
	pyvenv --with-pip -p /usr/bin/python3 pip
	while read -r name arch; do
		case $arch in
		armv6l) oldest=linux_armv6l ;;
		riscv64) oldest=manylinux_2_31_riscv64 ;;
		*) oldest=manylinux2014_$arch ;;
		esac
		for tag in $oldest musllinux_1_1_"$arch"; do
			# PyPI takes no wheel of musl for it
			[ "$tag" != musllinux_1_1_armv6l ] || continue
			rm -rf got
			pip/bin/pip install -q --no-deps --find-links "$DIST" \
				--only-binary :all: --target got --platform "$tag" \
				"venvbox==$VERSION"
			cmp got/bin/pyvenv "$DIST/venvbox-$VERSION-$name"
		done
	done < <(architectures)
	[ -d got ]
}

@test "uv chooses the wheel of each platform, glibc's and musl's" {
	local name arch libc

	pypi
	while read -r name arch; do
		case $arch in
		x86_64 | aarch64) set -- linux-gnu linux-musl ;;
		riscv64) set -- linux ;;
		*) continue ;; # uv cannot be asked for these
		esac
		for libc; do
			rm -rf got
			uv pip install -q --no-index --find-links "$DIST" --target got \
				--python-platform "$arch-unknown-$libc" \
				"venvbox==$VERSION"
			cmp got/bin/pyvenv "$DIST/venvbox-$VERSION-$name"
		done
	done < <(architectures)
}

@test "pip installs it: the programs run, and uninstalling leaves nothing" {
	[ -e "$(pip_wheel)" ] || skip "no wheel of pip (python3-pip-whl)"
	pyvenv --with-pip -p /usr/bin/python3 env
	find env ! -type d | sort >before
	env/bin/pip install -q --no-compile "$(wheel "$(uname -m)")"
	works env/bin/pyvenv
	[ "$(env/bin/activate-run made python -c 'print(1)')" = 1 ]
	[ "$(env/bin/venvbox --version)" = "venvbox $VERSION" ]
	env/bin/pip uninstall -q -y venvbox
	find env ! -type d ! -path '*/__pycache__/*' | sort | diff before -
}

@test "pyvenv installs it, and finds nothing wrong with it" {
	pyvenv -p /usr/bin/python3 --wheel "$(wheel "$(uname -m)")" env
	pyvenv --check env
	works env/bin/pyvenv
	[ -f env/share/man/man1/pyvenv.1 ]
}

@test "uvx --from venvbox pyvenv, and uv tool install" {
	pypi
	[ "$(uvx --no-index --find-links "$DIST" --from venvbox pyvenv --version)" = \
		"pyvenv $VERSION" ]
	# made by a pyvenv in a cache, which is deleted: it is for the base Python
	uvx -q --no-index --find-links "$DIST" --from venvbox pyvenv .venv
	[ "$(.venv/bin/python -c 'import sys; print(sys.base_prefix)')" = /usr ]
	UV_TOOL_DIR=$T/tools UV_TOOL_BIN_DIR=$T/tool-bin \
		uv tool install -q --no-index --find-links "$DIST" venvbox
	works tool-bin/pyvenv
}

@test "pipx install, and pipx run" {
	pypi
	export PIPX_HOME=$T/pipx PIPX_BIN_DIR=$T/pipx-bin PIPX_MAN_DIR=$T/pipx-man \
		PIPX_DEFAULT_PYTHON=/usr/bin/python3
	user_settings pipx install -q "$(wheel "$(uname -m)")"
	works pipx-bin/pyvenv
	[ -e pipx-man/man1/pyvenv.1 ]
	[ "$(user_settings pipx run -q --spec "$(wheel "$(uname -m)")" pyvenv --version)" = \
		"pyvenv $VERSION" ]
}

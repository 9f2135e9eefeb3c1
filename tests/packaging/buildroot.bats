#!/usr/bin/env bats
# The Buildroot package: what the makefile says is done by make, cross-compiled,
# with the variables that Buildroot sets; Config.in is read by Kconfig.

load helpers

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	filled_in
}

@test "buildroot: the files are written as Buildroot's are" {
	cd recipes/buildroot
	[ "$(echo *)" = "Config.in venvbox.hash venvbox.mk" ]
	# the header: 80 hashes, the name, an empty line
	[ "$(sed -n '1p;5p' venvbox.mk | sort -u)" = \
		"$(printf '%80s' '' | tr ' ' '#')" ]
	[ "$(sed -n '2,4p;6p' venvbox.mk | tr '\n' ';')" = '#;# venvbox;#;;' ]
	# shellcheck disable=SC2016 # make's
	[ "$(tail -n 1 venvbox.mk)" = '$(eval $(generic-package))' ]
	# commands and what is continued are indented by tabs, nothing ends in blanks
	run grep -nE '^ |[[:blank:]]$' venvbox.mk venvbox.hash Config.in
	[ "$status" = 1 ]
	# the help: a tab and two spaces, 72 columns, the home page last
	awk '
		/^\thelp$/ { help = 1; next }
		/^[^\t]/ { help = 0 }
		help && NF { print last = $0 }
		help && NF && !/^\t  [^ ]/ { bad = 1 }
		help && length($0) + 7 > 72 { bad = 1 }
		END { exit bad || last !~ /https:/ }' Config.in
	# two spaces between the columns, the lower case sum
	run grep -vE '^(#.*|sha256  [0-9a-f]{64}  [^ ]+)$' venvbox.hash
	[ "$status" = 1 ]
}

@test "buildroot: the sums are those of the source and of its license" {
	cp "$SOURCE" "$TREE/LICENSE" .
	sed -n 's/^sha256  //p' recipes/buildroot/venvbox.hash | sha256sum -c -
}

# selected CONFIG...: is the package selected, where these are set?
selected()
{
	cat >Kconfig <<-'END'
		config BR2_TOOLCHAIN_USES_MUSL
			bool "musl"
		config BR2_PACKAGE_LIBZLIB
			bool "libzlib"
		source "recipes/buildroot/Config.in"
	END
	printf 'CONFIG_%s=y\n' BR2_PACKAGE_VENVBOX "$@" >.config
	kconfig-conf --olddefconfig Kconfig
	grep '^CONFIG_BR2_PACKAGE_VENVBOX=y' .config
}

@test "buildroot: it can be selected with musl and zlib, and not without" {
	need kconfig-conf
	selected BR2_TOOLCHAIN_USES_MUSL BR2_PACKAGE_LIBZLIB
	run selected BR2_TOOLCHAIN_USES_MUSL
	[ "$status" = 1 ]
	run selected BR2_PACKAGE_LIBZLIB
	[ "$status" = 1 ]
}

@test "buildroot: it is built for aarch64 and installed on the target" {
	cross_compiler
	cat >buildroot.mk <<-'END'
		TARGET_DIR = $(CURDIR)/target
		LIBZLIB_DIR = $(CROSS)/zlib
		TARGET_MAKE_ENV = PATH="$(PATH)"
		TARGET_CONFIGURE_OPTS = $(TARGET_MAKE_ENV) CC="$(CROSS)/aarch64/bin/musl-gcc" \
			CPPFLAGS="-D_LARGEFILE_SOURCE" CFLAGS="-D_LARGEFILE_SOURCE -Os -g0" \
			LDFLAGS=""
		HOSTCC = /usr/bin/gcc
		HOST_CFLAGS = -O2 -I/usr/include
		HOST_LDFLAGS = -L/usr/lib -Wl,-rpath,/usr/lib
		define generic-package
		built: ; $$(VENVBOX_BUILD_CMDS)
		target: built ; $$(VENVBOX_INSTALL_TARGET_CMDS)
		endef
		include recipes/buildroot/venvbox.mk
		all: target
		built target: @D = $(TREE)
		.PHONY: built target all
	END
	make -f buildroot.mk CROSS="$CROSS" TREE="$TREE" target
	installed "$PWD/target"
	file -b target/usr/bin/venvbox | grep 'ARM aarch64'
	need qemu-aarch64-static
	qemu-aarch64-static target/usr/bin/venvbox --version | grep -Fx "venvbox $VERSION"
}

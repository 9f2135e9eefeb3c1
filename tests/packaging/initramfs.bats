#!/usr/bin/env bats
# The initramfs that initramfs-tools and dracut make, in a Debian of their own
# where our package is installed: unpacked and used, and booted.

load helpers

# There are no modules of a kernel: none is needed.
KERNEL=6.1.0-test

setup_file()
{
	debian_root
	debian_package
	cp "$PACKAGE" "$IN/venvbox.deb"
	in_root sh -ec "
		dpkg -i /in/venvbox.deb
		mkdir -p /lib/modules/$KERNEL /etc/venvbox
		touch /lib/modules/$KERNEL/modules.order /lib/modules/$KERNEL/modules.builtin
		echo CONFIG_RD_GZIP=y >/boot/config-$KERNEL"
	# shellcheck disable=SC2016 # for the inner shell
	in_root sh -ec '
		pyvenv "/opt/a rescue"
		echo "SAYS = 42" >"$(echo "/opt/a rescue"/lib/python3*/site-packages)/said.py"'
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	debian_root
	rm -rf "${IN:?}"/*
}

asks_for()
{
	printf '%s\n' "$@" >"$BATS_FILE_TMPDIR/overlay/upper/etc/venvbox/initramfs.conf"
}

asks_for_nothing()
{
	in_root rm -f /etc/venvbox/initramfs.conf
}

# by TOOL [ARG...]: makes an initramfs, /in/TOOL.img, and unpacks it, /in/TOOL.
# The file log has what the tool says.
by()
{
	local tool=$1
	shift
	case $tool in
	initramfs-tools)
		in_root mkinitramfs "$@" -o /in/initramfs-tools.img $KERNEL
		in_root unmkinitramfs /in/initramfs-tools.img /in/initramfs-tools
		;;
	dracut)
		in_root dracut --force --no-kernel --no-hostonly --gzip \
			--modules 'base bash venvbox' "$@" /in/dracut.img $KERNEL
		in_root sh -ec 'mkdir /in/dracut && cd /in/dracut &&
			gzip -dc /in/dracut.img | cpio -id --quiet'
		;;
	esac >log 2>&1 || {
		cat log
		return 1
	}
}

# Every module of the library can be imported that can be imported here, and
# that says what is linked to what.
works()
{
	local dir=$1 script
	script=$(
		cat <<-'SH'
			for module in $(cd "$(echo /usr/lib/python3.*/lib-dynload)" && ls); do
				echo "import ${module%%.*}"
			done
		SH
	)
	in_root sh -ec "$script" >imports
	[ "$(wc -l <imports)" -gt 20 ]
	in_root chroot "$dir" "/opt/a rescue/bin/python" -W ignore -c "
import said, sys
print(sys.prefix, said.SAYS)
$(cat imports)" | tee said
	[ "$(cat said)" = "/opt/a rescue 42" ]
	in_root chroot "$dir" activate-run "/opt/a rescue" python -c 'import said'
	in_root chroot "$dir" pyvenv --check "/opt/a rescue"
	in_root chroot "$dir" pyvenv -p /usr/bin/python3 /new
	in_root chroot "$dir" /new/bin/python -c 'import ssl'
}

@test "initramfs-tools: an environment, its Python and the libraries of both work in it" {
	asks_for '# a comment' '' 'environment /opt/a rescue'
	by initramfs-tools
	run in_root lsinitramfs /in/initramfs-tools.img
	[[ $output == *"opt/a rescue/pyvenv.cfg"* ]]
	[[ $output != *__pycache__* ]]
	run grep -E 'cpio:|E:' log
	[ "$status" = 1 ]
	works /in/initramfs-tools
}

@test "dracut: an environment, its Python and the libraries of both work in it" {
	asks_for 'environment /opt/a rescue'
	by dracut
	run in_root lsinitrd /in/dracut.img
	[[ $output == *"opt/a rescue/pyvenv.cfg"* ]]
	run grep -E 'ERROR|FAILED' log
	[ "$status" = 1 ]
	works /in/dracut
}

@test "both tools take a configuration of a Python alone" {
	# a last line without its end
	in_root sh -ec 'printf "python /usr/bin/python3" >/etc/venvbox/initramfs.conf'
	by initramfs-tools
	by dracut
	local tool
	for tool in initramfs-tools dracut; do
		[ ! -e "$IN/$tool/opt/a rescue" ]
		in_root chroot /in/$tool pyvenv -p /usr/bin/python3 /new
		in_root chroot /in/$tool /new/bin/python -c 'import json, ssl'
	done
}

@test "both: without the file, nothing; dracut, when it is asked: the program" {
	asks_for_nothing
	by initramfs-tools
	[ -z "$(find "$IN/initramfs-tools" -name '*venv*')" ]
	in_root dracut --force --no-kernel --no-hostonly --gzip \
		--modules 'base bash' /in/without.img $KERNEL
	run in_root lsinitrd /in/without.img
	[[ $output != *bin/venvbox* ]]
	by dracut
	in_root chroot /in/dracut pyvenv --help | grep '^usage: pyvenv'
	in_root chroot /in/dracut activate-run --help
}

@test "both: what is not there, and what is not understood, is an error" {
	local line
	for line in 'environment /opt/none' 'python /usr/bin/none' 'python python3' \
		'pyhton /usr/bin/python3'; do
		asks_for "$line"
		! by initramfs-tools || return 1
		grep '^initramfs-files: ' log
		! by dracut || return 1
		grep 'initramfs-files: ' log
	done
}

# boots IMAGE: with the kernel; prints the console.
boots()
{
	timeout 300 qemu-system-x86_64 -accel tcg -cpu max -M pc,hpet=off \
		-nodefaults -serial stdio -display none -m 512 -no-reboot \
		-kernel "$CACHE/kernel/vmlinuz" -initrd "$1" -append \
		'console=ttyS0 quiet panic=-1 loglevel=3 nokaslr' \
		</dev/null >console
	tr -d '\r' <console
}

@test "initramfs-tools: booted, it makes an environment and runs a program in it" {
	need qemu-system-x86_64
	[ "$(uname -m)" = x86_64 ] || skip "the kernel is one for x86_64"
	[ -e "$CACHE/kernel/vmlinuz" ] || {
		mkdir -p "$CACHE/kernel"
		sh "$BATS_TEST_DIRNAME/../image/debian_kernel.sh" amd64 "$CACHE/kernel" ||
			skip "no kernel could be had"
	}
	asks_for 'environment /opt/a rescue'
	in_root sh -ec 'cat >/etc/initramfs-tools/scripts/init-top/zz-venvbox &&
		chmod 755 /etc/initramfs-tools/scripts/init-top/zz-venvbox' <<-'SH'
		#!/bin/sh
		[ "${1-}" != prereqs ] || exit 0
		pyvenv -p /usr/bin/python3 /run/new
		/run/new/bin/python -c 'import os, sys; print("made", sys.prefix, os.getppid())'
		activate-run "/opt/a rescue" python -c 'import said; print("said", said.SAYS)'
		poweroff -f
	SH
	by initramfs-tools
	boots "$IN/initramfs-tools.img" | tee said
	grep '^made /run/new ' said
	grep '^said 42$' said
}

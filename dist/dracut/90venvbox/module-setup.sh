#!/bin/bash
# Puts venvbox into the initramfs, with the Pythons and environments that
# /etc/venvbox/initramfs.conf names. Without that file it does so only when it is
# asked for (--add venvbox).

# shellcheck disable=SC2154 # initdir is dracut's
venvbox_conf=/etc/venvbox/initramfs.conf

check() {
	require_binaries venvbox || return 1
	[[ -e $venvbox_conf ]] || return 255
}

depends() {
	return 0
}

install() {
	local applets paths path i files=() modules=() scripts=()
	mapfile -t applets < <(venvbox --list)
	inst_multiple venvbox "${applets[@]}"
	[[ -e $venvbox_conf ]] || return 0
	paths=$(/usr/libexec/venvbox/initramfs-files "$venvbox_conf") || {
		dfatal "venvbox: cannot put in what $venvbox_conf names"
		exit 1
	}
	while read -r path; do
		if [[ -d $path && ! -h $path ]]; then
			inst_dir "$path"
			continue
		fi
		files+=("$path")
		[[ $path != *.so && $path != *.so.* ]] || modules+=("$path")
		[[ ! -x $path || $path != *.py || $path == */bin/* ]] ||
			scripts+=("$initdir$path")
	done <<<"$paths"
	# dracut brings the libraries of programs, but not of files that are not
	# executable, as Python's modules are
	mapfile -t -O "${#files[@]}" files < <(ldd "${modules[@]}" 2>/dev/null |
		sed -n 's/.* => \(\/.*\) (0x.*/\1/p' | sort -u)
	for ((i = 0; i < ${#files[@]}; i += 1000)); do
		inst_multiple "${files[@]:i:1000}"
	done
	# of what is executable dracut wants the interpreter, too; that of some of
	# Python's own modules is nowhere
	[[ -z ${scripts[*]} ]] || chmod a-x "${scripts[@]}"
}

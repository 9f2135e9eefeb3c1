#!/bin/sh
# usage: install.sh install|uninstall SHARE NAME...
# The completions of venvbox and of its links NAME, into or out of PREFIX/share,
# where the loader of each shell looks for them. bash and fish look for a file
# with the name of the command, zsh reads the first line of every file.
set -eu

action=$1 share=$2
shift 2
here=$(dirname "$0")
bash=$share/bash-completion/completions
fish=$share/fish/vendor_completions.d
zsh=$share/zsh/site-functions

case $action in
install)
	mkdir -p "$bash" "$fish" "$zsh"
	install -m 644 "$here/venvbox.bash" "$bash/venvbox"
	install -m 644 "$here/venvbox.fish" "$fish/venvbox.fish"
	install -m 644 "$here/_venvbox" "$zsh/_venvbox"
	for name; do
		ln -sf venvbox "$bash/$name"
		ln -sf venvbox.fish "$fish/$name.fish"
	done
	;;
uninstall)
	rm -f "$zsh/_venvbox"
	for name in venvbox "$@"; do
		rm -f "$bash/$name" "$fish/$name.fish"
	done
	;;
*)
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
	;;
esac

#!/bin/sh
# usage: isolated_apt.sh ARCH DIR COMMAND ARG...
# Runs apt-get or apt-cache for ARCH, which may be another architecture than
# this, with a state of its own in DIR: nothing of the machine's changes.
# SUITE chooses another release of Debian, from the mirror of this machine;
# SOURCES=1: its source packages too.
set -eu

arch=$1
dir=$2
shift 2

isolated()
{
	command=$1
	shift
	if [ -e "$dir/sources.list" ]; then
		set -- -o Dir::Etc::sourcelist="$dir/sources.list" \
			-o Dir::Etc::sourceparts=/dev/null "$@"
	fi
	"$command" -q -o APT::Architecture="$arch" \
		-o APT::Architectures="$arch" -o APT::Sandbox::User=root \
		-o Dir::State="$dir" -o Dir::State::lists="$dir/lists" \
		-o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" \
		-o Acquire::Languages=none -o Acquire::Retries=1 \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
		"$@"
}

if [ ! -e "$dir/updated" ]; then
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	if [ -n "${SUITE-}" ]; then
		# shellcheck disable=SC2016 # apt's own variables
		mirror=$(apt-get indextargets --format '$(REPO_URI)' \
			'Created-By: Packages' 'Origin: Debian' \
			'Label: Debian' | sed -n 1p)
		if [ -z "$mirror" ]; then
			echo "apt has no mirror of Debian" >&2
			exit 1
		fi
		key=/usr/share/keyrings/debian-archive-keyring.gpg
		for kind in deb ${SOURCES:+deb-src}; do
			echo "$kind [signed-by=$key] $mirror $SUITE main"
		done >"$dir/sources.list"
	fi
	# an index that a mirror is just replacing may not be needed
	if isolated apt-get update >&2; then
		: >"$dir/updated"
	else
		echo "apt-get update failed: going on" >&2
	fi
fi
isolated "$@"

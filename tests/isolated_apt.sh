#!/bin/sh
# usage: isolated_apt.sh ARCH DIR COMMAND ARG...
# Runs apt-get or apt-cache for ARCH, which may be another architecture than
# this, with a state of its own in DIR: nothing of the machine's changes.
set -eu

arch=$1
dir=$2
shift 2

isolated()
{
	command=$1
	shift
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
	# an index that a mirror is just replacing may not be needed
	if isolated apt-get update >&2; then
		: >"$dir/updated"
	else
		echo "apt-get update failed: going on" >&2
	fi
fi
isolated "$@"

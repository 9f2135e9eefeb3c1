#!/usr/bin/env bats
# activate-print and deactivate in the forms for those without a shell: every
# name through what reads the form.

# shellcheck disable=SC1003,SC2016 # code for others
# shellcheck disable=SC2154 # names, prompts
load ../cli/helpers
load names

# what breaks one of these forms
more=(
	EOF $'x\nEOF' $'EOF\nEOF_\n' $'EOF_EOF__\n\n' '<<' 'A<<EOF' $'\nA=b'
	'$$' '\$x' '${PATH}' '${PATH:+x}' '# escape=`' '%%n' '%h %%' '\x41\101'
	$'\xef\xbb\xbf' $'\xc2\x85' $'\xc2\xa0' $'\xe2\x80\xa8' "'a' 'b"
	$'\xef\xbf\xbe' $'x\xef\xbf\xbf' $'\xef\xb7\x90' $'\xef\xbf\xbd'
	$'\x01\x7f\x1f' $'\r' $'a\r\nb' $'a\\\nb' 'a\'
)

# all FORM: no cell is wrong.
all()
{
	printf '%s\0' "${names[@]}" '' "${prompts[@]}" "${more[@]}" |
		python3 "$BATS_TEST_DIRNAME/forms.py" "$1" \
			"$T/links/activate-print"
}

need()
{
	command -v "$1" >/dev/null || skip "no $1"
}

env_here()
{
	mkdir -p "$1"
	printf 'home = /usr/bin\n' >"$1/pyvenv.cfg"
}

@test "env0, read by xargs and env" {
	all env0
}

@test "json, read by Python" {
	all json
}

@test "json, read by jq" {
	need jq
	all json:jq
}

@test "docker, read by buildah" {
	need buildah
	printf 'FROM scratch\nENV x=y\n' >Dockerfile
	buildah --root "$T/storage" --runroot "$T/run" --storage-driver vfs \
		bud -q --isolation chroot . >/dev/null 2>&1 ||
		skip "buildah cannot build here"
	rm Dockerfile
	all docker
}

@test "env, by the rules of docker's --env-file" {
	all env
}

@test "env, read by docker" {
	need docker
	all env:docker
}

@test "systemd, read by systemd" {
	[ -x /lib/systemd/systemd ] || skip "no systemd"
	bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all --uid 1000 \
		true 2>/dev/null || skip "bubblewrap cannot work here"
	mountpoint -q /sys/fs/cgroup || skip "no cgroups"
	all systemd
}

@test "github, by the rules of the runner" {
	all github
	all_path=$(rm -r e && all github-path)
	has '0 wrong' "$all_path"
}

@test "each form has its own syntax" {
	env_here v
	unset PYTHONHOME
	as activate-print -s docker v
	[ "$output" = "ENV VIRTUAL_ENV=\"$T/v\"
ENV VIRTUAL_ENV_PROMPT=\"v\"
ENV PATH=\"$T/v/bin:\$PATH\"" ]
	as activate-print -s env v
	[ "$output" = "VIRTUAL_ENV=$T/v
VIRTUAL_ENV_PROMPT=v
PATH=$T/v/bin:/usr/bin:/bin" ]
	as activate-print -s json v
	[ "$output" = "{\"VIRTUAL_ENV\": \"$T/v\", \"VIRTUAL_ENV_PROMPT\":\
 \"v\", \"PATH\": \"$T/v/bin:/usr/bin:/bin\"}" ]
	as activate-print -s systemd v
	[ "$output" = "Environment=\"VIRTUAL_ENV=$T/v\"
Environment=\"VIRTUAL_ENV_PROMPT=v\"
Environment=\"PATH=$T/v/bin:/usr/bin:/bin\"" ]
	as activate-print -s github v
	[ "$output" = "VIRTUAL_ENV=$T/v
VIRTUAL_ENV_PROMPT=v" ]
	as activate-print -s github --prompt $'EOF\nx' v
	[ "$output" = "VIRTUAL_ENV=$T/v
VIRTUAL_ENV_PROMPT<<EOF_
EOF
x
EOF_" ]
	as activate-print -s github-path v
	[ "$output" = "$T/v/bin" ]
}

@test "no PATH, an empty one, another environment that is active" {
	env_here v
	local form
	for form in env env0 json systemd; do
		env -u PATH "$T/links/activate-print" -s $form v | tr -d '\0' >u
		env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			"$T/links/activate-print" -s $form v | tr -d '\0' >a
		cmp u a
		env PATH="$T/w/bin" "$T/links/activate-print" -s $form v |
			tr -d '\0' | sed "s,:$T/w/bin,," >a
		env PATH= "$T/links/activate-print" -s $form v | tr -d '\0' >b
		env PATH="$T/w/bin" VIRTUAL_ENV="$T/w" VIRTUAL_ENV_PROMPT=w \
			"$T/links/activate-print" -s $form v | tr -d '\0' >c
		grep -q "$T/v/bin" a
		has "$T/v/bin" "$(tail -n 1 a)"
		cmp a b
		cmp a c
		[ "$(grep -c "v/bin:" a)" = 0 ]
	done
	# what an older activation has saved is no matter of forms that only set
	for form in docker env env0 github github-path; do
		env VIRTUAL_ENV=/w _OLD_VIRTUAL_PATH=/x \
			_OLD_VIRTUAL_PYTHONHOME=/p \
			"$T/links/activate-print" -s $form v >a
		[ "$(grep -c _OLD_ a)" = 0 ]
	done
	env PYTHONHOME=/p PATH=/secret "$T/links/activate-print" -s docker v >a
	[ "$(grep -c 'secret\|PYTHONHOME' a)" = 0 ]
}

@test "deactivate" {
	export VIRTUAL_ENV="$T/a b" VIRTUAL_ENV_PROMPT=x PATH="$T/a b/bin:$PATH"
	as deactivate -s json
	[ "$output" = '{"VIRTUAL_ENV": null, "VIRTUAL_ENV_PROMPT": null, "PATH": "/usr/bin:/bin"}' ]
	as deactivate -s systemd
	[ "$output" = 'UnsetEnvironment=VIRTUAL_ENV
UnsetEnvironment=VIRTUAL_ENV_PROMPT
Environment="PATH=/usr/bin:/bin"' ]
	local form
	for form in docker env env0 github github-path; do
		as deactivate -s $form
		[ "$status" = 1 ]
		[ ! -s "$IO/out" ]
		has 'deactivate: cannot write VIRTUAL_ENV for ' "$stderr"
		has ', which has no way to unset it' "$stderr"
		has 'hint: deactivate COMMAND ' "$stderr"
	done
	env -i PATH=/usr/bin VIRTUAL_ENV=/v \
		"$T/links/activate-print" -h >"$IO/out"
	[ "$(awk 'length > 80' "$IO/out")" = '' ]
	has 'GITHUB_PATH' "$(grep '^  github-path ' "$IO/out")"
}

@test "a refusal says what, why and what else" {
	env_here $'a\nb'
	env_here v
	as activate-print -s docker $'a\nb'
	[ "$status" = 1 ]
	[ "$stderr" = "activate-print: cannot write VIRTUAL_ENV for a Dockerfile,\
 which has no way to write a line end: '$T/a\\nb'
hint: activate-run ENV_DIR COMMAND takes any name" ]
	as activate-print -s systemd --prompt $'\xff' v
	[ "$stderr" = "activate-print: cannot write VIRTUAL_ENV_PROMPT for systemd,\
 which holds UTF-8 only: '\\xff'
hint: activate-run ENV_DIR COMMAND takes any name" ]
	PATH=$PATH:$'/\xff' as activate-print -s env v
	[ "$status" = 1 ]
	has 'cannot write PATH for ' "$stderr"
}

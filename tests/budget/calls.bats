#!/usr/bin/env bats
# Runs keep to their number of system calls; one with nothing to do writes nothing.

# shellcheck disable=SC2154 # status, stderr
load ../cli/helpers

# calls ARG...: run pyvenv under strace; its system calls are in $IO/calls, their
# number in $calls.
calls()
{
	need_itself "the calls are those of the emulator"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	strace -f -qq -e signal=none -o "$IO/calls" "$T/links/pyvenv" "$@"
	calls=$(grep -Ec '^[0-9]+ +[a-z_0-9]+\(' "$IO/calls")
}

# state DIR...: all that a write would change, of what is in and above each.
state()
{
	local dir
	for dir; do
		find "$dir" -printf '%p %i %n %m %U:%G %s %T@ %C@ %l\n' | sort
		while [ "$dir" != / ]; do
			dir=$(dirname "$dir")
			[ "$dir" = "$(dirname "$T")" ] && break
			stat -c '%n %i %h %a %u:%g %y %z' "$dir"
		done
	done
}

@test "a new environment takes at most 84 system calls" {
	[ -z "${SANITIZED-}" ] || skip "the sanitizers make calls of their own"
	# each parent is asked for links and leftovers
	local top
	top=$(mktemp -d /tmp/venvbox-budget.XXXXXX)
	calls -p /usr/bin/python3 "$top/env"
	echo "$calls calls"
	rm -r "$top"
	[ "$calls" -le 84 ]
}

@test "a second --upgrade, or --exist-ok, writes nothing at all" {
	mkdir -p a/b
	for option in --upgrade --exist-ok; do
		rm -rf a/b/env
		calls "$option" -p /usr/bin/python3 "$T/a/b/env"
		state "$T/a/b/env" >"$IO/before"
		sleep 0.01
		calls "$option" -p /usr/bin/python3 "$T/a/b/env"
		state "$T/a/b/env" | diff "$IO/before" -
		refuse grep -E '(O_CREAT|O_WRONLY|O_RDWR|O_TRUNC)|[0-9] +(mkdir|rename|unlink|rmdir|link|symlink|chmod|fchmod|chown|fchown|utime|write|truncate|ftruncate|setxattr|fsetxattr)[a-z0-9]*\(' \
			"$IO/calls"
	done
}

# make_wheel N: a wheel of about N files.
make_wheel()
{
	python3 -B - "$BATS_TEST_DIRNAME/../wheels" "$1" <<-'EOF'
	import sys
	sys.path.insert(0, sys.argv[1])
	import wheel_bytes
	members = [wheel_bytes.Member(f"demo/d{i % 20}/m{i}.py", f"x = {i}\n")
	           for i in range(int(sys.argv[2]))]
	with open("demo-1.0-py3-none-any.whl", "wb") as f:
	    f.write(wheel_bytes.archive(wheel_bytes.demo(*members)))
	EOF
}

@test "a wheel costs as much in a large environment as in an empty one" {
	local site empty
	make_wheel 500
	calls -p /usr/bin/python3 "$T/env"
	calls --upgrade --wheel demo-1.0-py3-none-any.whl "$T/env"
	empty=$calls
	rm -rf env
	"$T/links/pyvenv" -p /usr/bin/python3 env
	site=$(echo env/lib/python3*/site-packages)
	python3 - "$site" <<-'EOF'
	import os, sys
	for i in range(500):
	    os.makedirs(f"{sys.argv[1]}/other/p{i}")
	    for j in range(100):
	        open(f"{sys.argv[1]}/other/p{i}/f{j}.py", "x").close()
	EOF
	find "$site/other" -printf '%p %i %n %T@ %C@\n' | sort >"$IO/before"
	[ "$(wc -l <"$IO/before")" -gt 50000 ]
	calls --upgrade --wheel demo-1.0-py3-none-any.whl "$T/env"
	echo "$calls calls in the large one, $empty in the empty one"
	[ "$((calls * 10))" -le "$((empty * 11))" ]
	# and what is there already is not touched
	find "$site/other" -printf '%p %i %n %T@ %C@\n' | sort |
		diff "$IO/before" -
	[ "$(find "$site/demo" -name '*.py' | wc -l)" -ge 500 ]
}

#!/usr/bin/env bats
# dist/examples/ansible: the example as it is, with Debian's ansible-core over ssh, on
# three machines in namespaces. No network but theirs.

# The scripts in quotes are for a shell of their own.
# shellcheck disable=SC2016
load helpers

setup_file()
{
	PATH=$PATH:/usr/sbin need ansible-playbook ssh ssh-keygen dropbear \
		dropbearkey bwrap ip pypy3
	/usr/bin/python3 -c 'import pkg_resources' 2>/dev/null ||
		export SKIP="no setuptools"
	namespaces --net --mount --pid || export SKIP="no namespaces"
	unshare --net ip link add vb0 type veth peer vb1 2>/dev/null ||
		export SKIP="no network devices in namespaces"
	[ -e "$(pip_wheel)" ] || export SKIP="no wheel of pip"
}

setup()
{
	[ -z "${SKIP:-}" ] || skip "$SKIP"
	fresh
	mkdir "$T/wheels" "$T/hosts"
	app_wheel "$T/wheels"
	cat "$VENVBOX" "$(pip_wheel)" >"$T/pyvenv"
	export ANSIBLE_SSH_ARGS="-F $T/hosts/ssh_config -o ControlMaster=auto \
		-o ControlPersist=60s"
	export ANSIBLE_SSH_TRANSFER_METHOD=piped ANSIBLE_PIPELINING=1
	export ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_NOCOLOR=1
	export EXAMPLE=$BATS_TEST_DIRNAME/../../dist/examples/ansible
}

# hosts SCRIPT: run it with the machines, `play`, `on` and `recap` defined.
hosts()
{
	"$BATS_TEST_DIRNAME/hosts" "$T/hosts" bash -ec '
		play()
		{
			ansible-playbook -i "$EXAMPLE/inventory.ini" \
				"$EXAMPLE/site.yml" -e "pyvenv=$T/pyvenv" \
				-e "wheels=$T/wheels" -e app=app "$@" |
				tee "$T/play"
		}
		on()
		{
			ssh -F "$T/hosts/ssh_config" "$@"
		}
		# what the last play says of each machine, in one line
		recap()
		{
			sed -n "s/^\(web.\) .*ok=\([0-9]*\) *changed=\([0-9]*\) .*failed=\([0-9]*\) .*/\1:\2:\3:\4/p" \
				"$T/play" | sort | xargs
		}
		is()
		{
			[ "$1" = "$2" ] || { echo "wanted: $2"; echo "is: $1"; exit 1; }
		}
		'"$1"
}

@test "the example on three machines; the second run changes nothing; repair" {
	hosts '
		play
		is "$(recap)" "web1:5:5:0 web2:5:5:0 web3:5:5:0"
		for web in web1 web2 web3; do
			is "$(on $web /opt/app/bin/app)" /opt/app
			on $web /opt/app/bin/pip check
			is "$(on $web /opt/tool/bin/app)" /opt/tool
			on $web "! test -e /opt/tool/bin/pip"
			on $web pyvenv --check /opt/app /opt/tool /opt/once
		done
		is "$(on web2 /opt/app/bin/python -c \
			"\"import sys; print(sys.implementation.name)\"")" pypy
		on web3 mountpoint /opt/app
		play
		is "$(recap)" "web1:5:0:0 web2:5:0:0 web3:5:0:0"
		on web2 rm /opt/tool/bin/python
		play
		is "$(recap)" "web1:5:0:0 web2:5:1:0 web3:5:0:0"
		is "$(on web2 /opt/tool/bin/app)" /opt/tool'
}

@test "pyvenv answers the module's other calls, and refuses what it cannot do" {
	hosts '
		# ad_hoc MEMBERS: the module pip on web1
		ad_hoc()
		{
			ansible web1 -i "$EXAMPLE/inventory.ini" -m pip -a "{
				\"name\": \"app\", $1 }" | tee "$T/log"
		}
		play -l web1
		ad_hoc "\"extra_args\": \"--no-index -f /opt/wheels\",
			\"virtualenv\": \"/opt/site\",
			\"virtualenv_command\": \"pyvenv --with-pip -p 3\",
			\"virtualenv_site_packages\": true"
		grep -q "^web1 | CHANGED" "$T/log"
		on web1 grep include-system-site-packages.=.true \
			/opt/site/pyvenv.cfg
		ad_hoc "\"virtualenv\": \"/opt/site\", \"state\": \"absent\""
		grep -q "^web1 | CHANGED" "$T/log"
		on web1 "! test -e /opt/site/bin/app"
		# README.md says so
		ad_hoc "\"virtualenv\": \"/opt/other\",
			\"virtualenv_command\": \"pyvenv\",
			\"virtualenv_python\": \"python3\"" || :
		grep -q "virtualenv_python should not be used" "$T/log"
		on web1 "! test -e /opt/other"
		# what pyvenv says reaches the user
		ad_hoc "\"virtualenv\": \"/opt/wheels\",
			\"virtualenv_command\": \"pyvenv\"" || :
		grep -q "cannot create ./opt/wheels.: it exists" "$T/log"'
}

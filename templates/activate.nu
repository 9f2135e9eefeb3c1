# For Nushell: "overlay use bin/activate.nu", then "deactivate".
#: Read by `overlay use`, `use` or `source`, each as often as one likes, by
#: Nushell 0.101 and later. What is taken back is what $env has then, whoever
#: set it: to hide an overlay would lose what was set since, and needs its
#: name. A variable that is null is not handed down to programs; to hide one
#: uncovers that of the overlay below.
export def --env --wrapped deactivate [...rest] {
	if ($rest | is-not-empty) or ($env.VIRTUAL_ENV? | is-empty) {
		^deactivate ...$rest
	} else {
		let bin = $env.VIRTUAL_ENV + '/bin'
		let path = $env.PATH? | default [] | split row (char esep) | where {|p| $p != $bin }
		mut gone = [VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL]
		if ($path | str join ':') != '' {
			$env.PATH = $path
		} else if $env._OLD_VIRTUAL_PATH? == '' {
			$env.PATH = ['']
		} else {
			$gone = ($gone | append PATH)
		}
		if $env._OLD_VIRTUAL_PYTHONHOME? != null {
			$env.PYTHONHOME = $env._OLD_VIRTUAL_PYTHONHOME
		}
		if $env._OLD_VIRTUAL?.command? != null {
			$env.PROMPT_COMMAND = $env._OLD_VIRTUAL.command
		}
		#: these are what `overlay use` leaves behind
		if $env._OLD_VIRTUAL? != null and $env.FILE_PWD? == ($bin | path expand) {
			hide-env -i FILE_PWD CURRENT_FILE
		}
		for name in $gone {
			hide-env -i $name
			if $name in $env {
				load-env { $name: null }
			}
		}
	}
}
#:leave
#:enter
export-env {
	if ($env.VIRTUAL_ENV? | is-not-empty) {
		deactivate
	}
	$env.VIRTUAL_ENV = @ENV_DIR@
	$env.VIRTUAL_ENV_PROMPT = @PROMPT@
	let bin = $env.VIRTUAL_ENV + '/bin'
	let path = $env.PATH? | default [] | split row (char esep)
	if ($path | str join ':') != '' {
		$env.PATH = ($path | prepend $bin)
	} else {
		if $env.PATH? != null {
			$env._OLD_VIRTUAL_PATH = ''
		}
		$env.PATH = [$bin]
	}
	if $env.PYTHONHOME? != null {
		$env._OLD_VIRTUAL_PYTHONHOME = $env.PYTHONHOME
		$env.PYTHONHOME = null
	}
	#: what was entered by this may have been left by the program
	let old = if $env._OLD_VIRTUAL?.command? != null { $env._OLD_VIRTUAL.command } else { $env.PROMPT_COMMAND? }
	let shown = ($env.VIRTUAL_ENV_DISABLE_PROMPT? | is-empty) and $old != null
	#: a record is not handed down either
	$env._OLD_VIRTUAL = { command: (if $shown { $old }) }
	if $shown {
		$env.PROMPT_COMMAND = {||
			#: first, as it may show how the last command ended
			let drawn = if ($old | describe) == 'closure' { do $old } else { $old }
			if $env.VIRTUAL_ENV_PROMPT? == null {
				$drawn
			} else {
				['(' $env.VIRTUAL_ENV_PROMPT ') ' $drawn] | str join
			}
		}
	}
}
#:locate
#: Only in a file that is to find itself; of two export-env only one would count.
const _virtual_env_dir = path self ..
def _virtual_env_dir [] {
	if not ($_virtual_env_dir + '/pyvenv.cfg' | path exists) {
		error make --unspanned { msg: "cannot find out where this file is; use activate-print DIR | from json | load-env, or activate-run DIR COMMAND" }
	} else if ':' in $_virtual_env_dir {
		error make --unspanned { msg: "PATH cannot hold a name with ':' in it" }
	} else {
		$_virtual_env_dir
	}
}
#:located

# For Nushell: "overlay use bin/activate.nu", then "deactivate".
#: Read by `overlay use`, `use` or `source`, each as often as one likes, by
#: Nushell 0.91 and later. What is taken back is what $env has then, whoever
#: set it: to hide an overlay would lose what was set since, and needs its
#: name. A variable that is null is not handed down to programs; to hide one
#: uncovers that of the overlay below.
export def --env --wrapped deactivate [...rest] {
	if ($rest | is-not-empty) or ($env.VIRTUAL_ENV? | is-empty) {
		^deactivate ...$rest
	} else {
		let bin = $env.VIRTUAL_ENV + '/bin'
		let path = $env.PATH? | default [] | split row (char esep) | where {|p| $p != $bin }
		mut gone = [VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PROMPT]
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
		if $env._OLD_VIRTUAL_PROMPT? != null {
			$env.PROMPT_COMMAND = $env._OLD_VIRTUAL_PROMPT.command
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
	if ($env.VIRTUAL_ENV_DISABLE_PROMPT? | is-empty) and $env.PROMPT_COMMAND? != null {
		let old = $env.PROMPT_COMMAND
		#: a record is not handed down either
		$env._OLD_VIRTUAL_PROMPT = { command: $old }
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

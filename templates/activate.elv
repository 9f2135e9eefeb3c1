# For elvish: "eval (activate-print -s elvish DIR | slurp)"; "deactivate" leaves.
#: Only the environment outlives an eval, so what is needed to leave is kept
#: there: an old PYTHONHOME, and a PATH that could not be told from what is left
#: without our directory. Leaving therefore works in every shell below, too.
#: `edit:` is only there where somebody types: code that names it is compiled
#: only then. The prompt that was there before is asked of the one that is ours.
use str
fn leave {
	if (not-eq $E:VIRTUAL_ENV '') {
		var bin = $E:VIRTUAL_ENV/@BIN@
		var kept = $E:_OLD_VIRTUAL_PATH
		var entered = (if (eq $kept '') { put $bin } else { put $bin':'$kept })
		if (or (not (has-env _OLD_VIRTUAL_PATH)) (not-eq $E:PATH $entered)) {
			set kept = (str:split ':' $E:PATH | each {|part| if (not-eq $part $bin) { put $part } } | str:join ':')
		}
		if (or (not-eq $kept '') (has-env _OLD_VIRTUAL_PATH)) {
			set-env PATH $kept
		} else {
			unset-env PATH
		}
	}
	if (has-env _OLD_VIRTUAL_PYTHONHOME) {
		set-env PYTHONHOME $E:_OLD_VIRTUAL_PYTHONHOME
	}
	for name [VIRTUAL_ENV VIRTUAL_ENV_PROMPT _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PS1] {
		unset-env $name
	}
	nop ?(eval '
		nop ?(set edit:prompt = ($edit:prompt &old-virtual-prompt=$true))
		edit:add-var deactivate~ (external deactivate)
	')
}
#:leave
leave
#:enter
leave
set-env VIRTUAL_ENV @ENV_DIR@
set-env VIRTUAL_ENV_PROMPT @PROMPT@
if (has-env PYTHONHOME) {
	set-env _OLD_VIRTUAL_PYTHONHOME $E:PYTHONHOME
	unset-env PYTHONHOME
}
var bin = $E:VIRTUAL_ENV/@BIN@
if (not-eq $E:PATH '') {
	if (has-value [(str:split ':' $E:PATH)] $bin) {
		set-env _OLD_VIRTUAL_PATH $E:PATH
	}
	set bin = $bin':'$E:PATH
} elif (has-env PATH) {
	set-env _OLD_VIRTUAL_PATH ''
}
set-env PATH $bin
if ?(eval 'nop $edit:prompt') {
	eval &ns=(ns [&leave~=$leave~]) '
		edit:add-var deactivate~ {|@command|
			if (eq $command []) { leave } else { e:deactivate $@command }
		}
		if (eq $E:VIRTUAL_ENV_DISABLE_PROMPT "") {
			var old = $edit:prompt
			set edit:prompt = {|&old-virtual-prompt=$false|
				if $old-virtual-prompt {
					put $old
				} else {
					if (has-env VIRTUAL_ENV_PROMPT) { put "("$E:VIRTUAL_ENV_PROMPT") " }
					$old
				}
			}
		}
	'
}

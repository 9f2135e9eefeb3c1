# For PowerShell: ". bin/Activate.ps1", then "deactivate".
#: Names of variables are those of Python's own script, so that each can leave
#: what the other has entered. $null removes a variable of the environment; an
#: empty one stays as it is only from 7.5 on. -ceq and -cne would hold strings
#: equal that differ in Unicode's normal form. There are no parameters: one
#: could be meant by "-n" of a COMMAND.
function global:deactivate {
	if ($args.Count -and $args[0] -ne '-NonDestructive') {
		$program = Get-Command -CommandType Application -TotalCount 1 -ErrorAction Stop deactivate
		if ($MyInvocation.ExpectingInput) { $input | & $program @args } else { & $program @args }
		return
	}
	$bin = "$env:VIRTUAL_ENV@SEP@@BIN@"
	$old = $env:_OLD_VIRTUAL_PATH
	$entered = if ($old) { "${bin}@LIST@$old" } else { $bin }
	if ($env:VIRTUAL_ENV -and $env:PATH) {
		if ([string]::Equals($env:PATH, $entered)) {
			$env:PATH = $old
		} else {
			$env:PATH = @($env:PATH.Split('@LIST@') | Where-Object { -not [string]::Equals($_, $bin) }) -join '@LIST@'
		}
	}
	if ($env:_OLD_VIRTUAL_PYTHONHOME) { $env:PYTHONHOME = $env:_OLD_VIRTUAL_PYTHONHOME }
	if (Test-Path Function:_OLD_VIRTUAL_PROMPT) {
		Copy-Item Function:_OLD_VIRTUAL_PROMPT Function:prompt
		Remove-Item Function:_OLD_VIRTUAL_PROMPT
	}
	$env:VIRTUAL_ENV = $env:VIRTUAL_ENV_PROMPT = $env:_OLD_VIRTUAL_PATH = $env:_OLD_VIRTUAL_PYTHONHOME = $null
	if ($args.Count -eq 0) { Remove-Item Function:deactivate }
}
#:leave
deactivate
#:enter
deactivate -NonDestructive
$env:VIRTUAL_ENV = @ENV_DIR@
$env:VIRTUAL_ENV_PROMPT = @PROMPT@
$env:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = if ($env:PATH) { "$env:VIRTUAL_ENV@SEP@@BIN@@LIST@$env:PATH" } else { "$env:VIRTUAL_ENV@SEP@@BIN@" }
if ($env:PYTHONHOME) {
	$env:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
	$env:PYTHONHOME = $null
}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT -and (Test-Path Function:prompt)) {
	#: a copy in the script's scope would go when the script ends
	function global:_OLD_VIRTUAL_PROMPT { '' }
	Copy-Item Function:prompt Function:_OLD_VIRTUAL_PROMPT
	function global:prompt {
		#: the old prompt may look at it
		$ok = $?
		Write-Host -NoNewline "($env:VIRTUAL_ENV_PROMPT) "
		if (-not $ok) { Write-Error '' -ErrorAction Ignore }
		_OLD_VIRTUAL_PROMPT
	}
}
#:locate
#: Only in a file that is to find itself.
if (-not (Test-Path -LiteralPath "$([IO.Path]::GetDirectoryName($PSScriptRoot))/pyvenv.cfg")) {
	throw 'cannot find out where this file is; use activate-print DIR | Out-String | iex, or activate-run DIR COMMAND'
}
if ($PSScriptRoot.Contains(':')) { throw "PATH cannot hold a name with ':' in it" }
#:located

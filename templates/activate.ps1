# For PowerShell: ". bin/Activate.ps1", then "deactivate".
function global:deactivate([switch]$NonDestructive) {
	if ((Test-Path Variable:_OLD_VIRTUAL_PATH) -and $env:PATH -ceq "$env:VIRTUAL_ENV/bin:$global:_OLD_VIRTUAL_PATH") {
		$env:PATH = $global:_OLD_VIRTUAL_PATH
	} elseif ($env:VIRTUAL_ENV) {
		$env:PATH = @($env:PATH -split ':' | Where-Object { $_ -cne "$env:VIRTUAL_ENV/bin" }) -join ':'
	}
	if (Test-Path Variable:_OLD_VIRTUAL_PYTHONHOME) {
		$env:PYTHONHOME = $global:_OLD_VIRTUAL_PYTHONHOME
	}
	if (Test-Path Function:_OLD_VIRTUAL_PROMPT) {
		Copy-Item Function:_OLD_VIRTUAL_PROMPT Function:prompt
		Remove-Item Function:_OLD_VIRTUAL_PROMPT
	}
	Remove-Item -ErrorAction SilentlyContinue Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT, Variable:_OLD_VIRTUAL_PATH, Variable:_OLD_VIRTUAL_PYTHONHOME
	if (-not $NonDestructive) { Remove-Item Function:deactivate }
}
#:leave
deactivate
#:enter
deactivate -NonDestructive
$env:VIRTUAL_ENV = @ENV_DIR@
$env:VIRTUAL_ENV_PROMPT = @PROMPT@
$global:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = "$env:VIRTUAL_ENV/bin:$env:PATH"
if (Test-Path Env:PYTHONHOME) {
	$global:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
	Remove-Item Env:PYTHONHOME
}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
	#: a copy in the script's scope would go when the script ends
	function global:_OLD_VIRTUAL_PROMPT { '' }
	Copy-Item Function:prompt Function:_OLD_VIRTUAL_PROMPT
	function global:prompt {
		Write-Host -NoNewline "($env:VIRTUAL_ENV_PROMPT) "
		_OLD_VIRTUAL_PROMPT
	}
}

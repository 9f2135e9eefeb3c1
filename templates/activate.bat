@rem For cmd: "Scripts\activate.bat", then "deactivate".
#: Becomes activate.bat, without the part after #:leave, and deactivate.bat, without
#: the one after #:enter; both with CRLF. Names of variables are those of
#: Python's own files, so that each can leave what the other has entered.
#:
#: A line that has begun to be executed is not parsed again, so a value is
#: data as long as "set" has it in quotes: % is doubled, and a name with " is
#: refused. Where delayed expansion is on, "!!" is empty, ! is escaped, and
#: values of variables are taken by it, as what it inserts is not looked at
#: again. Each line has its @: "echo off" would last for the caller.
#:leave
@if "!!"=="" goto delayed
@if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
@if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
@if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"
@goto left
:delayed
@if defined _OLD_VIRTUAL_PROMPT set "PROMPT=!_OLD_VIRTUAL_PROMPT!"
@if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=!_OLD_VIRTUAL_PYTHONHOME!"
@if defined _OLD_VIRTUAL_PATH set "PATH=!_OLD_VIRTUAL_PATH!"
:left
@set _OLD_VIRTUAL_PROMPT=
@set _OLD_VIRTUAL_PYTHONHOME=
@set _OLD_VIRTUAL_PATH=
@set VIRTUAL_ENV=
@set VIRTUAL_ENV_PROMPT=
#:enter
#: cmd reads this file in its code page, and it is UTF-8.
@for /f "tokens=2 delims=:." %%a in ('"%SystemRoot%\System32\chcp.com"') do @set "_OLD_CODEPAGE=%%a"
@if defined _OLD_CODEPAGE "%SystemRoot%\System32\chcp.com" 65001 >nul
@if "!!"=="" goto delayed
@if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
@if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
@if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"
@if not defined PROMPT set "PROMPT=$P$G"
@set "_OLD_VIRTUAL_PROMPT=%PROMPT%"
@set "_OLD_VIRTUAL_PYTHONHOME=%PYTHONHOME%"
@set "_OLD_VIRTUAL_PATH=%PATH%"
@@SET_DIR@
@@SET_PROMPT@
@set "PATH=%VIRTUAL_ENV%\Scripts;%PATH%"
@if not defined VIRTUAL_ENV_DISABLE_PROMPT set "PROMPT=(@DRAWN@) %PROMPT%"
@goto entered
:delayed
@if defined _OLD_VIRTUAL_PROMPT set "PROMPT=!_OLD_VIRTUAL_PROMPT!"
@if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=!_OLD_VIRTUAL_PYTHONHOME!"
@if defined _OLD_VIRTUAL_PATH set "PATH=!_OLD_VIRTUAL_PATH!"
@if not defined PROMPT set "PROMPT=$P$G"
@set "_OLD_VIRTUAL_PROMPT=!PROMPT!"
@set "_OLD_VIRTUAL_PYTHONHOME=!PYTHONHOME!"
@set "_OLD_VIRTUAL_PATH=!PATH!"
@@DELAYED_DIR@
@@DELAYED_PROMPT@
@set "PATH=!VIRTUAL_ENV!\Scripts;!PATH!"
@if not defined VIRTUAL_ENV_DISABLE_PROMPT set "PROMPT=(@DELAYED_DRAWN@) !PROMPT!"
:entered
@set PYTHONHOME=
@if defined _OLD_CODEPAGE "%SystemRoot%\System32\chcp.com" %_OLD_CODEPAGE% >nul
@set _OLD_CODEPAGE=

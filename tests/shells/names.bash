# shellcheck shell=bash disable=SC1003,SC2016,SC2034 # not to be expanded; used by tests
# Names of directories and prompts that have broken something somewhere.
# "touch CANARY" shows that one was executed.
names=(
	plain
	'a  b' $'tab\there' $'new\nline' $'\nfirst' $'last\n' $'cr\rhere'
	"it's" 'say "hi"' $'both\'"' "'" '"'
	'$(touch CANARY)' '`touch CANARY`' '\$(touch CANARY)' '\`touch CANARY`'
	'$VIRTUAL_ENV' '${x}' '; touch CANARY; &|<>' "'; touch CANARY; '"
	'"; touch CANARY; "' $'\ntouch CANARY\n' '(touch CANARY)' '$(touch CANARY'
	'back\slash' 'last\' 'three\\\' '\' '\n\t\033[31m\w\u'
	'a!b' '!!' '!' '!$' 'a!' 100% '%' '%n%d%%' '%{%}%$x'
	'*?[a]' '[' ']' '~' '~root' '#hash' '{}' '{a,b}' 'a{' '}b' '^x^y'
	-lead '-n' - -- ..x ' before' 'after ' ' ' 'a=b'
	'@ENV_DIR@' '@PROMPT@@LEAVE@' '__VENV_PROMPT__' 'x@@y@'
	$'\xc3\xa9\xe4\xb8\xad\xf0\x9f\x9a\x92' $'\xd7\x90\xd7\x91' $'\xe2\x80\x99'
	$'\xe2\x80\xae\xd7\x90\xe2\x80\x8f)' # written from right to left
	$'\x1b]0;x\x07' $'bad\xff\xfe\x80' $'\xc3'
	'=~it'\''s "*?[a]" {x,y}  $x & !!\' # some of all, for one test
	"$(printf '%0255d' 0)"
)
# what only a prompt can be
prompts=('' a/b a:b "$(printf '%0999d' 0)")

# For xonsh: "source bin/activate.xsh", then "deactivate".
#: One function, so that no name of ours stays. What is needed to leave is kept in
#: the environment: an old PYTHONHOME, and a PATH that could not be told from what
#: is left without our directory. Leaving works in every shell below, too.
#: xonsh expands "$" and "~" in the parts of PATH whenever it looks at one: its
#: list is read unexpanded, and our part of it is text that does not expand.
#: What {env_name} draws in the prompt is colored afterwards, by what stands in
#: braces; and a terminal draws no bytes that are not text.
def _virtual_env(*entered):
	import os
	import subprocess

	env = ${...}

	class Literal(str):
		def __contains__(self, text):
			return False

		def partition(self, separator):
			return self, '', ''

	def parts(name):
		return list(getattr(env[name], '_l', env[name])) if env.is_manually_set(name) else []

	def leave():
		kept = parts('_OLD_VIRTUAL_PATH')
		was_kept = env.is_manually_set('_OLD_VIRTUAL_PATH')
		if env.get('VIRTUAL_ENV'):
			bin = env['VIRTUAL_ENV'] + '/@BIN@'
			if not was_kept or parts('PATH') != [bin] + kept:
				kept = [part for part in parts('PATH') if part != bin]
			if kept or was_kept:
				env['PATH'] = kept
			elif env.is_manually_set('PATH'):
				del env['PATH']
		if env.is_manually_set('_OLD_VIRTUAL_PYTHONHOME'):
			env['PYTHONHOME'] = env['_OLD_VIRTUAL_PYTHONHOME']
		for name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT', '_OLD_VIRTUAL_PATH', '_OLD_VIRTUAL_PYTHONHOME', '_OLD_VIRTUAL_PS1':
			if env.is_manually_set(name):
				del env[name]
		if env.get('XONSH_INTERACTIVE'):
			field = env['PROMPT_FIELDS'].get('env_name')
			if hasattr(field, 'old_virtual_prompt'):
				env['PROMPT_FIELDS']['env_name'] = field.old_virtual_prompt
		aliases.pop('deactivate', None)

	#: run as it is, on a terminal if its output is for that: in a pipe or $(...)
	#: xonsh wants it in the files that it gives
	def deactivate(args, stdin=None, stdout=None, stderr=None, spec=None):
		if not args:
			leave()
			return 0
		shown = spec and spec.last_in_pipeline and spec.captured not in ('stdout', 'object')
		return subprocess.call(['deactivate'] + args, env=env.detype(), stdin=stdin, stdout=None if shown else stdout, stderr=None if shown else stderr)

	def enter(directory, prompt):
		if env.is_manually_set('PYTHONHOME'):
			env['_OLD_VIRTUAL_PYTHONHOME'] = env['PYTHONHOME']
			del env['PYTHONHOME']
		path = parts('PATH')
		bin = directory + '/@BIN@'
		if env.is_manually_set('PATH') and (not path or bin in path):
			env['_OLD_VIRTUAL_PATH'] = path
		env['VIRTUAL_ENV'] = directory
		env['VIRTUAL_ENV_PROMPT'] = prompt
		env['PATH'] = [bin] + path
		if env['PATH'][0] != bin:
			env['PATH'] = [Literal(bin)] + path
		aliases['deactivate'] = deactivate
		if env.get('XONSH_INTERACTIVE') and not env.get('VIRTUAL_ENV_DISABLE_PROMPT'):
			fields = env['PROMPT_FIELDS']

			def draw():
				name = env.get('VIRTUAL_ENV_PROMPT', '').encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')
				return '(' + name.replace('{', '{{').replace('}', '}}') + ') '

			draw.old_virtual_prompt = fields.get('env_name')
			fields['env_name'] = draw

	leave()
	if entered:
		enter(*(os.fsdecode(text.encode('utf-8', 'surrogateescape')) for text in entered))
#:leave
_virtual_env()
del _virtual_env
#:enter
_virtual_env(@ENV_DIR@, @PROMPT@)
del _virtual_env
#:locate
#: Only in a file that is to find itself.
def _virtual_env_dir():
	import os

	path = _virtual_env_dir.__code__.co_filename
	for path in os.path.abspath(path), os.path.realpath(path):
		directory = os.path.dirname(os.path.dirname(path))
		if os.path.exists(directory + '/pyvenv.cfg'):
			break
	else:
		raise RuntimeError('cannot find out where this file is; use execx($(activate-print DIR)) or activate-run DIR COMMAND')
	if ':' in directory:
		raise RuntimeError("PATH cannot hold a name with ':' in it")
	return directory
_virtual_env_dir = _virtual_env_dir()
#:located
del _virtual_env_dir

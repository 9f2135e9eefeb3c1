#include "shell/shell.h"

#include <string.h>

#include "base/buf.h"
#include "format/quote.h"
#include "format/words.h"
#include "shell/forms.h"

static const struct shell shells[] = {
	{
		.name = "sh",
		.programs = " sh bash rbash dash ash busybox hush zsh rzsh "
		            "ksh rksh mksh lksh oksh pdksh posh yash ",
		.file = "activate",
		.by_venv = true,
		.here = "\"$_VIRTUAL_ENV_DIR\"",
		.here_name = "\"${_VIRTUAL_ENV_DIR##*/}\"",
		.windows_dir = "\"$(cygpath -u @DIR@ 2>/dev/null || "
		               "wslpath -u @DIR@ 2>/dev/null || "
		               "\\printf %s @DIR@)\"",
		.template = "activate.sh",
		.set_before = "",
		.set_between = "=",
		.set_after = ";\n",
		.quote = quote_posix,
		.fail = "false;\n",
		.before = "eval \"$(",
		.after = ")\"",
	},
	{
		.name = "csh",
		.programs = " csh tcsh bsd-csh itcsh ",
		.file = "activate.csh",
		.by_venv = true,
		.template = "activate.csh",
		.set_before = "setenv ",
		.set_between = " ",
		.set_after = "; ",
		.quote = quote_csh,
		.quote_eval = quote_csh_eval,
		.one_line = true,
		.drawn = "!",
		.fail = "false;\n",
		.before = "eval `",
		.after = "`",
	},
	{
		.name = "fish",
		.programs = " fish ",
		.file = "activate.fish",
		.by_venv = true,
		.here = "$_virtual_env_dir",
		.here_name = "$_virtual_env_name",
		.windows_dir = "(cygpath -u @DIR@ 2>/dev/null; "
		               "or wslpath -u @DIR@ 2>/dev/null; "
		               "or builtin printf %s @DIR@)",
		.template = "activate.fish",
		.set_before = "set -gx ",
		.set_between = " ",
		.set_after = ";\n",
		.quote = quote_fish,
		.fail = "false;\n",
		.before = "",
		.after = " | source",
	},
	{
		.name = "powershell",
		.programs = " powershell pwsh ",
		.of_windows = true,
		.file = "Activate.ps1",
		.by_venv = true,
		.here = "[IO.Path]::GetDirectoryName($PSScriptRoot)",
		.here_name = "[IO.Path]::GetFileName($env:VIRTUAL_ENV)",
		.template = "activate.ps1",
		.set_before = "$env:",
		.set_between = " = ",
		.set_after = "\n",
		.quote = quote_powershell,
		.fail = "throw 'no environment was entered or left'\n",
		.before = "",
		.after = " | Out-String | iex",
	},
	{
		.name = "nu",
		.programs = " nu nushell ",
		.file = "activate.nu",
		.here = "(_virtual_env_dir)",
		.here_name = "($_virtual_env_dir | path basename)",
		.template = "activate.nu",
		.quote = quote_nu,
		.write = form_nu,
		.fail = "false\n",
		.before = "",
		.after = " | from json | load-env",
	},
	{
		.name = "elvish",
		.programs = " elvish ",
		.template = "activate.elv",
		.set_before = "set-env ",
		.set_between = " ",
		.set_after = "\n",
		.quote = quote_elvish,
		.fail = "fail 'no environment was entered or left'\n",
		.before = "eval (",
		.after = " | slurp)",
	},
	{
		.name = "xonsh",
		.programs = " xonsh ",
		.file = "activate.xsh",
		.here = "_virtual_env_dir",
		.here_name = "_virtual_env_dir.rpartition('/')[2]",
		.template = "activate.xsh",
		.set_before = "$",
		.set_between = " = ",
		.set_after = "\n",
		.quote = quote_python_repr,
		.fail = "raise RuntimeError("
		        "'no environment was entered or left')\n",
		.before = "execx($(",
		.after = "))",
	},
	{
		.name = "cmd",
		.programs = " cmd ",
		.of_windows = true,
		.windows_file = "activate.bat",
		.by_venv = true,
		.write = form_cmd,
		.fail = "set no environment was entered or left\n",
		.before = "for /f \"tokens=1*\" %i in ('",
		.after = " -s cmd') do @set %j",
	},
	{
		.name = "docker",
		.enters_only = true,
		.write = form_docker,
		.use = "ENV lines for a Dockerfile",
	},
	{
		.name = "env",
		.enters_only = true,
		.write = form_env,
		.use = "for `docker run --env-file`",
	},
	{
		.name = "env0",
		.enters_only = true,
		.write = form_env0,
		.use = "for `xargs -0 env`",
	},
	{
		.name = "json",
		.write = form_json,
		.use = "for programs",
	},
	{
		.name = "systemd",
		.write = form_systemd,
		.use = "for [Service] in a unit",
	},
	{
		.name = "github",
		.enters_only = true,
		.write = form_github,
		.use = "for `>> \"$GITHUB_ENV\"`",
	},
	{
		.name = "github-path",
		.enters_only = true,
		.write = form_github_path,
		.use = "for `>> \"$GITHUB_PATH\"`",
	},
};

size_t
shell_count(void)
{
	return sizeof(shells) / sizeof(*shells);
}

const struct shell *
shell_at(size_t i)
{
	return &shells[i];
}

const struct shell *
shell_of_program(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (slash)
		name = slash + 1;
	if (*name == '-')
		name++; /* a login shell */
	for (size_t i = 0; i < shell_count(); i++) {
		if (shells[i].programs &&
		    words_have_program(shells[i].programs, name))
			return &shells[i];
	}
	return NULL;
}

const struct shell *
shell_find(const char *name)
{
	for (size_t i = 0; i < shell_count(); i++) {
		if (strcmp(shells[i].name, name) == 0)
			return &shells[i];
	}
	return shell_of_program(name);
}

unsigned
shell_set_of(const struct shell *sh)
{
	return sh->file || sh->windows_file ? 1U << (sh - shells) : 0;
}

unsigned
shell_set_all(void)
{
	unsigned set = 0;

	for (size_t i = 0; i < shell_count(); i++)
		set |= shell_set_of(shell_at(i));
	return set;
}

unsigned
shell_set_by_venv(void)
{
	unsigned set = 0;

	for (size_t i = 0; i < shell_count(); i++) {
		if (shell_at(i)->by_venv)
			set |= shell_set_of(shell_at(i));
	}
	return set;
}

void
shell_set_put(struct buf *out, unsigned set)
{
	bool first = true;

	if (set == SHELL_SET_NONE || set == shell_set_all()) {
		buf_puts(out, set ? "all" : "none");
		return;
	}
	for (size_t i = 0; i < shell_count(); i++) {
		if (!(set & shell_set_of(shell_at(i))))
			continue;
		buf_fmt(out, "%s%s", first ? "" : ",", shell_at(i)->name);
		first = false;
	}
}

/* Return the shell whose name is the N bytes at S; NULL: there is none. */
static const struct shell *
find_name(const char *s, size_t n)
{
	for (size_t i = 0; i < shell_count(); i++) {
		const char *name = shell_at(i)->name;

		if (strlen(name) == n && memcmp(name, s, n) == 0)
			return shell_at(i);
	}
	return NULL;
}

bool
shell_set_parse(unsigned *set, const char *text)
{
	*set = strcmp(text, "all") == 0 ? shell_set_all() : SHELL_SET_NONE;
	if (*set || strcmp(text, "none") == 0)
		return true;
	for (;;) {
		size_t n = strcspn(text, ",");
		const struct shell *sh = find_name(text, n);

		if (!sh || !shell_set_of(sh))
			return false;
		*set |= shell_set_of(sh);
		if (!text[n])
			return true;
		text += n + 1;
	}
}

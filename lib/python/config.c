#include "python/config.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/cfg.h"
#include "format/pathname.h"
#include "format/quote.h"
#include "os/walk.h"
#include "python/version.h"
#include "python/winpath.h"

enum { MAX_CFG = 64 * 1024 };

static bool
is_true(const char *p, size_t n)
{
	static const char word[] = "true";

	if (n != sizeof(word) - 1)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((p[i] | 0x20) != word[i])
			return false;
	}
	return true;
}

static bool
get_switch(const char *text, size_t len, const char *key, bool missing)
{
	const char *value;
	size_t n;

	return cfg_get(text, len, key, true, &value, &n) ? is_true(value, n)
	                                                 : missing;
}

/* Other tools write the prompt without quotes. */
static void
unquote_prompt(struct config *c, struct arena *a)
{
	struct buf text;

	buf_init(&text, a);
	if (unquote_python_repr(&text, c->prompt, strlen(c->prompt)) == 0)
		c->prompt = buf_str(&text);
}

/* Return a copy in A of the value of KEY's first line; NULL if it has none. */
static const char *
copy_value(const char *text, size_t len, const char *key, struct arena *a)
{
	const char *value;
	size_t n;

	return cfg_get(text, len, key, false, &value, &n)
	               ? arena_dup(a, value, n) : NULL;
}

void
config_parse(struct config *c, const char *text, size_t len, struct arena *a)
{
	/* editors on Windows write a byte order mark, and launchers skip it */
	if (len >= 3 && memcmp(text, "\357\273\277", 3) == 0) {
		text += 3;
		len -= 3;
	}
	c->home = copy_value(text, len, "home", a);
	c->version = copy_value(text, len, "version", a);
	c->version_info = copy_value(text, len, "version_info", a);
	c->executable = copy_value(text, len, "executable", a);
	c->base_executable = copy_value(text, len, "base-executable", a);
	c->command = copy_value(text, len, "command", a);
	c->prompt = copy_value(text, len, "prompt", a);
	c->activators = copy_value(text, len, "activators", a);
	if (c->prompt)
		unquote_prompt(c, a);
	/* a missing key means true: site.py starts from that */
	c->system_site = get_switch(text, len, "include-system-site-packages",
	                            true);
	c->minimal = get_switch(text, len, "minimal", false);
	c->relocatable = get_switch(text, len, "relocatable", false);
}

int
config_read(struct config *c, const struct walk *w, struct arena *a,
            const char *dir)
{
	char *path = pathname_join(a, dir, "pyvenv.cfg"), *text;
	size_t len;
	int err = walk_read(w, a, path, MAX_CFG, &text, &len);

	if (err == 0)
		config_parse(c, text, len, a);
	return err;
}

void
config_python_version(const struct config *c, struct version *v)
{
	const char *text = c->version ? c->version
	                              : c->version_info ? c->version_info : "";

	version_parse(text, strlen(text), v);
}

static bool
is_plain(const char *s)
{
	static const char marks[] = "%+,-./:=@_";

	if (!*s)
		return false;
	for (; *s; s++) {
		bool letter = (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z';

		if (!letter && !(*s >= '0' && *s <= '9') && !strchr(marks, *s))
			return false;
	}
	return true;
}

static void
put_escaped(struct buf *out, const char *s, size_t n)
{
	buf_puts(out, "$'");
	while (n > 0) {
		uint32_t cp;
		size_t len = utf8_decode(s, n, &cp);

		if (len == 0 || cp < 0x20 || cp == 0x7f) {
			unsigned char c = (unsigned char)*s;

			len = 1;
			buf_fmt(out, "\\x%x%x", c >> 4U, c & 15U);
		} else {
			if (*s == '\'' || *s == '\\')
				buf_putc(out, '\\');
			buf_add(out, s, len);
		}
		s += len;
		n -= len;
	}
	buf_putc(out, '\'');
}

bool
config_is_of_windows(const struct config *c, const struct walk *w,
                     struct arena *a, const char *dir)
{
	if (c->home && winpath_is_absolute(c->home))
		return true;
	return !walk_is_dir(w, arena_fmt(a, "%s/bin", dir)) &&
	       config_windows_program(w, a, dir);
}

const char *
config_windows_program(const struct walk *w, struct arena *a, const char *dir)
{
	static const char *const names[] = { "Scripts/python.exe",
		                             "Scripts/python_d.exe" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (walk_is_file(w, arena_fmt(a, "%s/%s", dir, names[i])))
			return names[i];
	}
	return NULL;
}

void
config_put_word(struct buf *out, const char *s)
{
	if (is_plain(s))
		buf_puts(out, s);
	else if (cfg_can_hold(s))
		quote_posix(out, s, strlen(s));
	else
		put_escaped(out, s, strlen(s));
}

size_t
config_word_length(const char *s)
{
	size_t i = 0;

	while (s[i] && s[i] != ' ') {
		bool escapes = i > 0 && s[i - 1] == '$';

		if (s[i] != '\'') {
			i += s[i] == '\\' && s[i + 1] ? 2 : 1;
			continue;
		}
		for (i++; s[i] && s[i] != '\''; i++)
			i += escapes && s[i] == '\\' && s[i + 1];
		i += s[i] == '\'';
	}
	return i;
}

static int
refuse(struct diag *d, const char *path)
{
	diag_set(d, -EINVAL, "cannot use '%s': pyvenv.cfg cannot hold this "
	         "path", path);
	diag_hint(d, "it must be UTF-8 without control characters and without "
	          "blanks at its ends; make a symlink with another name");
	return -EINVAL;
}

int
config_write(struct buf *out, const struct config *c, struct diag *d)
{
	if (!cfg_can_hold(c->home))
		return refuse(d, c->home);
	cfg_put(out, "home", c->home);
	cfg_put(out, "include-system-site-packages",
	        c->system_site ? "true" : "false");
	cfg_put(out, "version", c->version);
	if (c->prompt) {
		buf_puts(out, "prompt = ");
		quote_python_repr(out, c->prompt, strlen(c->prompt));
		buf_putc(out, '\n');
	}
	if (c->executable && !cfg_can_hold(c->executable))
		return refuse(d, c->executable);
	if (c->executable)
		cfg_put(out, "executable", c->executable);
	if (c->command)
		cfg_put(out, "command", c->command);
	if (c->activators)
		cfg_put(out, "activators", c->activators);
	if (c->minimal)
		cfg_put(out, "minimal", "true");
	if (c->relocatable)
		cfg_put(out, "relocatable", "true");
	return 0;
}

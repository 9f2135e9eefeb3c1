#include "applets/pyvenv_wheels.h"

#include <getopt.h>
#include <stddef.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "applets/pyvenv.h"
#include "format/pathname.h"
#include "python/config.h"

const char pyvenv_wheels_usage[] =
	"  --with-pip           install pip (from --wheel, --find-links, this program\n"
	"                       or the base Python)\n"
	"  --with-setuptools    install setuptools from the same places\n"
	"  --without-pip        do not install pip (the default)\n"
	"  --wheel FILE|DIR     install a wheel, or the newest compatible one of each\n"
	"                       project in a directory; may be repeated\n"
	"  --find-links DIR     choose wheels from this directory; may be repeated\n"
	"  -r, --requirement FILE\n"
	"                       install what this requirements file asks for; may be\n"
	"                       repeated\n"
	"  -c, --constraint FILE\n"
	"                       allow only the versions that this file allows; may be\n"
	"                       repeated\n"
	"  --lock FILE          install what this pylock.toml or uv.lock locks\n"
	"  --extra NAME         add this extra of the lock; may be repeated\n"
	"  --group NAME         add this dependency group of the lock; may be repeated\n"
	"  --no-default-groups  leave out the default groups of the lock\n"
	"  --install REQUIREMENT\n"
	"                       install this project, such as 'flask[async]>=3', and\n"
	"                       what it requires; may be repeated\n"
	"  --require-hashes     refuse wheels without a hash in -r or --lock\n"
	"  --no-deps            do not install or check what the wheels require\n"
	"  --sync               with --exist-ok or --upgrade, remove the projects that\n"
	"                       are neither asked for nor needed, except pip\n";

/* The options with a value, which may be repeated. */
static const struct list_option {
	const char *name;
	size_t list; /* offset in struct wheel_request */
	int code;
	bool path;
} list_options[] = {
	{ "--wheel", offsetof(struct wheel_request, wheels), OPT_WHEEL, true },
	{ "--find-links", offsetof(struct wheel_request, links), OPT_FIND_LINKS,
	  true },
	{ "-r", offsetof(struct wheel_request, files), 'r', true },
	{ "-c", offsetof(struct wheel_request, constraints), 'c', true },
	{ "--install", offsetof(struct wheel_request, installs), OPT_INSTALL,
	  false },
	{ "--extra", offsetof(struct wheel_request, extras), OPT_EXTRA, false },
	{ "--group", offsetof(struct wheel_request, groups), OPT_GROUP, false },
};

enum { LIST_OPTIONS = sizeof(list_options) / sizeof(*list_options) };

static struct text_list *
list_of(struct wheel_request *w, const struct list_option *o)
{
	return (void *)((char *)w + o->list);
}

int
pyvenv_wheels_option(struct run *r, int c)
{
	struct wheel_request *w = &r->wheels;

	for (size_t i = 0; i < LIST_OPTIONS; i++) {
		struct text_list *l = list_of(w, &list_options[i]);

		if (list_options[i].code != c)
			continue;
		l->list = arena_more(&r->arena, l->list, l->count, &l->room,
		                     sizeof(*l->list));
		return pyvenv_set_text(r, list_options[i].name,
		                       &l->list[l->count++]);
	}
	switch (c) {
	case OPT_LOCK:
		if (w->lock)
			return cli_usage(r->prog, "--lock can be given once");
		return pyvenv_set_text(r, "--lock", &w->lock);
	case OPT_NO_DEFAULT_GROUPS:
		w->no_default_groups = true;
		return EXIT_OK;
	case OPT_REQUIRE_HASHES:
		w->require_hashes = true;
		return EXIT_OK;
	case OPT_NO_DEPS:
		w->no_deps = true;
		return EXIT_OK;
	case OPT_SYNC:
		w->sync = true;
		return EXIT_OK;
	default:
		return -1;
	}
}

/* Return whether an option of wheels is given that installs nothing by itself. */
static bool
restricts(const struct wheel_request *w)
{
	return w->links.count > 0 || w->constraints.count > 0 ||
	       w->extras.count > 0 || w->groups.count > 0 ||
	       w->no_default_groups || w->require_hashes || w->no_deps ||
	       w->sync;
}

/* Return the first directory among the arguments of --wheel; NULL: none is one. */
static const char *
find_directory(struct run *r)
{
	const struct text_list *l = &r->wheels.wheels;

	for (size_t i = 0; i < l->count; i++) {
		if (walk_is_dir(&walk_host,
		                pathname_absolute(&r->arena, r->call.host.cwd,
		                                  l->list[i])))
			return l->list[i];
	}
	return NULL;
}

int
pyvenv_wheels_check(const struct run *r)
{
	const struct wheel_request *w = &r->wheels;
	bool chooses = wheel_request_chooses(w);

	if (r->check && (chooses || restricts(w)))
		return cli_usage(r->prog, "--check installs nothing: it cannot be "
		                 "used with options that choose wheels");
	if (w->lock && (w->files.count > 0 || w->installs.count > 0))
		return cli_usage(r->prog, "--lock says all that is installed: it "
		                 "cannot be used with -r or --install");
	if (!w->lock && (w->extras.count > 0 || w->groups.count > 0 ||
	                 w->no_default_groups))
		return cli_usage(r->prog, "--extra, --group and --no-default-groups "
		                 "need --lock");
	if (w->links.count > 0 && !chooses)
		return cli_usage(r->prog, "--find-links is only a place to choose "
		                 "from: say what with --lock, -r, --install, "
		                 "--wheel or --with-pip");
	if (w->require_hashes && !w->lock && w->files.count == 0)
		return cli_usage(r->prog, "--require-hashes needs -r or --lock");
	if (w->constraints.count > 0 && !w->lock && w->files.count == 0 &&
	    w->installs.count == 0 && w->links.count == 0)
		return cli_usage(r->prog, "-c only narrows what is chosen: it needs "
		                 "-r, --install, --lock or --find-links");
	if (w->sync && !w->lock && w->files.count == 0 && w->installs.count == 0)
		return cli_usage(r->prog, "--sync needs --lock, -r or --install");
	if (w->sync && (r->call.options.mode == VENV_NEW ||
	                r->call.options.mode == VENV_CLEAR))
		return cli_usage(r->prog, "--sync changes an environment: it needs "
		                 "--exist-ok or --upgrade");
	if (w->no_deps && !chooses)
		return cli_usage(r->prog, "--no-deps needs an option that chooses "
		                 "wheels");
	return EXIT_OK;
}

int
pyvenv_wheels_check_paths(struct run *r)
{
	const struct wheel_request *w = &r->wheels;
	bool chooses = w->lock || w->files.count > 0 || w->installs.count > 0;
	const char *dir =
		chooses || w->links.count > 0 ? find_directory(r) : NULL;

	if (!dir)
		return EXIT_OK;
	if (chooses)
		return cli_usage(r->prog, "--wheel '%s' asks for all that is in the "
		                 "directory: it cannot be used with --lock, -r "
		                 "or --install; to choose from it, use "
		                 "--find-links", dir);
	return cli_usage(r->prog, "--wheel '%s' asks for all that is in the "
	                 "directory: it cannot be used with --find-links", dir);
}

bool
pyvenv_wheels_need_cwd(const struct run *r)
{
	struct wheel_request w = r->wheels;

	for (size_t i = 0; i < LIST_OPTIONS; i++) {
		const struct text_list *l = list_of(&w, &list_options[i]);

		for (size_t k = 0; list_options[i].path && k < l->count; k++) {
			if (l->list[k][0] != '/')
				return true;
		}
	}
	return (w.lock && *w.lock != '/') || w.files.count > 0 ||
	       w.installs.count > 0;
}

void
pyvenv_wheels_describe(const struct run *r, struct buf *line)
{
	struct wheel_request w = r->wheels;

	if (w.with_pip)
		buf_puts(line, " --with-pip");
	if (w.with_setuptools)
		buf_puts(line, " --with-setuptools");
	/* a root does not know the files of the host */
	for (size_t i = 0; !r->root && i < LIST_OPTIONS; i++) {
		const struct text_list *l = list_of(&w, &list_options[i]);

		for (size_t k = 0; k < l->count; k++) {
			buf_fmt(line, " %s ", list_options[i].name);
			config_put_word(line, l->list[k]);
		}
	}
	if (r->root)
		return;
	if (w.lock) {
		buf_puts(line, " --lock ");
		config_put_word(line, w.lock);
	}
	if (w.no_default_groups)
		buf_puts(line, " --no-default-groups");
	if (w.require_hashes)
		buf_puts(line, " --require-hashes");
	if (w.no_deps)
		buf_puts(line, " --no-deps");
	if (w.sync)
		buf_puts(line, " --sync");
}

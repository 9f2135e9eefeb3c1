# make            build/venvbox, one static program
# make demo       on a fresh Debian: install what a build needs, build, make an
#                 environment with it and use that
# make check      install what the tests need, build, run every test
# make lint       layers, sizes, static analysis, scripts, man pages
# make install    to $(DESTDIR)$(PREFIX)
# More: check-SUITE (unit, cli, ...), fuzz, coverage, uninstall, clean, deps.
# To honour: CC CFLAGS CPPFLAGS LDFLAGS DESTDIR PREFIX; ZLIB_SRC=directory of
# zlib's source where there is no static zlib. Nothing else to configure.

VERSION := 0.1.0
O       := build
PREFIX  ?= /usr/local
CFLAGS  ?= -Os
HOSTCC  ?= cc
ifeq ($(origin CC),default)
CC := $(if $(shell command -v musl-gcc),musl-gcc,cc)
endif
FUZZ_SECONDS ?= 60
ACTIVATE_LINKS := pyvenv activate-print deactivate

# ---- what there is: one file a line ------------------------------------------

APPLETS := \
	applets/main.c \
	applets/cli.c \
	applets/pyvenv.c \
	applets/activate-print.c \
	applets/deactivate.c

LIB_BASE := \
	lib/base/arena.c \
	lib/base/buf.c \
	lib/base/diag.c \
	lib/base/env.c \
	lib/base/utf8.c

LIB_FORMAT := \
	lib/format/cfg.c \
	lib/format/source.c

LIB_OS := \
	lib/os/file_source.c \
	lib/os/sys.c \
	lib/os/walk.c

LIB_PYTHON :=

LIB_VENV :=

# deflated into the binary by templates/pack.c
TEMPLATES :=

MAN := \
	applets/venvbox.1 \
	applets/pyvenv.1 \
	applets/activate-print.1 \
	applets/deactivate.1

# tests/unit/NAME.c, with all of lib/ behind it
UNIT_TESTS :=

# tests/fuzz/NAME.c; its corpus is tests/fuzz/NAME.corpus/
FUZZERS :=

# what `make check` runs: directories of tests/ with a `run` or *.bats in them
SUITES :=

# ---- how it is compiled ------------------------------------------------------

LIB  := $(LIB_BASE) $(LIB_FORMAT) $(LIB_OS) $(LIB_PYTHON) $(LIB_VENV)
GEN  := $(if $(TEMPLATES),$(O)/gen/templates.c)
LIB_OBJECTS := $(LIB:.c=.o) $(if $(TEMPLATES),gen/templates.o)
OBJECTS     := $(APPLETS:.c=.o) $(LIB_OBJECTS)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
	-Wstrict-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wformat=2
BASE_CPPFLAGS := -D_GNU_SOURCE -DVENVBOX_VERSION='"$(VERSION)"' -Ilib -I.
BASE_CFLAGS   := -std=c11 $(WARN) -ffile-prefix-map=$(CURDIR)=. -MMD -MP
HARD_LDFLAGS  := -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack,-s \
	-Wl,--build-id=none
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

# One build of every source per purpose: objects live in build/FLAVOUR/.
# obj: the product; san, cov: glibc, for tests; fuzz: clang.
CC_obj  = $(CC)
FL_obj  = $(ZLIB_CPPFLAGS) $(CPPFLAGS) -fPIE -ffunction-sections \
	-fdata-sections $(TARGET_FLAGS) $(CFLAGS)
CC_san  = $(HOSTCC)
FL_san  = -g -O1 $(SANITIZE)
CC_cov  = $(HOSTCC)
FL_cov  = -g -O0 --coverage
CC_fuzz = clang
FL_fuzz = -g -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all

# Targets that may run before there is a compiler; the rest asks it first.
PLAIN := clean deps demo check lint fuzz coverage uninstall
ifneq ($(filter-out $(PLAIN),$(or $(MAKECMDGOALS),all)),)
FLAGS := $(CC)|$(CFLAGS)|$(CPPFLAGS)|$(LDFLAGS)|$(ZLIB_SRC)|$(VERSION)|$(CURDIR)
ifneq ($(file <$(O)/flags),$(FLAGS))
$(shell mkdir -p $(O))
$(file >$(O)/flags,$(FLAGS))
endif
include $(O)/toolchain.mk
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all $(PLAIN) install FORCE
all: $(O)/venvbox $(addprefix $(O)/,$(ACTIVATE_LINKS))

$(O)/toolchain.mk: dist/toolchain.sh $(O)/flags
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
		ZLIB_SRC='$(ZLIB_SRC)' sh dist/toolchain.sh $(O) >$@.tmp
	@mv $@.tmp $@

define flavour
$(O)/$(1)/%.o: %.c $(O)/toolchain.mk
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(BASE_CPPFLAGS) $$(BASE_CFLAGS) $$(FL_$(1)) -c $$< -o $$@

$(O)/$(1)/gen/%.o: $(O)/gen/%.c $(O)/toolchain.mk
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(BASE_CPPFLAGS) $$(BASE_CFLAGS) $$(FL_$(1)) -c $$< -o $$@
endef
$(foreach f,obj san cov fuzz,$(eval $(call flavour,$f)))
-include $(shell find $(O) -name '*.d' 2>/dev/null)

$(O)/pack: templates/pack.c $(O)/toolchain.mk
	$(HOSTCC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) -O1 $< -lz -o $@

$(O)/gen/templates.c: $(O)/pack $(TEMPLATES)
	@mkdir -p $(@D)
	$(O)/pack $(TEMPLATES) >$@

# A program that needs an interpreter or a library is not what we promise.
$(O)/venvbox: $(addprefix $(O)/obj/,$(OBJECTS)) $(O)/toolchain.mk
	$(CC) $(PIE_FLAGS) $(HARD_LDFLAGS) $(CFLAGS) $(LDFLAGS) $(CRT_BEGIN) \
		$(filter %.o,$^) $(ZLIB) $(CRT_END) -o $@.tmp
	@readelf -hldW $@.tmp >$@.elf && grep -q 'Type: *DYN' $@.elf && \
		! grep -E 'INTERP|NEEDED' $@.elf || \
		{ echo "$@ is not a static PIE" >&2; exit 1; }
	@mv $@.tmp $@

$(addprefix $(O)/,$(ACTIVATE_LINKS)): $(O)/venvbox
	@ln -sf venvbox $@

$(O)/san/venvbox $(O)/cov/venvbox: $(O)/%/venvbox: $(addprefix $(O)/%/,$(OBJECTS))
	$(CC_$*) $(FL_$*) $^ -lz -o $@

$(O)/san/tests/unit/%: $(O)/san/tests/unit/%.o $(addprefix $(O)/san/,$(LIB_OBJECTS))
	$(HOSTCC) $(FL_san) $^ $(LINK_$*) -lcmocka -lz -o $@

$(O)/cov/tests/unit/%: $(O)/cov/tests/unit/%.o $(addprefix $(O)/cov/,$(LIB_OBJECTS))
	$(HOSTCC) $(FL_cov) $^ $(LINK_$*) -lcmocka -lz -o $@

# ---- install -----------------------------------------------------------------

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(O)/venvbox $(DESTDIR)$(PREFIX)/bin/venvbox
	for l in $(ACTIVATE_LINKS); do \
		ln -sf venvbox $(DESTDIR)$(PREFIX)/bin/$$l || exit 1; done
	install -m 644 $(MAN) $(DESTDIR)$(PREFIX)/share/man/man1

uninstall:
	for f in venvbox $(ACTIVATE_LINKS); do \
		rm -f $(DESTDIR)$(PREFIX)/bin/$$f \
			$(DESTDIR)$(PREFIX)/share/man/man1/$$f.1; done

clean:
	rm -rf $(O)

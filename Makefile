# `make help` lists the goals. To honour: CC CFLAGS CPPFLAGS LDFLAGS DESTDIR
# PREFIX; V=1 shows the commands; ZLIB_SRC=directory of zlib's source where there
# is no static zlib; KEEP_SYMBOLS=1 if another tool strips the program. Nothing
# else to configure.

#: make              build build/venvbox, one static program
#: make demo         install what a build needs, build, make an environment
#: make check        install what the tests need, build, run the tests
#: make check-SUITE  run one suite: unit, cli, wheels, ... (see tests/README.md)
#: make lint         check layers, sizes, static analysis, scripts, man pages
#: make install      install to $(DESTDIR)$(PREFIX); uninstall removes it
#: make dist         make the files of a release for many machines: build/dist/
#: make deps         install what all of these and most longer tests need
#: make help         print this list
#: make clean        remove build/
#:
#: Longer tests:
#: make faults       fail each system call of a run, one at a time
#: make attacks      let another user act after each system call of a run
#: make fuzz         fuzz each parser for a minute
#: make wheels       compare more with pip, packaging and tomllib
#: make pythons      try four releases of Debian, python-build-standalone, builds
#: make windows      compare with CPython for Windows, under wine
#: make shells-extra try PowerShell's parser and cmd
#: make fleet        run the examples: Ansible, Kubernetes, air gap, update, other tools
#: make image        build images, boot from an initramfs, foreign systems
#: make debians      run make demo and check-cli in an empty Debian 12 and 13
#: make packaging    build the packages of dist/ with their own tools
#: make check-dist   try the files of a release
#: make bench        time runs against uv, pip, venv and unzip (BENCH_ROUNDS=12)
#: make plots        time what README shows, and draw it anew: doc/bench, README.md
#: make coverage     measure which lines the tests reach

VERSION := 0.1.0
O       := build
PREFIX  ?= /usr/local
CFLAGS  ?= -Os
HOSTCC  ?= cc
ifeq ($(origin CC),default)
CC := $(if $(shell command -v musl-gcc),musl-gcc,cc)
endif
MAKEFLAGS += --no-print-directory
FUZZ_SECONDS ?= 60
LINKS := pyvenv activate-print activate-run deactivate

# $(call say,CC,FILE) before a command: one line for it, or with V=1 the command
say = $(if $(V),,@$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,printf '  %-4s %s\n' $(1) $(2);) )

# ---- what there is -----------------------------------------------------------

# only in the product: tests keep their libc's
STATIC  := lib/os/malloc.c
LIB     := $(filter-out $(STATIC),$(sort $(wildcard lib/*/*.c)))
APPLETS := $(sort $(wildcard applets/*.c))
# whole names in templates/: what pack.c packs into the binary
TEMPLATES := activate.sh activate.csh activate.fish activate.ps1 activate.nu \
	activate.elv activate.xsh activate.bat
# tests/unit/test_NAME.c, linked with all of lib/; LINK_NAME: linker flags
UNIT_TESTS := $(patsubst tests/unit/test_%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
LINK_change := -Wl,--wrap=sys_rename,--wrap=sys_rename_new,--wrap=sys_link
LINK_arena := -Wl,--wrap=malloc
# tests/fuzz/fuzz_NAME.c, and its corpus tests/fuzz/NAME.corpus/
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
# what `make check` runs: directories of tests/ with a `run` or *.bats in them,
# the longest first
SUITES := shells san attack conformance wheels fault cli completions fuzz repro \
	docs markers requirements pylock uvlock solve budget toml windows unit tsan pythons install

# ---- clean among other goals goes first, alone -------------------------------

AFTER := $(and $(filter clean,$(MAKECMDGOALS)),$(filter-out clean,$(MAKECMDGOALS)))
ifneq ($(AFTER),)
.NOTPARALLEL:
.PHONY: clean $(AFTER)
$(AFTER): clean
	$(MAKE) $@
else

# ---- how it is compiled ------------------------------------------------------

SOURCES     := $(LIB) $(APPLETS)
LIB_OBJECTS := $(LIB:.c=.o) $(if $(TEMPLATES),gen/templates.o)
OBJECTS     := $(APPLETS:.c=.o) $(LIB_OBJECTS)
PRODUCT     := $(OBJECTS) $(STATIC:.c=.o)
MAN         := $(addprefix applets/,venvbox.1 $(addsuffix .1,$(LINKS))) \
	$(sort $(wildcard doc/*.7))
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
	-Wstrict-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wformat=2
BASE_FLAGS := -std=c11 -D_GNU_SOURCE -Ilib -I. $(WARN)
COMPILE_FLAGS := $(BASE_FLAGS) -DVENVBOX_VERSION='"$(VERSION)"' \
	-ffile-prefix-map='$(CURDIR)=.' -MMD -MP
HARD_LDFLAGS  := -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack \
	-Wl,--build-id=none,--exclude-libs,ALL $(if $(KEEP_SYMBOLS),,-s)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

# Every source is built once for each purpose: objects live in build/FLAVOUR/.
# obj: the product; san, tsan, cov: glibc, for tests; fuzz: clang.
CC_obj  = $(CC)
FL_obj  = $(ZLIB_CPPFLAGS) $(CPPFLAGS) -fPIE -fvisibility=hidden \
	-ffunction-sections -fdata-sections $(TARGET_FLAGS) $(CFLAGS)
CC_san  = $(HOSTCC)
FL_san  = -g -O1 $(SANITIZE)
CC_tsan = $(HOSTCC)
FL_tsan = -g -O1 -fsanitize=thread
CC_cov  = $(HOSTCC)
FL_cov  = -g -O0 --coverage
CC_fuzz = clang
FL_fuzz = -g -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all

# Targets that may run before there is a compiler; the rest asks it first.
PLAIN := clean help deps demo check windows shells-extra fleet image lint fuzz faults attacks wheels pythons debians packaging bench plots coverage uninstall dist \
	check-dist
ifneq ($(filter-out $(PLAIN),$(or $(MAKECMDGOALS),all)),)
FLAGS := $(CC)|$(CFLAGS)|$(CPPFLAGS)|$(LDFLAGS)|$(ZLIB_SRC)|$(VERSION)|$(CURDIR)
FLAGS := $(FLAGS)|$(HOSTCC)|$(HARD_LDFLAGS)|$(TEMPLATES)
ifneq ($(file <$(O)/flags),$(FLAGS))
$(shell mkdir -p $(O))
$(file >$(O)/flags,$(FLAGS))
endif
include $(O)/toolchain.mk
endif
# a source that comes or goes: what is linked of all is linked again
ifneq ($(file <$(O)/sources),$(SOURCES))
$(shell mkdir -p $(O))
$(file >$(O)/sources,$(SOURCES))
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all $(PLAIN) install lint-now coverage-now
all: $(O)/venvbox $(addprefix $(O)/,$(LINKS))

# Everything depends on this one: after it, all is built anew.
$(O)/toolchain.mk: dist/toolchain.sh $(O)/flags Makefile
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
		ZLIB_SRC='$(ZLIB_SRC)' sh dist/toolchain.sh $(O) >$@.tmp
	@mv $@.tmp $@

define flavour
$(O)/$(1)/%.o: %.c $(O)/toolchain.mk
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)$$(CC_$(1)) $$(COMPILE_FLAGS) $$(FL_$(1)) -c $$< -o $$@

$(O)/$(1)/gen/%.o: $(O)/gen/%.c $(O)/toolchain.mk
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)$$(CC_$(1)) $$(COMPILE_FLAGS) $$(FL_$(1)) -c $$< -o $$@
endef
$(foreach f,obj san tsan cov fuzz,$(eval $(call flavour,$f)))
-include $(shell find $(addprefix $(O)/,obj san tsan cov fuzz) -name '*.d' 2>/dev/null)

$(O)/pack: templates/pack.c $(O)/toolchain.mk
	$(call say,CC,$<)$(HOSTCC) $(COMPILE_FLAGS) -O1 $< -o $@

$(O)/gen/templates.c: $(O)/pack $(TEMPLATES:%=templates/%)
	@mkdir -p $(@D)
	$(call say,PACK,$@)$(O)/pack $(TEMPLATES:%=templates/%) >$@

# A program that needs an interpreter or a library is not what we promise; and
# its start code resolves no symbol: one that is not hidden may be left to it
# (by ld for s390x, riscv64), and the program would crash.
link = $(CC) $(PIE_FLAGS) $(HARD_LDFLAGS) $(CFLAGS) $(LDFLAGS) $(CRT_BEGIN) \
	$(filter %.o,$^) $(ZLIB) $(CRT_END)
$(O)/venvbox: $(addprefix $(O)/obj/,$(PRODUCT)) $(O)/toolchain.mk $(O)/sources
	$(call say,LINK,$@)$(link) -o $@.tmp
	@readelf -hldrW $@.tmp >$@.elf && grep -q 'Type: *DYN' $@.elf && \
		! grep -E 'INTERP|NEEDED| R_[A-Z0-9_]+ +[0-9a-f]+ +[A-Za-z_]' $@.elf || \
		{ echo "$@ is not a static PIE" >&2; exit 1; }
	@$@.tmp pyvenv --version >/dev/null 2>$@.log || [ $$? = 126 ] || \
		{ echo "$@ does not run:" >&2; cat $@.log >&2; exit 1; }
	@mv $@.tmp $@

$(addprefix $(O)/,$(LINKS)): $(O)/venvbox
	@ln -sf venvbox $@

$(addprefix $(O)/,san/venvbox tsan/venvbox cov/venvbox): $(O)/%/venvbox: $(addprefix $(O)/%/,$(OBJECTS)) $(O)/sources
	$(call say,LINK,$@)$(CC_$*) $(FL_$*) $(filter %.o,$^) -lz -o $@

# ---- tests -------------------------------------------------------------------

UNIT_PROGRAMS := $(UNIT_TESTS:%=$(O)/san/tests/unit/test_%)
COV_PROGRAMS  := $(UNIT_TESTS:%=$(O)/cov/tests/unit/test_%)
REPLAYERS     := $(FUZZERS:%=$(O)/san/tests/fuzz/fuzz_%)
FUZZ_PROGRAMS := $(FUZZERS:%=$(O)/fuzz/tests/fuzz/fuzz_%)
export UNIT_PROGRAMS COV_PROGRAMS FUZZERS SOURCES BASE_FLAGS MAN
# not as CC: what is made after `deps` chooses its compiler anew
export PRODUCT_CC := $(CC)
export BUILD := $(abspath $(O))

$(UNIT_PROGRAMS): $(O)/san/%: $(O)/san/%.o $(LIB_OBJECTS:%=$(O)/san/%)
	$(call say,LINK,$@)$(CC_san) $(FL_san) $^ $(LINK_$(@F:test_%=%)) -lcmocka -lz -o $@
$(COV_PROGRAMS): $(O)/cov/%: $(O)/cov/%.o $(LIB_OBJECTS:%=$(O)/cov/%)
	$(call say,LINK,$@)$(HOSTCC) $(FL_cov) $^ $(LINK_$(@F:test_%=%)) -lcmocka -lz -o $@
$(REPLAYERS): $(O)/san/%: $(O)/san/%.o $(O)/san/tests/fuzz/replay.o \
		$(LIB_OBJECTS:%=$(O)/san/%)
	$(call say,LINK,$@)$(HOSTCC) $(FL_san) $^ -lz -o $@
# says what lib/python found, for the comparison with the truth
PROBE := $(O)/san/tests/conformance/inspect_probe
# evaluates markers, for the comparison with the library "packaging"
MARKER_PROBE := $(O)/san/tests/markers/marker_probe
# prints documents, for the comparison with tomllib
TOML_PROBE := $(O)/san/tests/toml/toml_probe
# prints requirements files, for the comparison with pip
REQUIREMENTS_PROBE := $(O)/san/tests/requirements/requirements_probe
# prints selections from locks, for the comparison with the library "packaging"
PYLOCK_PROBE := $(O)/san/tests/pylock/pylock_probe
# solves problems, for the comparison with an exhaustive search
SOLVE_PROBE := $(O)/san/tests/solve/solve_probe
PROBES := $(PROBE) $(MARKER_PROBE) $(TOML_PROBE) $(REQUIREMENTS_PROBE) \
	$(PYLOCK_PROBE) $(SOLVE_PROBE)
$(PROBES): $(O)/san/%: $(O)/san/%.o $(LIB_OBJECTS:%=$(O)/san/%)
	$(call say,LINK,$@)$(HOSTCC) $(FL_san) $^ -lz -o $@
# the product, whose system calls the attacks stop where ptrace(2) is missing
HOOKED = fstatat openat syscall $(shell sed -n 's/^HOOK.[a-z_]*, \([a-z]*\),.*/\1/p' \
	tests/attack/hooks.c)
WRAP_HOOKED = $(HOOKED:%=-Wl,--wrap=%)
$(O)/hooked: $(addprefix $(O)/obj/,$(PRODUCT) tests/attack/hooks.o)
	$(call say,LINK,$@)$(link) $(WRAP_HOOKED) -o $@
# the product, in which memory runs out
$(O)/starved: $(addprefix $(O)/obj/,$(filter-out lib/base/arena.o,$(PRODUCT)) \
		tests/fault/starve.o)
	$(call say,LINK,$@)$(link) -o $@
$(O)/san/hooked: $(addprefix $(O)/san/,$(OBJECTS) tests/attack/hooks.o)
	$(call say,LINK,$@)$(HOSTCC) $(FL_san) $^ $(WRAP_HOOKED) -lz -o $@
$(FUZZ_PROGRAMS): $(O)/fuzz/%: $(O)/fuzz/%.o $(LIB_OBJECTS:%=$(O)/fuzz/%)
	$(call say,LINK,$@)clang $(FL_fuzz) -fsanitize=fuzzer $^ -lz -o $@

# compile on all processors, unless the caller said otherwise
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

# The programs that each suite needs; a suite without a line needs the binary.
NEED_unit := $(UNIT_PROGRAMS)
LIBFUZZER := $(wildcard \
	$(shell clang -print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer-*)
NEED_fuzz := $(REPLAYERS) $(if $(LIBFUZZER),$(FUZZ_PROGRAMS))
NEED_san  := $(O)/san/venvbox $(O)/san/hooked
NEED_attack := all $(O)/hooked
NEED_fault := all $(O)/starved
NEED_tsan := $(O)/tsan/venvbox
NEED_conformance := all $(PROBE)
NEED_markers := $(MARKER_PROBE)
NEED_toml := $(TOML_PROBE)
NEED_requirements := $(REQUIREMENTS_PROBE)
NEED_pylock := $(PYLOCK_PROBE)
NEED_uvlock := $(PYLOCK_PROBE)
NEED_solve := $(SOLVE_PROBE)
need = $(or $(NEED_$(1)),all)

.PHONY: check-now $(addprefix check-,$(SUITES))
check:
	sh dist/deps.sh build test
	$(MAKE) $(PARALLEL) check-now
check-now: $(foreach s,$(SUITES),$(call need,$s))
	@tests/run.sh $(SUITES)
$(foreach s,$(SUITES) shells-extra fleet image packaging debians,$(eval check-$s: $(call need,$s); @tests/run.sh $s))

fuzz:
	sh dist/deps.sh build long
	FUZZ_SLICE=$(FUZZ_SECONDS) $(MAKE) check-fuzz

faults:
	sh dist/deps.sh build test
	FAULT_STEP=1 $(MAKE) check-fault

attacks:
	sh dist/deps.sh build test
	ATTACK_ALL=1 $(MAKE) check-attack

wheels:
	sh dist/deps.sh build test
	WHEELS_MORE=1 MARKERS_MORE=1 TOML_MORE=1 REQUIREMENTS_MORE=1 \
		PYLOCK_MORE=1 UVLOCK_MORE=1 SOLVE_MORE=1 $(MAKE) check-wheels \
		check-markers check-toml check-requirements check-pylock \
		check-uvlock check-solve

pythons:
	sh dist/deps.sh build test && sh dist/deps.sh pythons
	PYTHONS_MORE=1 $(MAKE) check-pythons

windows:
	sh dist/deps.sh build test && sh dist/deps.sh windows
	WINDOWS_MORE=1 $(MAKE) check-windows

shells-extra:
	sh dist/deps.sh build test && sh dist/deps.sh extra && $(MAKE) check-shells-extra

fleet:
	sh dist/deps.sh build test && sh dist/deps.sh fleet && $(MAKE) check-fleet

image:
	sh dist/deps.sh build image
	$(MAKE) check-image

debians:
	sh dist/deps.sh debians
	$(MAKE) check-debians

packaging:
	sh dist/deps.sh build test packaging
	$(MAKE) check-packaging

bench:
	sh dist/deps.sh build demo long
	$(MAKE) all
	@tests/bench/run $(O) && tests/bench/activation $(O) && tests/bench/wheels $(O)
	@status=0; for b in locks peers; do tests/bench/$$b $(O) || status=1; done; \
		tests/bench/plot $(O)/bench/peers.json $(O)/bench || status=1; exit $$status

# PEERS: the results of a whole `make bench`, to draw those: build/bench/peers.json
plots:
	sh dist/deps.sh build demo long
	$(MAKE) all
	$(if $(PEERS),,tests/bench/peers $(O) 'no wheels' lock)
	tests/bench/plot $(or $(PEERS),$(O)/bench/peers-some.json) doc/bench README.md

lint:
	sh dist/deps.sh build lint
	$(MAKE) lint-now
lint-now: $(OBJECTS:%=$(O)/obj/%)
	@tests/lint/run

coverage:
	sh dist/deps.sh build test long
	$(MAKE) coverage-now
coverage-now: $(COV_PROGRAMS) $(O)/cov/venvbox
	@tests/coverage.sh

demo:
	sh dist/deps.sh build demo
	$(MAKE) $(PARALLEL) all
	@sh dist/demo.sh $(O)

# ARCHS: names from dist/targets; CROSS: where the compilers for them stay
dist:
	sh dist/deps.sh build dist
	CROSS='$(CROSS)' sh dist/release.sh $(O) $(VERSION) $(ARCHS)

check-dist:
	sh dist/deps.sh build test && sh dist/deps.sh fetch
	$(MAKE) dist
	@CROSS='$(CROSS)' tests/run.sh dist

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

deps:
	sh dist/deps.sh build demo test lint long

# ---- install -----------------------------------------------------------------

INTO := $(DESTDIR)$(PREFIX)

install: all
	mkdir -p "$(INTO)/bin" "$(INTO)/share/man/man1" "$(INTO)/share/man/man7"
	install -m 755 $(O)/venvbox "$(INTO)/bin/venvbox"
	for l in $(LINKS); do ln -sf venvbox "$(INTO)/bin/$$l" || exit 1; done
	install -m 644 $(filter %.1,$(MAN)) "$(INTO)/share/man/man1"
	install -m 644 $(filter %.7,$(MAN)) "$(INTO)/share/man/man7"
	sh dist/completions/install.sh install "$(INTO)/share" $(LINKS)

uninstall:
	for f in venvbox $(LINKS); do rm -f "$(INTO)/bin/$$f"; done
	for f in $(notdir $(MAN)); do \
		rm -f "$(INTO)/share/man/man$${f##*.}/$$f"; done
	sh dist/completions/install.sh uninstall "$(INTO)/share" $(LINKS)

endif
clean:
	rm -rf $(O)

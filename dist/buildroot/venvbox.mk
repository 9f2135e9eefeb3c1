################################################################################
#
# venvbox
#
################################################################################

VENVBOX_VERSION = @VERSION@
VENVBOX_SITE = https://github.com/venvbox/venvbox/releases/download/v$(VENVBOX_VERSION)
VENVBOX_LICENSE = 0BSD
VENVBOX_LICENSE_FILES = LICENSE
# Take the source of libzlib: a library to link statically is there only in
# configurations with static libraries.
VENVBOX_DEPENDENCIES = host-zlib libzlib

VENVBOX_MAKE_OPTS = \
	$(TARGET_CONFIGURE_OPTS) \
	HOSTCC="$(HOSTCC) $(HOST_CFLAGS) $(HOST_LDFLAGS)" \
	ZLIB_SRC=$(LIBZLIB_DIR) \
	PREFIX=/usr

define VENVBOX_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) $(VENVBOX_MAKE_OPTS) -C $(@D) all
endef

define VENVBOX_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) $(VENVBOX_MAKE_OPTS) -C $(@D) \
		DESTDIR=$(TARGET_DIR) install
endef

$(eval $(generic-package))

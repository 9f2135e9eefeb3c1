SUMMARY = "Make and use Python virtual environments without running Python"
DESCRIPTION = "One statically linked program that makes, upgrades, repairs and \
               checks Python virtual environments, enters and leaves them. It \
               never runs the Python that an environment is for."
HOMEPAGE = "https://github.com/venvbox/venvbox"
BUGTRACKER = "https://github.com/venvbox/venvbox/issues"
SECTION = "devel/python"
LICENSE = "0BSD"
LIC_FILES_CHKSUM = "file://LICENSE;md5=@LICENSE_MD5@"

DEPENDS = "zlib zlib-native"

SRC_URI = "https://github.com/venvbox/venvbox/releases/download/v${PV}/${BP}.tar.gz"
SRC_URI[sha256sum] = "@SHA256@"

CVE_PRODUCT = "venvbox"

inherit bash-completion

EXTRA_OEMAKE = "PREFIX=${prefix} KEEP_SYMBOLS=1 'HOSTCC=${BUILD_CC} ${BUILD_CFLAGS} ${BUILD_LDFLAGS}'"

do_compile() {
    oe_runmake all
}

do_install() {
    oe_runmake install DESTDIR=${D}
}

PACKAGES =+ "${PN}-zsh-completion ${PN}-fish-completion"

FILES:${PN}-zsh-completion += "${datadir}/zsh"
FILES:${PN}-fish-completion += "${datadir}/fish"

# it is for musl only
COMPATIBLE_HOST = "null"
COMPATIBLE_HOST:libc-musl = ".*"

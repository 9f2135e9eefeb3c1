"""
usage: bitbake.py RECIPE SOURCE WORK CC ZLIB

Parses RECIPE by BitBake's own parser, with the variables of a machine with musl
that bitbake.conf and base.bbclass of OpenEmbedded would set, runs its tasks
do_compile and do_install by BitBake in the directory SOURCE. WORK: a new
directory, whose image/ is filled; what the recipe says is there as JSON, said.
CC: the compiler; ZLIB: a directory with zlib's headers and library, as of the
sysroot.
"""

import json
import os
import sys
import types

# servers of hashes are not in what PyPI has of BitBake
for module in ("hashserv", "hashserv.client"):
    sys.modules[module] = types.ModuleType(module)
# pylint: disable=wrong-import-position
import bb.build
import bb.data
import bb.event
import bb.fetch2
import bb.parse

CONF = """
PN = "${@bb.parse.vars_from_file(d.getVar('FILE'), d)[0] or 'none'}"
PV = "${@bb.parse.vars_from_file(d.getVar('FILE'), d)[1] or '1.0'}"
BP = "${PN}-${PV}"
T = "${WORKDIR}/temp"
D = "${WORKDIR}/image"
B = "${S}"
prefix = "/usr"
datadir = "${prefix}/share"
libdir = "${prefix}/lib"
sysconfdir = "/etc"
PACKAGES = "${PN}-src ${PN}-dbg ${PN}-staticdev ${PN}-dev ${PN}-doc ${PN}"
HOST_OS = "linux-musl"
HOST_ARCH = "aarch64"
HOST_SYS = "${HOST_ARCH}-poky-${HOST_OS}"
export CFLAGS = "-O2 -pipe -g -I${ZLIB}/include"
export CPPFLAGS = ""
export LDFLAGS = "-Wl,-O1 -Wl,--hash-style=gnu -L${ZLIB}/lib"
export MAKE = "make"
BUILD_CC = "gcc"
BUILD_CFLAGS = "-O2 -pipe"
BUILD_LDFLAGS = "-Wl,-O1"
EXTRA_OEMAKE = ""
OVERRIDES = "linux:aarch64:${LIBCOVERRIDE}:pn-${PN}"
LIBCOVERRIDE = "libc-musl"
"""

BASE = """
oe_runmake() {
    make ${EXTRA_OEMAKE} "$@"
}
python do_unpack() {
}
do_compile() {
    false
}
do_compile[dirs] = "${B}"
do_install() {
    false
}
do_install[dirs] = "${B}"
do_install[cleandirs] = "${D}"
addtask unpack
addtask compile after do_unpack
addtask install after do_compile
"""

BASH_COMPLETION = """
PACKAGES =+ "${PN}-bash-completion"
FILES:${PN}-bash-completion = "${datadir}/bash-completion"
"""


def write(work, name, text):
    """Make the file NAME below WORK."""
    path = os.path.join(work, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def parsed(recipe, work, overrides):
    """The variables of RECIPE, with those of OVERRIDES set before."""
    write(work, "conf/bitbake.conf", CONF)
    write(work, "classes/base.bbclass", BASE)
    write(work, "classes/bash-completion.bbclass", BASH_COMPLETION)
    data = bb.data.init()
    data.setVar("__bbclasstype", "recipe")
    data.setVar("BBPATH", work)
    data.setVar("TOPDIR", work)
    data.setVar("WORKDIR", work)
    data.setVar("PATH", os.environ["PATH"])
    bb.parse.init_parser(data)
    data = bb.parse.handle("conf/bitbake.conf", data, True)
    bb.parse.BBHandler.inherit("base", "bitbake.conf", 0, data)
    for name, value in overrides.items():
        data.setVar(name, value)
    return bb.parse.handle(recipe, data)[""]


def main():
    """Do what the head of this file says."""
    recipe, source, work, compiler, zlib = sys.argv[1:]
    data = parsed(recipe, work, {"S": source, "ZLIB": zlib})
    data.setVar("CC", compiler)
    data.setVarFlag("CC", "export", "1")
    os.makedirs(data.getVar("T"))
    glibc = parsed(recipe, work, {"LIBCOVERRIDE": "libc-glibc"})
    names = ["PN", "PV", "SUMMARY", "LICENSE", "LIC_FILES_CHKSUM", "SRC_URI",
             "DEPENDS", "PACKAGES", "COMPATIBLE_HOST"]
    said = {name: data.getVar(name) for name in names}
    said["glibc"] = glibc.getVar("COMPATIBLE_HOST")
    said["sha256"] = data.getVarFlag("SRC_URI", "sha256sum")
    said["tasks"] = data.getVar("__BBTASKS")
    said["files"] = {package: data.getVar("FILES:" + package)
                     for package in said["PACKAGES"].split()}
    url = bb.fetch2.decodeurl(said["SRC_URI"])
    said["url"] = url[0] + "://" + url[1] + url[2]
    write(work, "said", json.dumps(said))
    for task in ("do_compile", "do_install"):
        bb.build.exec_func(task, data)


if __name__ == "__main__":
    main()

"""Whether an environment has the files of its wheels, for tests/bench/peers."""

import os
import zipfile
import zlib

from contenders import SITE

# what installers write, or write anew
METADATA = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json",
            "uv_cache.json", "uv_build.json"}
# what environments have without wheels
OWN = {"pyvenv.cfg", ".gitignore", ".lock", "CACHEDIR.TAG",
       SITE + "/_virtualenv.py", SITE + "/_virtualenv.pth"}


def place(path):
    """Return where a member PATH belongs in an environment. None: it is a
    script or a header, which is not compared."""
    first, _, rest = path.partition("/")
    if not first.endswith(".data"):
        return SITE + "/" + path
    kind, _, rest = rest.partition("/")
    if kind in ("purelib", "platlib"):
        return SITE + "/" + rest
    return rest if kind == "data" else None


def compared(path):
    """Return whether all contenders have to write the same to PATH."""
    folder, name = os.path.split(path or "bin/")
    return (path not in OWN and not folder.startswith(("bin", "include")) and
            not (folder.endswith(".dist-info") and name in METADATA))


def wanted(wheels):
    """Return the files of WHEELS: path to size and checksum."""
    files = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            files.update((place(info.filename), (info.file_size, info.CRC))
                         for info in archive.infolist() if not info.is_dir())
    return {path: file for path, file in files.items() if compared(path)}


def found(env):
    """Return the files of ENV like those of wanted()."""
    files = {}
    for folder, _, names in os.walk(env):
        for name in names:
            full = os.path.join(folder, name)
            path = os.path.relpath(full, env)
            if path.startswith(SITE + "/"):
                path = place(path[len(SITE) + 1:])
            if compared(path):
                with open(full, "rb") as file:
                    data = file.read()
                files[path] = len(data), zlib.crc32(data)
    return files


def differences(env, want):
    """Return lines for the files in which ENV differs from WANT."""
    have = found(env)
    return (["missing: " + path for path in sorted(want.keys() - have.keys())] +
            ["not of a wheel: " + path
             for path in sorted(have.keys() - want.keys())] +
            ["other content: " + path
             for path in sorted(want.keys() & have.keys())
             if want[path] != have[path]])

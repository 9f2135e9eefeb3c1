"""A wheel whose program says by which Python it is run, where and by whom."""

import base64
import hashlib
import os
import zipfile

NAME = "hello-1.0-py3-none-any.whl"
INFO = "hello-1.0.dist-info/"
CODE = '''\
import os
import sys


def main():
    print("hello:", sys.prefix, sys.base_prefix, os.uname().machine,
          sys.byteorder, os.getuid(), os.environ.get("VIRTUAL_ENV"),
          *sys.argv[1:])


if __name__ == "__main__":
    main()
'''
MEMBERS = {
    "hello.py": CODE,
    INFO + "METADATA": "Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n",
    INFO + "WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\n"
                    "Root-Is-Purelib: true\nTag: py3-none-any\n",
    INFO + "entry_points.txt": "[console_scripts]\nhello = hello:main\n",
}


def make(directory):
    """Write it to DIRECTORY, always the same bytes; its path."""
    path = os.path.join(directory, NAME)
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in MEMBERS.items():
            digest = hashlib.sha256(text.encode()).digest()
            record += "%s,sha256=%s,%d\n" % (
                name, base64.urlsafe_b64encode(digest).decode().rstrip("="),
                len(text))
            archive.writestr(zipfile.ZipInfo(name), text)
        archive.writestr(zipfile.ZipInfo(INFO + "RECORD"),
                         record + INFO + "RECORD,,\n")
    return path

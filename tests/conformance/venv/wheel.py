"""A wheel made by hand, with nothing but zipfile: pure, one console script."""

import base64
import hashlib
import os
import zipfile

MEMBERS = {
    "vbdemo.py":
        "import sys\n\n\ndef main():\n    print(sys.prefix)\n",
    "vbdemo-1.0.dist-info/METADATA":
        "Metadata-Version: 2.1\nName: vbdemo\nVersion: 1.0\n",
    "vbdemo-1.0.dist-info/WHEEL":
        "Wheel-Version: 1.0\nGenerator: venvbox tests\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    "vbdemo-1.0.dist-info/entry_points.txt":
        "[console_scripts]\nvbdemo = vbdemo:main\n",
}


def make(directory):
    """Write the wheel into DIRECTORY and return its path."""
    path = os.path.join(directory, "vbdemo-1.0-py3-none-any.whl")
    record = "vbdemo-1.0.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in MEMBERS.items():
            digest = hashlib.sha256(text.encode()).digest()
            code = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            lines.append("%s,sha256=%s,%d\n" % (name, code, len(text)))
            archive.writestr(name, text)
        archive.writestr(record, "".join(lines) + record + ",,\n")
    return path

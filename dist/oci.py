#!/usr/bin/env python3
"""usage: oci.py CONTEXT VERSION OUT

Write the image of docker/Dockerfile for every platform in CONTEXT, a directory
that docker/context.sh made, to the file OUT: an OCI archive (image-spec 1.0)
whose only name is VERSION. It has one index of all platforms, as a registry
would, and one layer for each. Needs no container tool, no root and no network.
All times are SOURCE_DATE_EPOCH."""

import gzip
import hashlib
import io
import json
import os
import re
import sys
import tarfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
OCI = "application/vnd.oci.image."
# builders set it in an image FROM scratch
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def tar(add):
    """Return an archive of what the function ADD adds to it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as t:
        add(t)
    return file.getvalue()


def member(name, mode=0o644, size=0):
    """Return what an archive says about a file: owned by root."""
    info = tarfile.TarInfo(name)
    info.mode, info.size, info.mtime = mode, size, EPOCH
    return info


def add_tree(archive, top, name=""):
    """Add what is in the directory TOP/NAME, sorted, to ARCHIVE."""
    for entry in sorted(os.listdir(os.path.join(top, name))):
        inside = os.path.join(name, entry)
        path = os.path.join(top, inside)
        info = member(inside, 0o755 if os.access(path, os.X_OK) else 0o644)
        if os.path.islink(path):
            info.type, info.linkname = tarfile.SYMTYPE, os.readlink(path)
            info.mode = 0o777
            archive.addfile(info)
        elif os.path.isdir(path):
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
            add_tree(archive, top, inside)
        else:
            with open(path, "rb") as file:
                info.size = os.path.getsize(path)
                archive.addfile(info, file)


class Layout:
    """The files of an archive: blobs by their digests."""

    def __init__(self):
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(self, data, kind, **more):
        """Add DATA, bytes or what becomes JSON; return its descriptor."""
        if not isinstance(data, bytes):
            data = to_json(data)
        digest = hashlib.sha256(data).hexdigest()
        self.files["blobs/sha256/" + digest] = data
        return {"mediaType": OCI + kind, "digest": "sha256:" + digest,
                "size": len(data), **more}

    def add_to(self, archive):
        """Add all files to ARCHIVE."""
        for name in ("blobs/", "blobs/sha256/"):
            info = member(name, 0o755)
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
        for name, data in sorted(self.files.items()):
            archive.addfile(member(name, size=len(data)), io.BytesIO(data))


def to_json(value):
    """Return the bytes of VALUE as JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def image(layout, top, platform, labels):
    """Add the image of the directory TOP; return its descriptor."""
    layer = tar(lambda archive: add_tree(archive, top))
    packed = layout.blob(gzip.compress(layer, mtime=0), "layer.v1.tar+gzip")
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))
    config = layout.blob({
        "created": made, **platform,
        "config": {"Env": [PATH], "Entrypoint": ["/bin/venvbox"],
                   "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids":
                   ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        "history": [{"created": made, "created_by": "dist/oci.py"}],
    }, "config.v1+json")
    return layout.blob({
        "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
        "config": config, "layers": [packed], "annotations": labels,
    }, "manifest.v1+json", platform=platform)


def platforms():
    """Yield the platforms of the list `targets`: directory and description."""
    with open(os.path.join(HERE, "targets"), encoding="ascii") as file:
        for line in file:
            if not line.startswith("#"):
                name = line.split()[3]
                architecture, _, variant = name.partition("/")
                yield name.replace("/", ""), {
                    "architecture": architecture, "os": "linux",
                    **({"variant": variant} if variant else {})}


def main():
    """Write the archive."""
    context, version, out = sys.argv[1:]
    with open(os.path.join(HERE, "docker/Dockerfile"), encoding="utf-8") as file:
        labels = dict(re.findall(r'(org\.opencontainers\.\S+)="([^"]*)"',
                                 file.read()))
    labels["org.opencontainers.image.version"] = version
    layout = Layout()
    images = [image(layout, os.path.join(context, name), platform, labels)
              for name, platform in platforms()
              if os.path.isdir(os.path.join(context, name))]
    kind = "index.v1+json"
    index = layout.blob({
        "schemaVersion": 2, "mediaType": OCI + kind, "manifests": images,
        "annotations": labels,
    }, kind, annotations={"org.opencontainers.image.ref.name": version})
    layout.files["index.json"] = to_json({
        "schemaVersion": 2, "mediaType": OCI + kind, "manifests": [index]})
    with open(out, "wb") as file:
        file.write(tar(layout.add_to))


main()

"""Unpack a CPython for Windows out of the Go module that embeds it:
`unpack.py VERSION DIR [--download]`. Exit 3, with the reason, if it is not to be had."""
import gzip
import json
import os
import pathlib
import subprocess
import sys

MODULE = "github.com/kluctl/go-embed-python"
PINNED = {
    "3.14.6": ("v0.0.0-3.14.6-20260610-1",
               "h1:oGUS7++Wm3LgxUfD6AmJgKbKQD2wdQFO9PzyJv6T+E4="),
    "3.11.11": ("v0.0.0-3.11.11-20241219-1",
                "h1:yVXFTxa6cvhLC6TwkDEHmNaiWlDyaFEGiXd1DQdoeOU="),
    "3.10.16": ("v0.0.0-3.10.16-20241219-1",
                "h1:bfJRrtWlbdrPtwXXXZzA95yj2Pr9AvSbxDEm8YvbaP0="),
}


def missing(why):
    print(why)
    sys.exit(3)


def fetch(version, download):
    tag, pinned = PINNED[version]
    env = dict(os.environ, GOFLAGS="")
    if not download:
        env.update(GOPROXY="off")
    try:
        done = subprocess.run(["go", "mod", "download", "-json", f"{MODULE}@{tag}"],
                              env=env, capture_output=True, text=True, cwd="/")
    except FileNotFoundError:
        missing("no Go")
    if done.returncode != 0:
        missing(f"no Go module {MODULE}@{tag}: make windows downloads it")
    found = json.loads(done.stdout)
    if found["Sum"] != pinned:
        sys.exit(f"{tag}: sum {found['Sum']}, not {pinned}")
    return pathlib.Path(found["Dir"])


def main(version, target, *more):
    source = fetch(version, "--download" in more)
    source = source / "python/internal/data/windows-amd64"
    target = pathlib.Path(target)
    for path in source.rglob("*"):
        if path.is_dir():
            continue
        content, name = path.read_bytes(), str(path.relative_to(source))
        if name.endswith(".gz"):
            content, name = gzip.decompress(content), name[:-3]
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


main(*sys.argv[1:])

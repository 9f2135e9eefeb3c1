"""Directory trees as values: taken from the disk, put back, compared."""

import errno
import hashlib
import os
import stat


def contents(path, st):
    """The bytes of a file; of a large one, which is never put back, a hash."""
    with open(path, "rb") as f:
        if st.st_size > 65536:
            return hashlib.file_digest(f, "sha256").digest()
        return f.read()


def take(root, prefix="", tree=None):
    """{path: (kind, mode, owner, contents or target)} of all below ROOT."""
    tree = {} if tree is None else tree
    for entry in os.scandir(root):
        st = entry.stat(follow_symlinks=False)
        name = prefix + entry.name
        kind = stat.S_IFMT(st.st_mode)
        what = None
        if kind == stat.S_IFREG:
            what = contents(entry.path, st)
        elif kind == stat.S_IFLNK:
            what = os.readlink(entry.path)
        tree[name] = (kind, stat.S_IMODE(st.st_mode), st.st_uid, what)
        if kind == stat.S_IFDIR:
            take(entry.path, name + "/", tree)
    return tree


def empty(root):
    """Remove all below ROOT; a mount point is emptied and stays."""
    for entry in os.scandir(root):
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
            continue
        empty(entry.path)
        try:
            os.rmdir(entry.path)
        except OSError as e:
            if e.errno != errno.EBUSY:
                raise


def put(root, tree):
    """Make all below ROOT be TREE."""
    empty(root)
    for name, (kind, mode, owner, what) in tree.items():
        path = os.path.join(root, name)
        if kind == stat.S_IFLNK:
            os.symlink(what, path)
        elif kind == stat.S_IFDIR:
            os.makedirs(path, exist_ok=True)
        else:
            with open(path, "xb") as f:
                f.write(what)
        if kind != stat.S_IFLNK:
            os.chmod(path, mode)
        if owner != 0:
            os.chown(path, owner, owner, follow_symlinks=False)


def differences(one, two):
    """Return how two trees differ, a few words a path."""
    lines = []
    for name in sorted(one.keys() | two.keys()):
        if name not in one:
            lines.append(f"extra {name}")
        elif name not in two:
            lines.append(f"missing {name}")
        elif one[name] != two[name]:
            lines.append(f"changed {name}")
    return ", ".join(lines[:4] + (["..."] if len(lines) > 4 else []))


def is_work(name):
    return name.startswith(".venvbox-")


def litter(tree):
    """The work directories in TREE, without what is in them."""
    return [n for n in tree if is_work(os.path.basename(n)) and
            not any(map(is_work, n.split("/")[:-1]))]


def without_litter(tree):
    """TREE as it would be without the work directories."""
    return {n: v for n, v in tree.items() if not any(map(is_work, n.split("/")))}

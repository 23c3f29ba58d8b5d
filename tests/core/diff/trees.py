"""Trees of files with hostile names and contents, and a repository that holds them for as long as a test."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from tests.core.diff.repository import Repository

Tree = Mapping[bytes, tuple[str, bytes]]  # what stands at a path: its mode in git, and its content

PARTS = (
    b"x",
    b"y.py",
    b"a b",
    b" b",
    b"trail ",
    b"a",
    b"b",
    b"dev",
    b"null",
    b"nul",
    b"+++ b",
    b"diff --git a",
    b"@@ -1 +1 @@",
    b"Binary files a and b differ",
    b'q"uote',
    b'"',
    b"back\\slash",
    b"tab\tname",
    b"line\nend",
    b"cr\rname",
    b"esc\x1b[31m",
    "ünï\u2028".encode(),
    b"latin\xe9",
    b"2026-01-01 10:00:00 +0000",
    b"-- ",
    b"x (nonexistent)",
    b"#",
)
LINES = (
    b"a",
    b"b",
    b"c",
    b"",
    b" ",
    b"\r",
    b"a\r",
    b"  a",
    b"++ b/x",
    b"-- a/x",
    b"@@ -1 +1 @@",
    b"diff --git a/x b/x",
    b"\\ No newline at end of file",
    b"caf\xe9",
    b"[-a-]{+b+}",
    b"\x0c\x1c\xc2\x85\xe2\x80\xa8",
    b"commit 0123456789012345678901234567890123456789",
    b"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001",
)

names = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(b"/".join)
texts = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(st.sampled_from(LINES), max_size=14),
    st.sampled_from([b"\n", b""]),
)
entries = st.one_of(
    st.tuples(st.sampled_from(["100644", "100644", "100755"]), texts),
    st.tuples(st.just("100644"), st.sampled_from([b"", b"\0\1", b"\0\1\2", bytes(range(27)) + b"\n" * 9])),
    st.tuples(st.just("120000"), st.sampled_from([b"x", b"a b/y"])),
)


def without_clashes(tree: Tree) -> Tree:
    """A name cannot be a file's and a directory's at once."""
    taken = {b"/".join(name.split(b"/")[:count]) for name in tree for count in range(1, name.count(b"/") + 1)}
    return {name: entry for name, entry in tree.items() if name not in taken}


trees = st.dictionaries(names, entries, max_size=6).map(without_clashes)


@st.composite
def changed(draw: st.DrawFn, before: Tree) -> Tree:
    """`before` with files edited, moved, removed and added."""
    after = dict(before)
    for name in sorted(before):
        what = draw(st.sampled_from(["keep", "edit", "edit", "replace", "move", "copy", "remove"]))
        mode, content = after[name]
        if what in ("edit", "move", "copy") and mode != "120000":
            content = draw(edited(content))
        if what in ("replace", "remove"):
            after.pop(name)
        if what == "replace":
            mode, content = draw(entries)
        if what == "move":
            after.pop(name)
        if what != "remove":
            after[draw(names) if what in ("move", "copy") else name] = (mode, content)
    return without_clashes(after)


@st.composite
def edited(draw: st.DrawFn, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at = draw(st.integers(0, len(lines)))
    lines[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(LINES), max_size=2))
    return b"\n".join(lines)


@contextmanager
def empty_repository() -> Iterator[Repository]:
    with TemporaryDirectory() as path:
        repository = Repository(Path(path))
        repository.git("init", "--quiet")
        yield repository


def store(repository: Repository, tree: Tree) -> str:
    """Makes `tree` the whole work tree. Returns its name in git."""
    for found in repository.path.iterdir():
        if found.name == ".git":
            continue
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()
    for name, (mode, content) in tree.items():
        path = os.path.join(os.fsencode(repository.path), name)  # noqa: PTH118 — pathlib has no bytes
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        if mode == "120000":
            os.symlink(content, path)  # noqa: PTH211
            continue
        Path(os.fsdecode(path)).write_bytes(content)
        Path(os.fsdecode(path)).chmod(int(mode[-3:], 8))
    repository.git("add", "--all")
    return repository.git("write-tree").decode().strip()

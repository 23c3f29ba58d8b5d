"""Whatever bytes are given: they are read or refused, in steps that grow no faster than they do."""

import contextlib
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.diff import DiffError, parse_diff, parse_patch, read_diff

SHA = "0123456789012345678901234567890123456789"
SAMPLES = sorted((Path(__file__).parent / "tools").iterdir())
PIECES = (
    *"ab+- \\@~#=*<>:/\t",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\x1b[31m",
    "\x1b]8;;x\x07",
    "\ufeff",
    "\u2028",
    "diff --git a/x b/x\n",
    "diff --git ",
    "diff --cc x\n",
    "diff -r 0123456789ab x\n",
    "index 1234567..89abcde 100644\n",
    "--- a/x\n+++ b/x\n",
    "--- a/x\t(nonexistent)\n",
    "+++ b/y\t2026-01-01 00:00:00\n",
    "@@ -1 +1 @@\n-a\n+b\n",
    "@@ -1,2 +0,0 @@\n",
    "@@@ -1 -1 +1 @@@\n",
    "## -0,0 +1 ##\n",
    "new file mode 100644\n",
    "old mode 100644\nnew mode 120000\n",
    f"From {SHA} Mon Sep 17 00:00:00 2001\n",
    "Content-Transfer-Encoding: base64\n\n",
    "Content-Type: multipart/mixed; boundary=x\n\n--x\n",
    "Subject: x\n",
    f"commit {SHA}\nAuthor: a\n",
    "# HG changeset patch\n",
    "GIT binary patch\n",
    "literal 3\nJc${Nk0ssI600RI3\n",
    '"a/\\303" ',
    "rename from x\nrename to y\n",
    "copy from x\ncopy to z\n",
    f"Index: x\n{'=' * 67}\n",
    f"Property changes on: x\n{'_' * 67}\n",
    "Added: svn:x\n",
    "Only in a/b: c\n",
    "Binary files a/x and b/x differ\n",
    "File a is a fifo while file b is a fifo\n",
    "Submodule x 1234567..89abcde:\n  > y\n",
    "* Unmerged path x\n",
    "==== //depot/x#1 - /y ====\n",
    "=== renamed file 'x' => 'y'\n",
    "ADDED   x\n",
    "*** a/x\n",
    "1c1\n< a\n",
    "-- \n",
    "---\n",
    " x | 2 +-\n",
    "<html>",
    '{"',
)  # fmt: skip


BEGINNINGS = (b"diff ", b"Index: ", b"Modified: ", b"=== ", b"==== ", b"Only in ", b"Files ")


def consume(data: bytes) -> None:
    """Reads `data`; what comes of it must hold together."""
    with contextlib.suppress(DiffError):
        reading = read_diff(data)
        paths = [file.path for file in reading.files]
        assert len(paths) == len(set(paths))
        for file in reading.files:
            assert file.path
            assert (file.patch is None) != (file.absent is None)
            assert not {"", ".", ".."} & set(file.path.split("/"))
            lines = [line for hunk in parse_patch(file.patch or "") for line in hunk.lines]
            assert file.additions == sum(line.kind == "+" for line in lines)
            assert file.deletions == sum(line.kind == "-" for line in lines)
        assert all(note.line >= 1 and note.text.isprintable() for note in reading.notes)
    with contextlib.suppress(DiffError):
        parse_diff(data.decode("utf-8", "replace"))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=600)
def test_nonsense_is_read_or_refused(text: str) -> None:
    consume(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    consume(data)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_damaged_outputs_of_tools_are_read_or_refused(sample: Path) -> None:
    chance = random.Random(sample.name)
    data = sample.read_bytes()
    for _ in range(150):
        lines = data.splitlines(keepends=True)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(lines))
            what = chance.choice(["drop", "repeat", "cut", "swap", "insert", "end"])
            if what == "drop":
                del lines[at]
            elif what == "repeat":
                lines[at:at] = lines[at : at + chance.randint(1, 4)]
            elif what == "cut":
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
            elif what == "swap":
                lines[at], lines[-1] = lines[-1], lines[at]
            elif what == "insert":
                lines.insert(at, chance.choice(PIECES).encode())
            else:
                lines = lines[: at + 1]
            if not lines:
                break
        consume(b"".join(lines))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_no_file_vanishes_where_an_output_is_cut_short(sample: Path) -> None:
    """Of a diff that ends early, every file that it still names is read, named, or a reason to refuse."""
    data = sample.read_bytes()
    lines = data.splitlines(keepends=True)
    whole = [file.path for file in read_diff(data).files]
    begin = next(at for at, line in enumerate(lines) if line.startswith(BEGINNINGS))
    for count in range(1, len(lines)):
        try:
            reading = read_diff(b"".join(lines[:count]))
        except DiffError:
            continue
        shown = b"".join(lines[begin:count]).decode()
        names = [name for file in reading.files for name in (file.path, file.previous) if name]
        missing = [path for path in whole if f"{path.rpartition('/')[2]}\n" in shown]
        assert reading.notes or all(any(name.endswith(path) for name in names) for path in missing)


def steps(read: Callable[[], Any]) -> int:
    """How many lines of Python are run by `read`."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(DiffError):
            read()
    finally:
        sys.settrace(before)
    return count


FILE = "diff --git a/{0} b/{0}\nindex 1..2 100644\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n"
GROWING: dict[str, Callable[[int], str]] = {
    "files": lambda size: "".join(FILE.format(number) for number in range(size)),
    "one file again and again": lambda size: FILE.format("x") * size,
    "hunks": lambda size: FILE.format("x") + "".join(
        f"@@ -{number} +{number} @@\n-a\n+b\n" for number in range(2, size)
    ),
    "lines": lambda size: f"--- a/x\n+++ b/x\n@@ -0,0 +1,{size} @@\n" + "+a\n" * size,
    "renames": lambda size: "".join(
        f"commit {SHA}\ndiff --git a/{n} b/{n + 1}\nrename from {n}\nrename to {n + 1}\n" for n in range(size)
    ),
    "prose": lambda size: FILE.format("x") + "junk\n\n" * size,
    "mails": lambda size: f"From {SHA} Mon\nSubject: x\n\n@@ -1,9 +1,9 @@\n a\n---\n" * size,
    "hunks in a message": lambda size: "Subject: x\n\n" + "@@ -1,9 +1,9 @@\n a\n" * size + FILE.format("x"),
    "named files": lambda size: "".join(f"Only in a/{number}: x\n" for number in range(size)),
    "roots": lambda size: "".join(
        f"--- {n}/x{n}\n+++ {n}b/x{n}\n@@ -1 +1 @@\n-a\n+b\nOnly in {n}: y\n" for n in range(size)
    ),
    "merges": lambda size: "diff --cc x\nindex 1,2..3\n@@@ -1 -1 +1 @@@\n- a\n -b\n++c\n" * size,
    "properties": lambda size: f"Property changes on: x\n{'_' * 67}\nAdded: p\n## -0,0 +1 ##\n+v\n\n" * size,
    "binary patches": lambda size: (
        "diff --git a/x b/x\nGIT binary patch\n" + "literal 3\nJc${Nk0ssI600RI3\n" * size
    ),
    "series on many lines": lambda size: "".join(
        f"From {SHA} Mon\nSubject: x\n\n---\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+{n}\n" for n in range(size)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_steps_grow_no_faster_than_a_diff(name: str) -> None:
    grown = GROWING[name]
    few, many = (steps(lambda size=size: read_diff(grown(size).encode())) for size in (100, 400))  # type: ignore[misc]

    assert many < 6 * few


LONG = 200_000
LINES = (
    "Binary files " + "a and " * LONG + "differ",
    "Files " + " and ".join(["a/x"] * LONG) + " differ",
    "File " + "x is a " * LONG + " while file " + "y is a " * LONG,
    "Only in " + "a: " * LONG,
    "Submodule " + "1234567..89abcde " * LONG,
    "diff --git " + "a/x " * LONG + "\nold mode 100644\nnew mode 100755",
    "diff --git " + "a " * LONG + "\nold mode 100644\nnew mode 100755",
    'diff --git "' + "\\" * LONG + "\nold mode 100644\nnew mode 100755",
    "diff --cc " + '"\\' * LONG + "\nindex 1,2..3",
    "--- " + " " * LONG + "\n+++ b\n@@ -1 +1 @@\n-a\n+b",
    "--- " + "\t" * LONG + "\n+++ b\n@@ -1 +1 @@\n-a\n+b",
    "--- " + "2026-01-01 " * LONG + "\n+++ b\n@@ -1 +1 @@\n-a\n+b",
    "--- " + "../" * LONG + "x\n+++ " + "a/" * LONG + "x\n@@ -1 +1 @@\n-a\n+b",
    "@@ -1 +1 @@" + " @@" * LONG,
    "@@@" + "@" * LONG + " -1 +1",
    "diff --cc x\nindex 1,2..3\n" + "@" * LONG + " " + "-1 " * LONG + "+1 " + "@" * LONG,
    "==== " + "#1 " * LONG + "====",
    "==== a" + " ==== a" * LONG,
    "=== modified file '" + "' => '" * LONG + "'",
    "Index: " + "x (from rev 1, " * LONG + f"\n{'=' * 67}",
    "Copied: " + "x (from rev 1, " * LONG + f"\n{'=' * 67}",
    "... //" + "#1 " * LONG,
    "diff " + "-r 0123456789ab " * LONG,
    "diff " + "'-" * LONG,
    " " + "a | " * LONG,
    " " + " " * LONG + "| x",
    " 1 file changed" + ", 1 insertion(+)" * LONG + "x",
    "warning: " + "CRLF " * LONG,
    "Files " + "a and b " * LONG + "are identical",
    "|" * LONG + "commit",
    "> " * LONG + "diff",
    "1: " + "a" * LONG,
    "x --- " * LONG,
    "a" * LONG + "/" + "a\n" * 1000,
    "A" * 60 + "\n" + "A" * LONG,
    "---" + "\x1b" * LONG,
    "\x1b[31m" * LONG + "x",
    "\x1b]8;" * LONG + "x",
    "\x1b[" + "1;" * LONG + "x",
    "From " + "a@" * LONG,
    "X-" * LONG + ": x",
    "-" * LONG,
    "_" * LONG,
    "{" * LONG,
    "[" * LONG,
    "<" * LONG,
    "\r" * LONG + "\n",
    "[-" * LONG,
    "--- a\n+++ b\n@@ -1 +1 @@\n" + "{+" * LONG,
    "Content-Transfer-Encoding: base64\n\n" + "=" * LONG,
    "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n" * 20_000,
    "Subject: " + "=?utf-8?q?" * 20_000,
)  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:12].encode("unicode_escape").decode())
def test_long_lines_are_read_in_time(line: str) -> None:
    """A search that took the square of the line's length would take hours."""
    consume(f"{line}\n".encode())
    consume(f"{FILE.format('x')}{line}\n".encode())

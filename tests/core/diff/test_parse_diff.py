"""Diffs as tools write them, told case by case; what cannot be read is refused with its line."""

import re

import pytest

from bot.core.change import File, FileStatus
from bot.core.diff import DiffError, decode_diff, nothing_to_read, parse_diff, parse_patch

HUNK = "@@ -1 +1 @@\n-a\n+b\n"


def parse_one(text: str) -> File:
    (file,) = parse_diff(text)
    return file


def test_a_change_of_content() -> None:
    file = parse_one(f"diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n{HUNK}")

    assert file == File(
        path="x.py",
        status=FileStatus.MODIFIED,
        additions=1,
        deletions=1,
        before="100644",
        after="100644",
        patch=HUNK,
    )


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_an_empty_diff_has_no_files(text: str) -> None:
    assert parse_diff(text) == ()


def test_a_commit_without_changes_has_no_files() -> None:
    assert parse_diff("commit 0123456\nAuthor: a <a@b>\n\n    Say nothing\n") == ()


@pytest.mark.parametrize(
    ("header", "status", "absent"),
    [
        ("new file mode 100644\nindex 0000000..e69de29\n", FileStatus.ADDED, "empty file"),
        ("deleted file mode 100644\nindex e69de29..0000000\n", FileStatus.REMOVED, "empty file"),
        ("new file mode 100644\nindex 0000000..473a0f4c3\n", FileStatus.ADDED, "empty file"),
        ("new file mode 100644\n", FileStatus.ADDED, "empty file"),
        ("old mode 100644\nnew mode 100755\n", FileStatus.MODIFIED, "only its mode changed"),
        (
            "similarity index 100%\nrename from y\nrename to x\n",
            FileStatus.RENAMED,
            "renamed without changes",
        ),
        ("similarity index 100%\ncopy from y\ncopy to x\n", FileStatus.COPIED, "copied without changes"),
        (
            "index 1..2 100644\nBinary files a/x and b/x differ\n",
            FileStatus.MODIFIED,
            "binary file",
        ),
        (
            "index 1..2\nGIT binary patch\nliteral 2\nJc${Nk0ssI600RI3\n\ndelta 1\nIcmZPo000310RR91\n\n",
            FileStatus.MODIFIED,
            "binary file",
        ),
    ],
)
def test_a_file_without_lines_says_why(header: str, status: FileStatus, absent: str) -> None:
    file = parse_one(f"diff --git a/x b/x\n{header}")

    assert (file.path, file.status, file.patch, file.absent) == ("x", status, None, absent)
    assert nothing_to_read(file)


def test_a_file_too_large_to_show_has_something_to_read() -> None:
    file = File(path="x", status=FileStatus.MODIFIED, additions=9, deletions=0, absent="too large to show")

    assert not nothing_to_read(file)


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("a/x y b/x y", "x y"),
        ("a/x b/x b/x b/x", "x b/x"),
        ("i/x w/x", "x"),
        ("old/x newer/x", "x"),
        ("one two/x y threefold/x y", "x y"),
        ("x x", "x"),
        ("a/x a/x", "a/x"),
        (r'"a/caf\303\251" "b/caf\303\251"', "café"),
        (r'"a/q\"\\\t\n" "b/q\"\\\t\n"', 'q"\\\t\n'),
        (r'"a/\377.bin" "b/\377.bin"', "\ufffd.bin"),
        ("a/über b/über", "über"),
    ],
)
def test_the_header_alone_names_the_file(header: str, path: str) -> None:
    assert parse_one(f"diff --git {header}\nold mode 100644\nnew mode 100755\n").path == path


def test_a_rename_keeps_both_names_also_quoted_ones() -> None:
    text = 'diff --git "a/\\303\\244" b/b x\nsimilarity index 90%\nrename from "\\303\\244"\nrename to b x\n'

    file = parse_one(f'{text}index 1..2 100644\n--- "a/\\303\\244"\n+++ b/b x\t\n{HUNK}')

    assert (file.path, file.previous, file.status, file.patch) == ("b x", "ä", FileStatus.RENAMED, HUNK)


def test_prefixes_of_unequal_length_are_told_from_the_shown_names() -> None:
    file = parse_one(f"diff --git old/x newer/x\nindex 1..2 100644\n--- old/x\n+++ newer/x\n{HUNK}")

    assert file.path == "x"


def test_two_files_compared_without_an_index_take_the_new_name() -> None:
    assert parse_one(f"diff --git a/one b/two\nindex 1..2 100644\n--- a/one\n+++ b/two\n{HUNK}").path == "two"


def test_content_that_looks_like_headers_is_content() -> None:
    body = "--- a/x\n+++ b/x\n-@@ -1 +1 @@\n+diff --git a/y b/y\n \n"
    patch = f"@@ -1,3 +1,3 @@ def f():\n{body}"

    file = parse_one(f"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n{patch}")

    assert (file.additions, file.deletions, file.patch) == (2, 2, patch)


def test_only_newlines_end_lines() -> None:
    patch = "@@ -1 +1 @@\n-a\x0b\x0c\x1c\u2028\x85b\r\n+c\rd\r\n"

    file = parse_one(f"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n{patch}")

    assert file.patch == patch
    assert [line.text for line in parse_patch(patch)[0].lines] == ["a\x0b\x0c\x1c\u2028\x85b\r", "c\rd\r"]


def test_a_path_that_changes_its_type_is_one_file() -> None:
    text = (
        "diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n"
        "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        "diff --git a/x b/x\nnew file mode 120000\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n"
        "\\ No newline at end of file\n"
    )

    file = parse_one(text)

    assert (file.status, file.before, file.after) == (FileStatus.RETYPED, "100644", "120000")
    assert (file.additions, file.deletions) == (1, 1)
    assert [line.text for hunk in parse_patch(file.patch or "") for line in hunk.lines] == ["a", "y"]


MAIL = f"""From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: A <a@b>
Subject: [PATCH] Explain

@@ -1 +1 @@ is how a hunk begins
+++ and so on
---
 x | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/x b/x
index 1..2 100644
--- a/x
+++ b/x
{HUNK}--\x20
2.39.5

"""


def test_mails_are_read_without_their_headers_messages_and_signatures() -> None:
    files = parse_diff(MAIL + MAIL.replace("a/x", "a/y").replace("b/x", "b/y"))

    assert [(file.path, file.patch) for file in files] == [("x", HUNK), ("y", HUNK)]


@pytest.mark.parametrize(
    ("names", "path", "status"),
    [
        ("--- old/x\t2026-01-01 00:00:00\n+++ new/x\t2026-01-02 00:00:00\n", "x", FileStatus.MODIFIED),
        ("--- x\n+++ x\n", "x", FileStatus.MODIFIED),
        ("--- x.orig\n+++ x\n", "x", FileStatus.MODIFIED),
        ("--- /dev/null\n+++ b/x\n", "x", FileStatus.ADDED),
        ("--- a/x\n+++ /dev/null\n", "x", FileStatus.REMOVED),
    ],
)
def test_a_plain_unified_diff(names: str, path: str, status: FileStatus) -> None:
    file = parse_one(f"diff -ru old/x new/x\n{names}{HUNK}")

    assert (file.path, file.status, file.patch) == (path, status, HUNK)


def test_a_file_of_the_epoch_is_missing_where_it_has_no_lines() -> None:
    names = "--- a/x\t1970-01-01 00:00:00.000 +0000\n+++ b/x\t1970-01-01 00:00:01 +0000\n"

    assert parse_one(f"{names}@@ -0,0 +1 @@\n+a\n").status is FileStatus.ADDED
    assert parse_one(f"{names}@@ -1 +0,0 @@\n-a\n").status is FileStatus.REMOVED
    assert parse_one(f"{names}{HUNK}").status is FileStatus.MODIFIED


def test_a_plain_diff_names_binary_files() -> None:
    file = parse_one("Binary files a/x and y.png and b/x and y.png differ\n")

    assert (file.path, file.absent) == ("x and y.png", "binary file")


def test_a_header_that_stands_alone_names_a_file_that_is_not_shown() -> None:
    file = parse_one("commit 0123456\ndiff --git a/x b/x\n")

    assert (file.path, file.patch, file.absent) == ("x", None, "the diff does not show its lines")
    assert not nothing_to_read(file)


@pytest.mark.parametrize(
    "header",
    [
        "new file mode 100644\nindex 0000000..1234567\n",
        "deleted file mode 100644\nindex 1234567..0000000\n",
        "similarity index 90%\nrename from y\nrename to x\nindex 1234567..89abcde 100644\n",
        "old mode 100644\nnew mode 100755\nindex 1234567..89abcde\n",
        "index 1234567..89abcde 100644\n",
    ],
)
def test_a_file_whose_lines_were_left_out_has_something_to_read(header: str) -> None:
    file = parse_one(f"diff --git a/x b/x\n{header}")

    assert file.absent == "the diff does not show its lines"
    assert not nothing_to_read(file)


def test_bytes_that_are_no_text_are_marked() -> None:
    assert decode_diff(b"+caf\xe9\r\n+\xc3\xa9\n") == "+caf\ufffd\r\n+é\n"


GIT = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("<html>not found</html>\n", 1, "not a diff"),
        (f"{GIT}{HUNK}", 4, "expected a '+++' line"),
        (f"{GIT}+++ b/x\n", 5, "hunk"),
        (f"{GIT}+++ b/x\n@@ -1 +1 @\n-a\n+b\n", 5, "expected a hunk header"),
        (f"{GIT}+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n", 5, "ends inside"),
        (f"{GIT}+++ b/x\n@@ -1,2 +1,2 @@\n-a\nb\n", 7, "not a valid line of the hunk that begins on line 5"),
        (f"{GIT}+++ b/x\n@@ -1 +1,2 @@\n-a\n-b\n+c\n+d\n", 5, "does not match the counts"),
        (f"{GIT}+++ b/x\n{HUNK}+c\n", 8, "exceeds the counts"),
        (f"{GIT}+++ b/x\n{HUNK}--c\n", 8, "exceeds the counts"),
        (HUNK, 1, "has no '---' and '+++'"),
        ("diff --cc x\nindex 1,2..3\n", 1, "combined diff"),
        ("diff --git one two\nold mode 100644\nnew mode 100755\n", 1, "name"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(DiffError, match=re.escape(words)) as refusal:
        parse_diff(text)

    assert refusal.value.line == line
    assert f"line {line} of the diff" in str(refusal.value)


def test_lines_of_a_hunk_know_their_numbers() -> None:
    (hunk,) = parse_patch("@@ -3,3 +5,3 @@ class A:\n a\n-b\n+c\n \n\\ No newline at end of file\n")

    assert (hunk.left, hunk.left_count, hunk.right, hunk.right_count) == (3, 3, 5, 3)
    assert hunk.section == "class A:"
    assert [tuple(line) for line in hunk.lines] == [
        (" ", "a", 3, 5, True),
        ("-", "b", 4, None, True),
        ("+", "c", None, 6, True),
        (" ", "", 5, 7, False),
    ]

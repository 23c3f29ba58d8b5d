"""What is no diff that can be read is refused by its name, with what to do; nothing vanishes meanwhile."""

import re

import pytest

from bot.core.diff import DiffError, parse_diff, read_diff

HUNK = "@@ -1 +1 @@\n-a\n+b\n"
FILE = f"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n{HUNK}"
PLAIN = f"--- a/x\n+++ b/x\n{HUNK}"
NEXT = FILE.replace("a/x", "a/y").replace("b/x", "b/y")
EARLIER = FILE.replace("1..2", "0..1").replace("-a", "-0").replace("+b", "+a")
SHA = "0123456789012345678901234567890123456789"
LOG = f"commit {SHA}\nAuthor: Ada <ada@example.org>\nDate:   Sun Nov 29 00:54:50 2026 +0000\n\n    Say\n\n"
MAIL = f"From {SHA} Mon Sep 17 00:00:00 2001\nFrom: Ada <ada@example.org>\nSubject: [PATCH] Say\n\n"
CONTEXT = (
    "*** a/x\t2026-11-29 00:54:04\n--- b/x\t2026-11-29 00:54:04\n***************\n"
    "*** 1 ****\n! a\n--- 1 ----\n! b\n"
)
COMBINED = (
    "diff --cc x\nindex 1234567,89abcde..0000000\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n"
    "- cm\n -ct\n++\\odd\n++diff --git a/y b/y\n"
)


def prefixed(prefix: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in FILE.splitlines())


def refusal_of(text: str) -> str:
    with pytest.raises(DiffError) as refusal:
        read_diff(text.encode())
    return str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!DOCTYPE html>\n<html>Sign in to GitHub</html>\n", "an HTML page, perhaps one that asks"),
        ("<?xml version='1.0'?>\n<!DOCTYPE html>\n<html>\n", "an HTML page"),
        ('<?xml version="1.0" encoding="UTF-8"?>\n<diff>\n<paths>\n', "XML, such as the output of"),
        (f"<html><pre>\n{FILE}</pre></html>\n", "append .diff"),
        ('{"message": "Not Found"}', "JSON, such as an API response; save the diff itself"),
        ('"diff --git a/x b/x\\n--- a/x\\n"', "JSON"),
        ('[{"filename": "x", "patch": "@@ -1 +1 @@"}]', "JSON"),
        (prefixed("> "), "quoted in an email; remove the '> '"),
        (prefixed("    "), "an indented diff; remove the indentation"),
        (prefixed("\t"), "an indented diff"),
        (f"* commit {SHA}\n| Author: A\n{prefixed('| ')}", "`git log --graph`; run it without --graph"),
        (f"*   commit {SHA}\n|\\  Merge: 1 2\n{prefixed('| | ')}", "`git log --graph`"),
        ("1:  0057ac2 ! 1:  68263b4 m\n    @@ Metadata\n", "`git range-diff`, which compares patches"),
        ("-:  ------- > 1:  68263b4 m\n", "`git range-diff`"),
        ("x.py\n────────────┐\n1: a │ b\n", "delta or difftastic; use `git --no-pager diff --no-color"),
        ("x.py --- 1/2 --- Python\n1 one  1 one\n", "delta or difftastic"),
        (CONTEXT, "begins a context diff; use `diff -u`"),
        (f"diff -c a/x b/x\n{CONTEXT}", "begins a context diff"),
        (f"{FILE}{CONTEXT.replace('x', 'y')}", "begins a context diff"),
        ("1c1\n< a\n---\n> b\n", "begins a diff without context; use `diff -u`"),
        ("diff -r a/x b/x\n2,4d1\n< a\n", "begins a diff without context"),
        (f"{FILE}diff -r a/y b/y\n5a6,7\n> b\n", "begins a diff without context"),
        ("1c\nb\n.\n", "an ed script; use `diff -u`"),
        ("d1 1\na1 1\nb\n", "an ed script"),
        (" x.py | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n", "a list of changed files without"),
        (" 1 file changed, 1 insertion(+)\n", "a list of changed files without their lines"),
        (f"{LOG} x.py | 2 +-\n", "a list of changed files without their lines"),
        ("1\t1\tx.py\n-\t-\tlogo.png\n", "a list of changed files"),
        ("M\tx.py\nR100\ta\tb\n", "a list of changed files"),
        (":100644 100644 1234567 89abcde M\tx.py\n", "run it without these options, or with --patch"),
        (" create mode 100644 x.py\n", "a list of changed files"),
        ("  39.0% vendor/\n", "a list of changed files"),
        ("M       x.py\nA       y.py\n", "a list of changed files"),
        ("shop/cart.py\nMakefile\nx.py\n", "a list of names; use the diff itself"),
        (".gitmodules\nf.py\n", "a list of names"),
        (f"{LOG}x.py\n", "the output of `git log` without changes; run it with --patch"),
        (LOG, "the output of `git log` without changes"),
        ("0123456 Say\n89abcde Say more\n", "the output of `git log` without changes"),
        (f"{MAIL}Hello.\n\n x | 2 +-\n 1 file changed, 1 insertion(+)\n", "an email without a patch"),
        ("```diff\n```\n", "begins with '```diff'"),
        ("Files a/x and b/x are identical\n", "begins with 'Files a/x"),
        ("On branch main\nChanges not staged for commit:\n", "the output of `git status`"),
        (" M x.py\n?? y.py\n", "the output of `git status`"),
        ("fatal: not a git repository\n", "the error message of a program"),
        ("svn: E155007: '/x' is not a working copy\n", "the error message of a program"),
        ("# v2 git bundle\n", "a git bundle"),
        ("ZGlmZiAtLWdpdCBhL3ggYi94Cg==\n", "Base64 text; decode it first"),
        ("import os\n\nprint(os.name)\n", "begins with 'import os'; expected `git diff`"),
        (COMBINED, "this is a combined diff of a merge; use `git diff BASE...HEAD`"),
        (f"{LOG}{COMBINED}", "this is a combined diff of a merge"),
    ],
)  # fmt: skip
def test_what_is_no_diff_is_called_by_its_name(text: str, words: str) -> None:
    told = refusal_of(text)

    assert words in told
    assert told.startswith("line ")


WORDS = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"{WORDS}one\n  two [-a-]{{+b+}}\nthree\n", 6, "this is a word diff; run it without --word-diff"),
        (f"{WORDS} one\n~\n-a\n+b\n~\n", 7, "this is a word diff"),
        (f"{FILE}~\n", 8, "this is a word diff"),
        (f"{WORDS}  one\n  two ab\n  three\n", 5, "no line that begins with '+' or '-'"),
        (f"{WORDS} one\n[truncated]\n", 7, "the diff is truncated; use the complete one"),
        (f"{WORDS} one\n...\n", 7, "the diff is truncated"),
        (f"{WORDS} one\n(12 more lines)\n", 7, "the diff is truncated"),
        (f"{WORDS} one\n", 5, "the diff ends inside this hunk: it is truncated"),
        (f"{WORDS} one\n{NEXT}", 7, "'diff --git a/y b/y' is not a valid line of the hunk"),
        (f"{FILE}-\t-\tc\n", 8, "exceeds the counts in the header of the previous hunk"),
        (f"{FILE}-\t-\tc\n\n{NEXT}", 8, "exceeds the counts in the header of the previous hunk"),
        (f"{WORDS} one\n>two\n", 7, "--output-indicator-new"),
        (f"{FILE}+c\n", 8, "exceeds the counts in the header of the previous hunk"),
        (f"{FILE} c\n", 8, "exceeds the counts in the header of the previous hunk"),
        (f"{FILE}---\n", 8, "exceeds the counts in the header of the previous hunk"),
        (f"{FILE}\n+c\n", 9, "looks like a changed line outside of a hunk"),
        (f"{FILE}\n-c\n{NEXT}", 9, "looks like a changed line outside of a hunk"),
        (f"{FILE}-- \n2.39.5\n+c\n", 10, "looks like a changed line"),
        (f"{FILE}\n{HUNK}", 9, "this hunk has no '---' and '+++' lines"),
        (f"{FILE}\n@@ @@\n", 9, "expected a hunk header"),
        (f"{FILE}@@ ... @@\n-a\n", 8, "expected a hunk header"),
        (f"{FILE}@@@ -1 -1 +1 @@@\n  a\n", 8, "expected a hunk header"),
        (f"{FILE}\n@@@ -1 -1 +1 @@@\n", 9, "this hunk of a merge has no file header"),
        (f"{FILE}{HUNK}", 8, "this hunk overlaps the previous one"),
        (f"{FILE}@@ -0,1 +2 @@\n-a\n+b\n", 8, "line numbers start at 1"),
        (f"{FILE}\n--- a/y\n+++ b/y\n\n", 9, "expected a hunk ('@@ -…') after"),
        ("--- a/y\n+++ b/y\n", 1, "expected a hunk ('@@ -…') after"),
        (f"{FILE}only in patch2:\n{NEXT}", 8, "this compares two patches"),
        (f"{FILE}{COMBINED.rpartition('++diff')[0]}", 12, "is truncated"),
        (f"{FILE}{COMBINED.rpartition('++diff')[0]}diff --git", 17, "is not a valid line of a combined hunk"),
        ("diff --git a/x b/y\nsimilarity index 90%\nrename from x\n", 4, "the diff is truncated"),
        (f"diff --git a/x b/y\ncopy to y\n{PLAIN}", 3, "expected the second name of this rename"),
        (f"@@ -1{'0' * 9} +1 @@\n", 1, "this hunk has no '---'"),
        (f"{FILE}@@ -1{'0' * 9} +1 @@\n", 8, "expected a hunk header"),
        (f"{FILE}@@ -\u0661 +\u0661 @@\n-a\n+b\n", 8, "expected a hunk header"),
    ],
)  # fmt: skip
def test_a_part_of_a_diff_that_is_damaged_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    told = refusal_of(text)

    assert words in told
    assert told.startswith(f"line {line} of the diff: ")


def test_the_binary_patch_of_one_file_does_not_swallow_the_next_one() -> None:
    binary = "diff --git a/b b/b\nindex 1..2 100644\nGIT binary patch\nliteral 2\nJc${Nk0ssI600RI3\n"

    assert ["b", "x"] == [file.path for file in parse_diff(binary + FILE)]
    assert ["b", "x"] == [file.path for file in parse_diff(f"{binary}\nliteral 4\nLc${{NkWMT#Y01f~L\n{FILE}")]


def test_the_files_beside_a_merge_are_read_and_the_merge_is_named() -> None:
    reading = read_diff(f"{LOG}{COMBINED}\n{LOG}{NEXT}".encode())

    assert [("x", "shown only in the combined diff of a merge commit (use `git diff BASE...HEAD`)")] == [
        (file.path, file.absent) for file in reading.files if file.absent
    ]
    assert ["x", "y"] == [file.path for file in reading.files]
    assert not reading.notes


def test_a_merge_is_named_beside_the_lines_of_the_same_file() -> None:
    reading = read_diff(f"{LOG}{COMBINED}\n{LOG}{FILE}".encode())

    assert [("x", HUNK)] == [(file.path, file.patch) for file in reading.files]
    assert ["'x' is not fully reviewed: shown only in the combined diff of a merge commit"] == [
        note.text.partition(" (")[0] for note in reading.notes
    ]


def test_a_combined_diff_of_three_parents_is_measured() -> None:
    octopus = "diff --cc x\nindex 1,2,3..4\n--- a/x\n+++ b/x\n@@@@ -1 -1 -1,2 +1 @@@@\n---a\n  -b\n+++c\n"

    assert ["x", "y"] == [file.path for file in read_diff((octopus + NEXT).encode()).files]


@pytest.mark.parametrize(
    "text",
    [
        f"{MAIL}- point\n+ other\n\n> old\n@@ strange\n--- scissors\nOnly in b: x\n---\n x | 2 +-\n\n{FILE}",
        f"{MAIL}Text\n---\nChanges in v2:\n- renamed\n\n x | 2 +-\n\n{FILE}-- \n2.39.5\n\n",
        f"Subject: [PATCH] Say\n\nText.\n- a point\n---\n{FILE}",
        f"Description: Say\n - a point\nAuthor: Ada\n\n{FILE}",
        f"{LOG}{FILE}",
        f"{MAIL}---\n 1 file changed, 1 insertion(+)\n\n{FILE}",
        f"{MAIL}A letter.\n\n 5 files changed\n\n-- \n2.39.5\n\n{MAIL}---\n\n{FILE}",
        f"{LOG}---\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n{FILE}",
        f"{LOG}Notes:\n    a note\n\n{FILE}",
        f"commit {SHA} (HEAD -> main, tag: v1)\ngpg: Signature made today\nAuthor: Ada\n\n    Say\n\n{FILE}",
        f"commit {SHA}\ntree {SHA}\nparent {SHA}\nauthor Ada\ngpgsig -----BEGIN\n abc\n\n    Say\n\n{FILE}",
        f"tag v1\nTagger: Ada\nDate:   today\n\nA message\n- a point\n\n{LOG}{FILE}",
        f"{SHA}\n{FILE}",
        f"{EARLIER}-\t-\tx\n\n{FILE}",
        f"{MAIL}---\n\n{FILE}\nbase-commit: {SHA}\nprerequisite-patch-id: {SHA}\n-- \n2.39.5\n",
        f"{NEXT.replace('/y', '/x')}\n{LOG}-\t-\tlogo.png\n1\t1\tx\n\n{FILE}",
        f"{EARLIER}\n-\t-\tl\n1\t1\tx\n-\t-\tm\n\n{FILE}",
        f"0123456 (HEAD) Say\n{FILE}89abcde Say more\n",
        f"stash@{{0}}: WIP on main: 0123456 Say\n{FILE}",
        f"# HG changeset patch\n# User Ada\nSay\n- a point\n\n{FILE}",
        f"changeset:   1:74ba8d99d8da\nuser:        Ada\nsummary:     Say\n\n{FILE}",
        f"{'-' * 72}\nr2 | ada | 2026-11-29 | 1 line\n\nSay\n- a point\n\n{FILE}\n{'-' * 72}\n",
        f" x | 2 +-\n l | Bin 1 -> 2 bytes\n 1 file changed, 1 insertion(+)\n create mode 100644 x\n{FILE}",
        f":100644 100644 1234567 89abcde M\tx\n\n{FILE}",
        f"1\t1\tx\n\n{FILE}",
        f"  50.0% shop/\n{FILE}",
        f"warning: LF will be replaced by CRLF in x.\nThe file will have its original line endings\n{FILE}",
        f"warning: in the working copy of 'x', LF will be replaced by CRLF the next time\n{FILE}",
        f"Files a/y and b/y are identical\ndiff -rus a/x b/x\n{PLAIN}",
        f"```diff\n{FILE}```\n",
        f"# On branch main\n# ------------------------ >8 ------------------------\n{FILE}",
        f"=== added directory 'shop'\n{FILE}",
        f"cvs diff: Diffing .\n{FILE}",
        f"{FILE}\\ Kein Zeilenumbruch am Dateiende.\n",
        f"\n\n{FILE}\n\n",
    ],
)  # fmt: skip
def test_text_around_the_files_is_known_for_what_it_is(text: str) -> None:
    reading = read_diff(text.encode())

    assert ["x"] == [file.path for file in reading.files]
    assert () == reading.notes


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"Please review:\n\n{FILE}", 1, "'Please review:' does not belong to any file and is not"),
        (f"- a\n+b\n\nwords\n{FILE}", 1, "'- a' to line 4 does not belong to any file"),
        (f"{FILE}[diff truncated]\n", 8, "'[diff truncated]' does not belong"),
        (f"{FILE}\n...\n{NEXT}", 9, "'...' does not belong"),
        (f"{FILE}error: cannot read y\n", 8, "'error: cannot read y' does not belong"),
        (f"{FILE}diff: b/z: Permission denied\n", 8, "'diff: b/z: Permission denied' does not belong"),
        (f"diff -r a/y b/y\n\n{FILE}", 1, "'diff -r a/y b/y' does not belong"),
        (f"diff --git a/y b/z\n{FILE}", 1, "'diff --git a/y b/z' does not belong"),
        (f"{FILE}diff --git a/x.py b/x", 8, "'diff --git a/x.py b/x' does not belong"),
        (f"Subject: Say\n\nText\n{HUNK}\n{FILE}", 4, "'@@ -1 +1 @@' does not belong"),
        (f"{LOG}Gerrit-Id: 1\n\n{FILE}", 7, "'Gerrit-Id: 1' does not belong"),
        (f"{LOG}  diff --git a/y b/y\n{FILE}", 7, "'  diff --git a/y b/y' does not belong"),
        (f" x | 2 +-\n y | 2 +-\n 2 files changed\n\n{FILE}", 3, "the statistics list 2 files, but only 1"),
        (f"{LOG} 2 files changed\n\n{FILE}", 7, "the statistics list 2 files, but only 1 follow"),
        (f"{MAIL}---\n 3 files changed\n\n{FILE}{NEXT}", 6, "the statistics list 3 files, but only 2"),
        (f"{FILE}? untracked.txt\n", 8, "'? untracked.txt' does not belong"),
    ],
)  # fmt: skip
def test_other_text_is_told(text: str, line: int, words: str) -> None:
    reading = read_diff(text.encode())

    assert "x" in [file.path for file in reading.files]
    assert [line] == [note.line for note in reading.notes]
    assert reading.notes[0].text.startswith(words)
    with pytest.raises(DiffError, match=re.escape(words)):
        parse_diff(text)

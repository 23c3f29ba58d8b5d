"""Diffs as tools other than git print them. Those in `tools/` are real outputs, of the same change where a
tool can show it: a change of two files, a binary one, an added, an empty, a removed, a moved one, a mode.
"""

import subprocess
from pathlib import Path

import pytest

from bot.core.change import File, FileStatus
from bot.core.diff import DiffError, ParsedDiff, read_diff

TOOLS = Path(__file__).parent / "tools"

CART = ("modified", "shop/cart.py", "+1 -1")
PRICES = ("modified", "docs/price list.txt", "+1 -0")
ADDED = ("added", "shop/rate.py", "+1 -0")
REMOVED = ("removed", "gone.py", "+0 -1")
LOGO = ("modified", "logo.png", "binary file")
EMPTY = ("added", "empty.py", "empty file")
RENAMED = ("renamed", "new.py", "renamed without changes")
MODE = ("modified", "mode.sh", "only its mode changed")
MOVED = [("added", "new.py", "+3 -0"), ("removed", "old.py", "+0 -3")]
UNSHOWN = "the diff does not show its lines"
PROPERTIES = "only its properties changed"
SYMLINK = "symbolic link whose target the diff does not show"
ONE_SIDE = "exists in only one of the two trees, and the diff omits its lines (use `diff -N`)"

EXPECTED = {
    "svn.diff": [
        CART,
        PRICES,
        ADDED,
        REMOVED,
        LOGO,
        ("removed", "old.py", "+0 -3"),
        ("modified", "empty.py", UNSHOWN),
        ("modified", "new.py", UNSHOWN),
        ("modified", "mode.sh", PROPERTIES),
    ],
    "svn-git.diff": [
        CART,
        PRICES,
        ADDED,
        REMOVED,
        LOGO,
        EMPTY,
        RENAMED,
        ("removed", "old.py", "+0 -3"),
        ("modified", "mode.sh", PROPERTIES),
    ],
    "svn-log.diff": [
        CART,
        PRICES,
        ADDED,
        LOGO,
        ("added", "new.py", "+3 -0"),
        ("removed", "gone.py", UNSHOWN),
        ("removed", "old.py", UNSHOWN),
        ("modified", "empty.py", UNSHOWN),
        ("modified", "mode.sh", PROPERTIES),
    ],
    "svnlook.diff": [
        CART,
        PRICES,
        ADDED,
        REMOVED,
        LOGO,
        EMPTY,
        ("copied", "new.py", "+3 -0"),
        ("removed", "old.py", "+0 -3"),
        ("modified", "mode.sh", PROPERTIES),
    ],
    "hg.diff": [CART, PRICES, ADDED, REMOVED, LOGO, *MOVED],
    "hg-log.diff": [CART, PRICES, ADDED, REMOVED, LOGO, *MOVED],
    "hg-git.diff": [CART, PRICES, ADDED, REMOVED, LOGO, EMPTY, RENAMED, MODE],
    "hg-export.patch": [CART, PRICES, ADDED, REMOVED, LOGO, EMPTY, RENAMED, MODE],
    "bzr.diff": [CART, PRICES, ADDED, REMOVED, LOGO, EMPTY, RENAMED, MODE],
    "bzr-log.diff": [CART, PRICES, ADDED, REMOVED, LOGO, EMPTY, RENAMED, MODE],
    "cvs.diff": [CART, PRICES, ADDED, REMOVED, LOGO, ("modified", "empty.py", UNSHOWN)],
    "fossil.diff": [
        CART,
        PRICES,
        LOGO,
        ("added", "shop/rate.py", UNSHOWN),
        ("added", "empty.py", UNSHOWN),
        ("removed", "gone.py", UNSHOWN),
    ],
    "gnu.diff": [
        CART,
        PRICES,
        LOGO,
        *[("added", path, ONE_SIDE) for path in ("shop/rate.py", "empty.py", "new.py")],
        *[("removed", path, ONE_SIDE) for path in ("gone.py", "old.py")],
    ],
    "gnu-new.diff": [CART, PRICES, ADDED, REMOVED, LOGO, *MOVED],
    "gnu-brief.diff": [
        *[("modified", path, UNSHOWN) for path in ("shop/cart.py", "docs/price list.txt", "logo.png")],
        *[("added", path, ONE_SIDE) for path in ("shop/rate.py", "empty.py", "new.py")],
        *[("removed", path, ONE_SIDE) for path in ("gone.py", "old.py")],
    ],
    "quilt.patch": [CART, ADDED, REMOVED],
    "p4-diff.diff": [
        ("modified", "main/shop/cart.py", "+1 -1"),
        ("modified", "main/logo.png", "binary file"),
    ],
    "p4-describe.diff": [
        ("modified", "depot/main/shop/cart.py", "+1 -1"),
        ("added", "depot/main/shop/rate.py", UNSHOWN),
        ("modified", "depot/main/logo.png", "binary file"),
    ],
}
SVN = {"svn.diff", "svn-git.diff", "svn-log.diff", "svnlook.diff"}


def told(file: File) -> tuple[str, str, str]:
    return file.status.value, file.path, file.absent or f"+{file.additions} -{file.deletions}"


@pytest.mark.parametrize("name", EXPECTED)
def test_the_output_of_a_tool_is_read(name: str) -> None:
    reading = read_diff((TOOLS / name).read_bytes())
    properties = ["'shop/cart.py' is not fully reviewed: only its properties changed"]

    assert sorted(EXPECTED[name]) == sorted(map(told, reading.files))
    assert (properties if name in SVN else []) == [note.text for note in reading.notes]


def test_every_output_is_read_here() -> None:
    assert set(EXPECTED) == {path.name for path in TOOLS.iterdir()}


def read(text: str) -> ParsedDiff:
    return read_diff(text.encode())


def paths(text: str) -> list[str]:
    reading = read(text)
    assert not reading.notes
    return [file.path for file in reading.files]


WHEN = "2026-08-18 20:13:31.69 -0500"
HUNK = "@@ -1 +1 @@\n-a\n+b\n"
RULE = "=" * 67


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (f"--- a/post image.txt\t{WHEN}\n+++ b/post image.txt\t{WHEN}\n", "post image.txt"),
        (f"--- a/post image.txt {WHEN}\n+++ b/post image.txt {WHEN}\n", "post image.txt"),
        (f"--- a/post\timage.txt\t{WHEN}\n+++ b/post\timage.txt\t{WHEN}\n", "post\timage.txt"),
        (f'--- "a/post\\timage.txt"\t{WHEN}\n+++ "b/post\\timage.txt"\t{WHEN}\n', "post\timage.txt"),
        (f'--- "a/q\\"uo\\\\te \\303\\274"\t{WHEN}\n+++ "b/q\\"uo\\\\te \\303\\274"\t{WHEN}\n', 'q"uo\\te ü'),
        ('--- "a" b/x\t(revision 1)\n+++ "a" b/x\t(working copy)\n', '"a" b/x'),
        ("--- linux-2.6.12/x y\n+++ linux-2.6.12/x y\n", "linux-2.6.12/x y"),
        ("--- linux-2.6.12.orig/x y\n+++ linux-2.6.12/x y\n", "x y"),
        (f"--- trail \t{WHEN}\n+++ trail \t{WHEN}\n", "trail "),
        ("--- x\tThu Jan 01 00:00:00 2026 +0000\n+++ x\tThu Jan  1 00:00:00 2026\n", "x"),
        ("--- x\t29 Nov 2026 01:23:04 -0000\t1.1\n+++ x\t29 Nov 2026 01:23:05 -0000\n", "x"),
        ("--- x\t2026/11/29 01:23:04\t1.1\n+++ x\t2026/11/29 01:23:05\n", "x"),
        ("--- x\t(.../branches/a b/x)\t(revision 12)\n+++ x\t(.../trunk/x)\t(revision 13)\n", "x"),
        ("--- x\t(Revision 12)\n+++ x\t(Arbeitskopie)\n", "x"),
        ("--- ./src/x.py\n+++ ./src/x.py\n", "src/x.py"),
        ("--- /tmp/old/src/x.py\n+++ /tmp/new/src/x.py\n", "src/x.py"),
        ("--- ../old/src/x.py\n+++ ../new/src/x.py\n", "src/x.py"),
        ("--- ../../etc/passwd\n+++ ../../etc/passwd\n", "etc/passwd"),
        ("--- /home/ada/x.py\n+++ /home/ada/x.py\n", "home/ada/x.py"),
        (f"--- C:\\work\\old\\src\\x.py\t{WHEN}\n+++ C:\\work\\new\\src\\x.py\t{WHEN}\n", "src/x.py"),
        ("--- C:/work/x.py\n+++ D:/work/x.py\n", "work/x.py"),
        ("--- old\\src\\x.py\n+++ new\\src\\x.py\n", "src/x.py"),
        (f"--- -\t{WHEN}\n+++ b/x\t{WHEN}\n", "x"),
        (f"--- x.orig\t{WHEN}\n+++ x\t{WHEN}\n", "x"),
        ("--- ./old/src/x.py\n+++ ./new/src/x.py\n", "src/x.py"),
        ("--- d/old/src/x.py\n+++ d/new/src/x.py\n", "src/x.py"),
        ("--- old//src/x.py\n+++ new//src/x.py\n", "src/x.py"),
        ("--- ./src/x.py\n+++ ../new/src/x.py\n", "src/x.py"),
        ("--- src/x.py\n+++ deep/new/src/x.py\n", "src/x.py"),
    ],
)  # fmt: skip
def test_names_are_told_from_what_tools_add_to_them(names: str, path: str) -> None:
    assert [path] == paths(f"{names}{HUNK}")


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ("--- x\t(nonexistent)\n+++ x\t(working copy)\n", FileStatus.ADDED),
        ("--- x\t(revision 3)\n+++ x\t(nonexistent)\n", FileStatus.REMOVED),
        ("--- x\t(revision 0)\n+++ x\t(revision 3)\n", FileStatus.ADDED),
        ("--- x\t(revision 10)\n+++ x\t(working copy)\n", FileStatus.MODIFIED),
        ("--- nul\n+++ x\n", FileStatus.ADDED),
        ("--- x\n+++ NUL\n", FileStatus.REMOVED),
        (
            "--- /dev/null\tThu Jan 01 00:00:00 1970 +0000\n+++ b/x\tSun Nov 29 00:54:11 2026\n",
            FileStatus.ADDED,
        ),
    ],
)  # fmt: skip
def test_a_side_without_the_file_is_told(names: str, status: FileStatus) -> None:
    (file,) = read(f"{names}{HUNK}").files

    assert ("x", status) == (file.path, file.status)


def test_roots_are_taken_from_names_that_stand_alone_as_well() -> None:
    known = f"--- linux.orig/a.c\n+++ linux/a.c\n{HUNK}"
    alone = "--- /dev/null\n+++ linux/b.c\n@@ -0,0 +1 @@\n+a\n"

    assert ["a.c", "b.c", "sub/c"] == paths(f"{known}{alone}Only in linux/sub: c\n")
    assert ["linux/b.c"] == paths(alone)


@pytest.mark.parametrize(
    "roots", [("old", "new"), ("./old", "./new"), ("d/old", "d/new"), ("old/", "d/new//")]
)
def test_two_trees_are_compared_wherever_they_stand(tmp_path: Path, roots: tuple[str, str]) -> None:
    old = {"gone.py": "a\n", "src/x.py": "a\n", "b and c": "a\n"}
    new = {"src/x.py": "b\n", "b and c": "b\n", "src/added.py": "a\n"}
    for root, files in zip(roots, (old, new), strict=True):
        for name, content in files.items():
            path = tmp_path / root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    expected = {"b and c": "modified", "gone.py": "removed", "src/added.py": "added", "src/x.py": "modified"}

    for options in ("-ruN", "-ru", "-rq"):
        command = ["diff", options, *roots]
        diff = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        reading = read_diff(diff.stdout)

        assert expected == {file.path: file.status.value for file in reading.files}
        assert not reading.notes


def test_files_of_one_name_in_several_directories_stay_apart() -> None:
    two = ("--- lib/a/x.py\n+++ lib/b/x.py\n", "--- lib/c/x.py\n+++ lib/d/x.py\n")

    assert ["lib/b/x.py", "lib/d/x.py"] == paths("".join(f"{names}{HUNK}" for names in two))


@pytest.mark.parametrize(
    ("lines", "path", "status", "absent"),
    [
        ("Only in b: x", "x", FileStatus.ADDED, ONE_SIDE),
        ("Only in a/sub dir: x: y", "sub dir/x: y", FileStatus.REMOVED, ONE_SIDE),
        ("Only in ./here: x", "here/x", FileStatus.MODIFIED, ONE_SIDE),
        ("Files a/x and y and b/x and y differ", "x and y", FileStatus.MODIFIED, UNSHOWN),
        ("Files d/old/x and y and d/new/x and y differ", "x and y", FileStatus.MODIFIED, UNSHOWN),
        ("Files ./one and two/x and three and four/x differ", "x", FileStatus.MODIFIED, UNSHOWN),
        ("Binary files /dev/null and b/x differ", "x", FileStatus.ADDED, "binary file"),
        ("Binary files a/x and /dev/null differ", "x", FileStatus.REMOVED, "binary file"),
        ("Binary file my logo.png has changed", "my logo.png", FileStatus.MODIFIED, "binary file"),
        (
            "File a/x is a fifo while file b/x is a regular empty file",
            "x",
            FileStatus.RETYPED,
            "changed from one kind of file to another",
        ),
        (
            "Symbolic links a/x and b/x differ",
            "x",
            FileStatus.MODIFIED,
            SYMLINK,
        ),
        ("* Unmerged path x", "x", FileStatus.MODIFIED, "unresolved merge conflict"),
        (
            "Submodule vendor/m contains modified content",
            "vendor/m",
            FileStatus.MODIFIED,
            "uncommitted changes inside a submodule",
        ),
        (f"Index: x\n{RULE}", "x", FileStatus.MODIFIED, UNSHOWN),
        (
            f"Index: x\n{RULE}\nCannot display: file marked as a binary type.\nsvn:mime-type = image/png",
            "x",
            FileStatus.MODIFIED,
            "binary file",
        ),
        (f"Index: x (added)\n{RULE}", "x", FileStatus.ADDED, UNSHOWN),
        (f"Index: x (deleted)\n{RULE}", "x", FileStatus.REMOVED, UNSHOWN),
        (f"Index: x (added) (deleted)\n{RULE}", "x (added)", FileStatus.REMOVED, UNSHOWN),
        ("ADDED    x y", "x y", FileStatus.ADDED, UNSHOWN),
        ("=== added symlink 'x'\n=== target is 'y'", "x", FileStatus.ADDED, SYMLINK),
        ("==== //depot/x#1 (text) ====", "depot/x", FileStatus.MODIFIED, UNSHOWN),
        ("diff -r 0123456789ab x y", "x y", FileStatus.MODIFIED, UNSHOWN),
    ],
)  # fmt: skip
def test_a_line_that_names_a_file_becomes_one(lines: str, path: str, status: FileStatus, absent: str) -> None:
    reading = read(f"{lines}\n")
    (file,) = reading.files

    assert (path, status, absent, None) == (file.path, file.status, file.absent, file.patch)
    assert not reading.notes


@pytest.mark.parametrize(
    ("line", "status", "patch"),
    [
        (
            "Submodule vendor/m 1234567..89abcde:\n  > Add\n  < Remove",
            FileStatus.MODIFIED,
            "@@ -1 +1 @@\n-Subproject commit 1234567\n+Subproject commit 89abcde\n",
        ),
        ("Submodule vendor/m 1234567...89abcde (commits not present)", FileStatus.MODIFIED, None),
        ("Submodule vendor/m 1234567..89abcde (rewind):\n  < Remove", FileStatus.MODIFIED, None),
        (
            "Submodule vendor/m 0000000...89abcde (new submodule)",
            FileStatus.ADDED,
            "@@ -0,0 +1 @@\n+Subproject commit 89abcde\n",
        ),
        (
            "Submodule vendor/m 1234567...0000000 (submodule deleted)",
            FileStatus.REMOVED,
            "@@ -1 +0,0 @@\n-Subproject commit 1234567\n",
        ),
    ],
)
def test_a_submodule_is_shown_as_git_shows_it_in_short(
    line: str, status: FileStatus, patch: str | None
) -> None:
    (file,) = read(f"{line}\n").files

    assert ("vendor/m", status) == (file.path, file.status)
    assert "160000" in (file.before, file.after)
    assert patch is None or patch == file.patch


def test_a_submodule_s_own_files_are_read() -> None:
    inner = (
        f"diff --git a/vendor/m/s b/vendor/m/s\nindex 1..2 100644\n--- a/vendor/m/s\n+++ b/vendor/m/s\n{HUNK}"
    )

    assert ["vendor/m", "vendor/m/s"] == paths(f"Submodule vendor/m 1234567..89abcde:\n{inner}")


def test_a_name_may_end_like_what_svn_adds() -> None:
    names = ["x (added)", "y (deleted)"]
    diff = "".join(
        f"Index: {name}\n{RULE}\n--- {name}\t(revision 1)\n+++ {name}\t(working copy)\n{HUNK}"
        for name in names
    )

    assert [(name, FileStatus.MODIFIED) for name in names] == [
        (file.path, file.status) for file in read(diff).files
    ]


PROPERTY = f"{'_' * 67}\nModified: svn:mergeinfo\n## -0,0 +0,1 ##\n   Merged /branches/x:r2\n"
SVN_FILE = f"Index: x\n{RULE}\n--- x\t(revision 1)\n+++ x\t(working copy)\n{HUNK}"


def of_root(names: str, path: str = ".") -> str:
    return f"Index: .\n{RULE}\n{names}\nProperty changes on: {path}\n{PROPERTY}"


@pytest.mark.parametrize(
    "root",
    [
        of_root("--- .\t(revision 4)\n+++ .\t(working copy)\n"),
        of_root("--- .\t(.../trunk)\t(revision 4)\n+++ .\t(.../branches/x)\t(revision 6)\n"),
        of_root("diff --git a/t b/t\n--- a/t\t(revision 4)\n+++ b/t\t(working copy)\n", "t"),
        of_root("diff --git a/ b/\n--- a/\t(revision 4)\n+++ b/\t(working copy)\n", ""),
        of_root("").replace("Index: .", "Index: .."),
        f"Property changes on: .\n{PROPERTY}",
        f"Index: .\n{RULE}\n",
    ],
)  # fmt: skip
def test_the_properties_of_the_root_are_told(root: str) -> None:
    for diff in (SVN_FILE + root, root + SVN_FILE):
        reading = read(diff)

        assert ["x"] == [file.path for file in reading.files]
        assert ["the root directory is not reviewed"] == [
            note.text.partition(":")[0] for note in reading.notes
        ]
    with pytest.raises(DiffError, match="only properties of the root directory change"):
        read(root)


def test_a_later_removal_that_is_not_shown_is_told() -> None:
    log = "-" * 72 + "\nr{} | ada | 2026-11-29 09:13:06 +0000 (Sun, 29 Nov 2026) | 1 line\n\nSay\n\n{}\n"
    reading = read(log.format(2, f"Index: x (deleted)\n{RULE}\n") + log.format(1, SVN_FILE) + "-" * 72 + "\n")

    assert ["'x' is not fully reviewed: the diff does not show its lines"] == [
        note.text for note in reading.notes
    ]


def test_below_a_part_of_a_repository_svn_names_files_as_one_does_there() -> None:
    names = "--- a/trunk/s/x\t(revision 1)\n+++ b/trunk/s/x\t(working copy)\n"
    diff = (
        f"Index: s/x\n{RULE}\ndiff --git a/trunk/s/x b/trunk/s/x\n{names}{HUNK}\n"
        f"Property changes on: trunk/s/x\n{PROPERTY}"
        f"Index: s/z\n{RULE}\ndiff --git a/trunk/y b/trunk/s/z\nrename from trunk/y\nrename to trunk/s/z\n"
    )
    reading = read(diff)

    assert [("s/x", None), ("s/z", "y")] == [(file.path, file.previous) for file in reading.files]
    assert ["'s/x' is not fully reviewed"] == [note.text.partition(":")[0] for note in reading.notes]


NEW = "@@ -0,0 +1,1 @@\n+a\n\n"
GONE = "@@ -1,1 +0,0 @@\n-a\n"
SHELVED = "Change 12 by a@ws on 2026/01/02 00:00:00 *pending*\n\n\tSay\n\nShelved files ...\n\n"
ADDED_TEXT = f"==== //n#none (text) ====\n\n{NEW}"
OLD_CVS = "Sun Nov 29 09:23:25 2026"
CVS_GONE = f"Index: g\ndiff -u g:1.1 g:removed\n--- g:1.1\t{OLD_CVS}\n+++ g\t{OLD_CVS}\n{GONE}"


@pytest.mark.parametrize(
    "text",
    [
        f"ADDED   n\nIndex: n\n{RULE}\n--- n\n+++ n\n{NEW}DELETED  g\nIndex: g\n{RULE}\n--- g\n+++ g\n{GONE}",
        f"{SHELVED}... //n#none add\n... //g#2 move/delete\n\nDifferences ...\n\n{ADDED_TEXT}",
        f"Index: n\ndiff -u /dev/null n:1.1\n--- /dev/null\t{OLD_CVS}\n+++ n\t{OLD_CVS}\n{NEW}{CVS_GONE}",
    ],
)  # fmt: skip
def test_a_list_tells_which_files_came_and_went(text: str) -> None:
    assert {"n": FileStatus.ADDED, "g": FileStatus.REMOVED} == {
        file.path: file.status for file in read(text).files
    }


def test_files_that_are_the_same_in_both_depots_are_no_change() -> None:
    line = "==== //depot/{0}/{1}#1 (text) - //depot/{0}2/{1}#2 (text) ==== {2}\n"

    assert ["x"] == paths(line.format("a", "y", "identical") + line.format("a", "x", "content") + HUNK)


def test_cvs_of_old_shows_names_without_directories() -> None:
    text = (
        f"Index: lib/x.c\n{RULE}\nRCS file: /cvs/lib/x.c,v\nretrieving revision 1.1\n"
        "diff -u -r1.1 x.c\n--- x.c\t1 Jan 2026 00:00:00 -0000\t1.1\n"
        f"+++ x.c\t2 Jan 2026 00:00:00 -0000\n{HUNK}"
    )

    assert ["lib/x.c"] == paths(text)


def test_what_another_language_calls_only_in_is_told() -> None:
    reading = read(f"Nur in b: geheim.py\ndiff -ru a/x b/x\n--- a/x\n+++ b/x\n{HUNK}Nur in b: mehr.py\n")

    assert ["x"] == [file.path for file in reading.files]
    assert [1, 8] == [note.line for note in reading.notes]
    assert "'Nur in b: geheim.py' does not belong to any file and is not reviewed" == reading.notes[0].text


def test_directories_that_were_not_compared_are_told() -> None:
    reading = read(f"Common subdirectories: a/sub and b/sub\ndiff -u a/x b/x\n--- a/x\n+++ b/x\n{HUNK}")

    assert ["'Common subdirectories: a/sub and b/sub' does not belong to any file and is not reviewed"] == [
        note.text for note in reading.notes
    ]

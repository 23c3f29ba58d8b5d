"""The commits of a series are read as what they change together, as `git diff` would show it."""

import difflib
import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.core.change import File, FileStatus
from bot.core.diff import decode_diff, parse_patch, read_diff
from bot.core.diff.compose import compose
from tests.core.diff.repository import Repository, entries
from tests.core.diff.trees import Tree, changed, empty_repository, store, trees

SHA = "0123456789012345678901234567890123456789"
FROM = f"From {SHA} Mon Sep 17 00:00:00 2001\nFrom: Ada <ada@example.org>\nSubject: [PATCH] Say\n\n---\n"
LINES = tuple("abcdefghij")


def mails(*diffs: str) -> tuple[File, ...]:
    reading = read_diff("".join(f"{FROM}{diff}-- \n2.39.5\n\n" for diff in diffs).encode())
    assert not reading.notes
    return reading.files


def log(*diffs: str) -> tuple[File, ...]:
    commit = f"commit {SHA}\nAuthor: Ada\nDate:   today\n\n    Say\n\n"
    return read_diff("\n".join(f"{commit}{diff}" for diff in diffs).encode()).files


def section(header: str, *hunks: str, old: str = "a/x", new: str = "b/x") -> str:
    names = f"--- {old}\n+++ {new}\n" if hunks else ""
    return f"diff --git a/x b/x\n{header}{names}{''.join(hunks)}"


FIRST = section("index 1111111..2222222 100644\n", "@@ -1,3 +1,4 @@\n a\n+b\n c\n-d\n+e\n")
SECOND = section(
    "index 2222222..3333333 100644\n", "@@ -2,3 +2,3 @@\n b\n-c\n+C\n e\n", "@@ -9 +9 @@\n-i\n+I\n"
)
BOTH = "@@ -1,3 +1,4 @@\n a\n-c\n-d\n+b\n+C\n+e\n@@ -8,1 +9,1 @@\n-i\n+I\n"


def test_two_mails_on_one_file_are_one_change() -> None:
    (file,) = mails(FIRST, SECOND)

    assert (BOTH, 4, 3, FileStatus.MODIFIED) == (file.patch, file.additions, file.deletions, file.status)


def test_a_log_is_read_from_its_end_and_a_reversed_one_from_its_beginning() -> None:
    assert log(SECOND, FIRST) == log(FIRST, SECOND) == mails(FIRST, SECOND)


def test_a_file_is_changed_before_it_is_moved_away_in_whatever_order_it_is_shown() -> None:
    assert log(MOVE, EDIT) == log(EDIT, MOVE) == mails(EDIT, MOVE)


def test_diffs_that_stand_one_behind_the_other_are_one_change() -> None:
    assert mails(FIRST, SECOND) == read_diff((FIRST + SECOND).encode()).files


def test_shortened_names_of_blobs_may_differ_in_length() -> None:
    assert mails(FIRST, SECOND) == mails(FIRST, SECOND.replace("2222222", "2222222222"))


def test_changes_that_do_not_follow_each_other_are_named_and_the_others_read() -> None:
    other = section("index 7777777..8888888 100644\n", "@@ -1 +1 @@\n-q\n+r\n")
    beside = SECOND.replace("a/x b/x", "a/y b/y").replace("a/x", "a/y").replace("b/x", "b/y")
    first, second = mails(FIRST + beside, other)

    assert ("x", None, "the diff shows it more than once with conflicting contents") == (
        first.path,
        first.patch,
        first.absent,
    )
    assert ("y", True) == (second.path, bool(second.patch))


def test_a_third_change_does_not_hide_that_two_did_not_fit() -> None:
    other = section("index 7777777..8888888 100644\n", "@@ -1 +1 @@\n-q\n+r\n")
    (file,) = mails(FIRST, other, FIRST)

    assert "conflicting contents" in (file.absent or "")


ADD = section("new file mode 100644\nindex 0000000..1111111\n", "@@ -0,0 +1 @@\n+a\n", old="/dev/null")
EDIT = section("index 1111111..2222222 100644\n", "@@ -1 +1,2 @@\n a\n+b\n")
BACK = section("index 2222222..1111111 100644\n", "@@ -1,2 +1 @@\n a\n-b\n")
REMOVE = section("deleted file mode 100644\nindex 1111111..0000000\n", "@@ -1 +0,0 @@\n-a\n", new="/dev/null")
MODE = section("old mode 100644\nnew mode 100755\n")
MOVE = "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"
MOVE_BACK = "diff --git a/y b/x\nsimilarity index 100%\nrename from y\nrename to x\n"
COPY = "diff --git a/x b/z\nsimilarity index 100%\ncopy from x\ncopy to z\n"
BINARY = section("index 2222222..3333333 100644\nBinary files a/x and b/x differ\n")


def told(*diffs: str) -> list[tuple[str, str, str | None, str]]:
    return [
        (file.status.value, file.path, file.previous, file.absent or f"+{file.additions} -{file.deletions}")
        for file in mails(*diffs)
    ]


def test_what_becomes_of_a_file_over_a_series() -> None:
    edit_y = EDIT.replace("a/x", "a/y").replace("b/x", "b/y")

    assert [("added", "x", None, "+2 -0")] == told(ADD, EDIT)
    assert [("added", "y", None, "+1 -0")] == told(ADD, MOVE)
    assert [("removed", "x", None, "+0 -1")] == told(MODE, REMOVE)
    assert [("renamed", "y", "x", "+1 -0")] == told(EDIT, MOVE) == told(MOVE, edit_y)
    assert [("removed", "x", None, "+0 -1")] == told(MOVE, REMOVE.replace("a/x", "a/y").replace("b/x", "b/y"))
    assert [("modified", "x", None, "binary file")] == told(EDIT, BINARY)
    assert [("modified", "x", None, "+1 -0")] == told(MODE, EDIT)
    copied = ("copied", "z", "x", "copied without changes")
    assert [("modified", "x", None, "+1 -0"), copied] == told(EDIT, COPY)
    assert [("added", "x", None, "+1 -0"), copied] == told(ADD, COPY)


def test_what_is_undone_is_no_change() -> None:
    assert [] == told(ADD, REMOVE) == told(EDIT, BACK) == told(MOVE, MOVE_BACK) == told(REMOVE, ADD)


def test_a_file_that_is_removed_and_added_in_one_commit_after_another_is_no_change_of_type() -> None:
    again = ADD.replace("1111111", "4444444").replace("+a", "+A")

    assert [("modified", "x", None, "+1 -1")] == told(REMOVE, again)


@st.composite
def histories(draw: st.DrawFn) -> list[Tree]:
    found = [draw(trees)]
    for _ in range(draw(st.integers(2, 3))):
        found.append(draw(changed(found[-1])))
    return [{name: entry for name, entry in tree.items() if b"\xe9" not in name} for tree in found]


@given(histories(), st.sampled_from(["-U0", "-U1", "-U3", "-U20"]), st.sampled_from(["--no-renames", "-M"]))
@settings(
    max_examples=int(os.environ.get("DIFF_EXAMPLES", "20")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes dozens of processes
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_history_is_read_as_what_it_changes(history: list[Tree], context: str, renames: str) -> None:
    with empty_repository() as repository:
        for tree in history:
            store(repository, tree)
            repository.git("commit", "--quiet", "--allow-empty", "--message", "Say\n\n- a point")
        first = f"HEAD~{len(history) - 1}"
        ways = (
            ("log", "--patch", f"{first}..HEAD"),
            ("log", "--patch", "--oneline", f"{first}..HEAD"),
            ("format-patch", "--stdout", f"{first}..HEAD"),
            ("log", "--patch", "--reverse", f"{first}..HEAD"),
            ("log", "--patch", "--format=%s", f"{first}..HEAD"),
            ("log", "--patch", "--format=", f"{first}..HEAD"),
        )
        for way in ways[: 3 if renames == "-M" else None]:  # no blobs: which one is newer?
            diff = repository.git(*way[:1], context, renames, *way[1:])
            files = read_diff(diff).files if b"diff --git" in diff else ()

            _check(repository, history, files, first, renames)


def _check(
    repository: Repository, history: list[Tree], files: tuple[File, ...], first: str, renames: str
) -> None:
    before, after = history[0], history[-1]
    unfit = {file.path for file in files if "conflicting contents" in (file.absent or "")}
    assert all(_was_retyped(history, path) or renames == "-M" for path in unfit)
    expected = {entry.path for entry in entries(repository, "--no-renames", first, "HEAD")}
    found = {file.path for file in files} | {
        file.previous for file in files if file.previous and file.status is FileStatus.RENAMED
    }
    assert expected <= found
    if renames == "--no-renames":
        assert found - unfit <= expected
    for file in files:
        if file.patch is not None and file.status is not FileStatus.RETYPED:
            old = before.get((file.previous or file.path).encode(), ("", b""))[1]
            new = after.get(file.path.encode(), ("", b""))[1]
            assert decode_diff(new) == _applied(
                file.patch, "" if file.status is FileStatus.ADDED else decode_diff(old)
            )


def _was_retyped(history: list[Tree], path: str) -> bool:
    modes = {tree[path.encode()][0][:3] for tree in history if path.encode() in tree}
    return len(modes) > 1


def _applied(patch: str, text: str) -> str:
    """`text` with `patch` on it, which must fit."""
    lines = text.split("\n")
    ended = not lines[-1]
    old = [(line, True) for line in lines[:-1]] + ([] if ended else [(lines[-1], False)])
    new: list[tuple[str, bool]] = []
    done = 0
    for hunk in parse_patch(patch):
        start = hunk.left - bool(hunk.left_count)
        new += old[done:start]
        done = start
        for line in hunk.lines:
            if line.kind != "+":
                assert old[done] == (line.text, line.ended)
                done += 1
            if line.kind != "-":
                new.append((line.text, line.ended))
    new += old[done:]
    return "".join(line + ("\n" if is_ended else "") for line, is_ended in new)


texts = st.lists(st.sampled_from(LINES), max_size=12)


def _patch(old: list[str], new: list[str], context: int) -> str:
    before, after = ([f"{line}\n" for line in side] for side in (old, new))
    return "".join(list(difflib.unified_diff(before, after, n=context))[2:])


@given(texts, texts, texts, st.integers(0, 3), st.integers(0, 3))
def test_two_patches_do_together_what_they_do_one_after_the_other(
    first: list[str], second: list[str], third: list[str], context: int, other: int
) -> None:
    both = compose(_patch(first, second, context), _patch(second, third, other))
    text, wanted = ("".join(f"{line}\n" for line in side) for side in (first, third))

    assert wanted == _applied(both, text)

"""The combined diffs of commits agree with git."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.change import FileStatus
from bot.core.diff import parse_diff, render_diff
from github_simulator.content import Conflict, Text, Tree, commit_files, compare_trees, whole_file

PATHS = ("a.txt", "b.txt", "lib/c.py", "with space.md", "ünï.txt")


@dataclass
class Repository:
    """A real git repository in a temporary directory."""

    root: Path

    def git(self, *words: str, stdin: bytes | None = None) -> str:
        done = subprocess.run(("git", *words), cwd=self.root, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, (words, done.stderr.decode())
        return done.stdout.decode()

    def commit(self) -> str:
        """Commits everything; returns the tree's id."""
        self.git("add", "--all")
        return self.git("write-tree").strip()

    def diff(self, base: str, head: str, *options: str) -> str:
        return self.git("diff", "--find-renames", *options, base, head)

    def tree_with(self, base: str, diff: str) -> str:
        """The id of the tree that results from `diff` on `base`."""
        self.git("read-tree", base)
        if diff:
            self.git("apply", "--cached", "--unidiff-zero", "-", stdin=diff.encode())
        return self.git("write-tree").strip()


line = st.sampled_from(["", "a", "b", "c", "def f():", "    return 1", "+++ x", "--- y", "@@ -1 +1 @@"])
content = st.tuples(st.lists(line, max_size=25), st.booleans()).map(
    lambda made: "\n".join(made[0]) + ("\n" if made[0] and made[1] else "")
)
edit = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 30), st.lists(line, min_size=1, max_size=4)),
    st.tuples(st.just("delete"), st.integers(0, 30), st.integers(1, 4)),
    st.tuples(st.just("write"), content),
    st.tuples(st.just("remove")),
    st.tuples(st.just("move"), st.sampled_from(PATHS)),
    st.tuples(st.just("allow")),
)
commits = st.lists(
    st.lists(st.tuples(st.sampled_from(PATHS), edit), min_size=1, max_size=4), min_size=1, max_size=4
)


def change(root: Path, path: str, what: tuple[object, ...]) -> None:
    """One edit of a file; nothing if it is impossible."""
    file = root / path
    file.parent.mkdir(exist_ok=True)
    if what[0] == "write":
        file.write_text(str(what[1]))
    if not file.exists():
        return
    lines = file.read_text().split("\n")
    at = what[1] if isinstance(what[1:2] and what[1], int) else 0
    assert isinstance(at, int)
    if what[0] == "insert" and isinstance(what[2], list):
        lines[at:at] = what[2]
        file.write_text("\n".join(lines))
    elif what[0] == "delete" and isinstance(what[2], int):
        del lines[at : at + what[2]]
        file.write_text("\n".join(lines))
    elif what[0] == "remove":
        file.unlink()
    elif what[0] == "move" and not (root / str(what[1])).exists():
        (root / str(what[1])).parent.mkdir(exist_ok=True)
        file.rename(root / str(what[1]))
    elif what[0] == "allow":
        file.chmod(0o755)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=st.dictionaries(st.sampled_from(PATHS), content, max_size=5), steps=commits, known=st.booleans())
def test_the_sum_of_commits_is_what_git_makes_of_them(
    base: dict[str, str], steps: list[list[tuple[str, tuple[object, ...]]]], known: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        repository = Repository(Path(directory))
        repository.git("init", "--quiet")
        for path, text in base.items():
            change(repository.root, path, ("write", text))
        first = last = repository.commit()
        ground = {path: whole_file(text) for path, text in base.items()} if known else {}
        begin = tree = Tree(ground)
        for step in steps:
            for path, what in step:
                # Unknown content cannot be shown as removed: a whole file moved over another.
                if known or what[0] != "move" or what[1] not in base:
                    change(repository.root, path, what)
            following = repository.commit()
            tree = commit_files(tree, parse_diff(repository.diff(last, following)))
            last = following
        whole = render_diff(compare_trees(begin, tree))
        assert repository.tree_with(first, whole) == last


@settings(max_examples=15, deadline=None)
@given(base=content, head=content)
def test_counts_and_hunks_of_one_commit_are_those_of_git(base: str, head: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        repository = Repository(Path(directory))
        repository.git("init", "--quiet")
        change(repository.root, "a.txt", ("write", base))
        first = repository.commit()
        change(repository.root, "a.txt", ("write", head))
        last = repository.commit()
        files = parse_diff(repository.diff(first, last))
        begin = Tree()
        [*told] = compare_trees(begin, commit_files(begin, files))
        assert [(file.path, file.additions, file.deletions, file.status) for file in told] == [
            (file.path, file.additions, file.deletions, file.status) for file in files
        ]
        assert [file.patch for file in told] == [file.patch for file in files]


HEADER = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n"


def test_what_a_later_diff_shows_is_known_in_earlier_versions() -> None:
    base = Tree()
    first = commit_files(base, parse_diff(HEADER + "@@ -10,3 +10,4 @@ def f():\n a\n b\n+new\n c\n"))
    second = commit_files(first, parse_diff(HEADER + "@@ -1,2 +1,2 @@\n-top\n+TOP\n next\n"))
    known = base.ground["f"].content
    assert isinstance(known, Text)
    assert known.render().split("\n")[:3] == ["top", "next", ""]
    assert known.render().split("\n")[9:12] == ["a", "b", "c"]
    [file] = compare_trees(base, second)
    assert file.patch == "@@ -1,2 +1,2 @@\n-top\n+TOP\n next\n@@ -10,3 +10,4 @@ def f():\n a\n b\n+new\n c\n"


def test_a_change_that_is_taken_back_leaves_no_trace() -> None:
    base = Tree()
    first = commit_files(base, parse_diff(HEADER + "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"))
    second = commit_files(first, parse_diff(HEADER + "@@ -1,3 +1,3 @@\n a\n-x\n+b\n c\n"))
    assert compare_trees(base, second) == ()


def test_a_line_that_comes_back_twice_is_one_addition() -> None:
    base = Tree({"f": whole_file("a\nb\nc\n")})
    first = commit_files(base, parse_diff(HEADER + "@@ -1,3 +1,2 @@\n a\n-b\n c\n"))
    second = commit_files(first, parse_diff(HEADER + "@@ -1,2 +1,4 @@\n a\n+b\n+b\n c\n"))
    [file] = compare_trees(base, second)
    assert file.patch == "@@ -1,3 +1,4 @@\n a\n b\n+b\n c\n"


def test_a_diff_that_contradicts_what_is_known_is_refused_and_teaches_nothing() -> None:
    base = Tree()
    first = commit_files(base, parse_diff(HEADER + "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"))
    two = HEADER.replace("/f", "/g") + "@@ -1 +1 @@\n-old\n+new\n"
    wrong = HEADER + "@@ -1,3 +1,3 @@\n a\n-b\n+y\n c\n"
    with pytest.raises(Conflict, match=r"^f, line 2: the diff expects 'b', found 'x'$"):
        commit_files(first, parse_diff(two + wrong))
    assert base.paths() == ["f"]


def test_a_refused_diff_leaves_the_files_before_its_fault_as_they_were() -> None:
    base = Tree({"g": whole_file("one\n")})
    first = commit_files(base, parse_diff(HEADER + "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"))
    farther = HEADER + "@@ -2,3 +2,3 @@ def f():\n x\n-c\n+C\n d\n@@ -20 +20 @@\n-t\n+T\n"
    with pytest.raises(Conflict, match=r"^g, line 1"):
        commit_files(first, parse_diff(farther + HEADER.replace("/f", "/g") + "@@ -1 +1 @@\n-two\n+2\n"))
    known = base.ground["f"].content
    assert isinstance(known, Text)
    assert known.render() == "a\nb\nc\n"
    [file] = compare_trees(base, first)
    assert file.patch == "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"


def test_a_hunk_that_moved_is_found_near_by() -> None:
    base = Tree({"f": whole_file("1\n2\n3\n4\n5\n6\n")})
    head = commit_files(base, parse_diff(HEADER + "@@ -1,3 +1,3 @@\n 3\n-4\n+four\n 5\n"))
    entry = head.get("f")
    assert entry is not None
    assert isinstance(entry.content, Text)
    assert entry.content.render() == "1\n2\n3\nfour\n5\n6\n"


@pytest.mark.parametrize(
    ("diff", "reason"),
    [
        (
            "diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n",
            "adds a file",
        ),
        (HEADER + "@@ -2000000,1 +2000000,1 @@\n-a\n+b\n", "exceeds the limit of 1000000 lines"),
        (HEADER + "@@ -9,1 +9,1 @@\n-a\n+b\n", "found the end of the file"),
        (
            "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
            "not all of its lines",
        ),
        (
            "diff --git a/g b/f\nsimilarity index 100%\nrename from g\nrename to f\n",
            "to a path that already exists",
        ),
    ],
)
def test_what_cannot_be_applied_is_named(diff: str, reason: str) -> None:
    tree = Tree({"f": whole_file("one\ntwo\n")})
    with pytest.raises(Conflict, match=reason):
        commit_files(tree, parse_diff(diff))


def test_renames_copies_modes_and_binary_files_are_kept_as_such() -> None:
    base = Tree({"old": whole_file("a\nb\nc\n"), "tool": whole_file("x\n"), "image": whole_file("text\n")})
    diff = (
        "diff --git a/old b/new\nsimilarity index 60%\nrename from old\nrename to new\n"
        "--- a/old\n+++ b/new\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
        "diff --git a/tool b/copy\nsimilarity index 100%\ncopy from tool\ncopy to copy\n"
        "diff --git a/tool b/tool\nold mode 100644\nnew mode 100755\n"
        "diff --git a/image b/image\nindex 1..2 100644\nBinary files a/image and b/image differ\n"
    )
    files = {file.path: file for file in compare_trees(base, commit_files(base, parse_diff(diff)))}
    assert {path: file.status for path, file in files.items()} == {
        "new": FileStatus.RENAMED,
        "copy": FileStatus.COPIED,
        "tool": FileStatus.MODIFIED,
        "image": FileStatus.MODIFIED,
    }
    assert (files["new"].previous, files["new"].additions) == ("old", 1)
    assert (files["copy"].previous, files["tool"].after) == ("tool", "100755")
    assert (files["image"].patch, files["image"].absent) == (None, "binary file")


def test_a_link_in_place_of_a_file_is_a_change_of_type() -> None:
    base = Tree({"f": whole_file("one\n")})
    diff = (
        "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n"
        "diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+target\n"
        "\\ No newline at end of file\n"
    )
    [file] = compare_trees(base, commit_files(base, parse_diff(diff)))
    assert (file.status, file.additions, file.deletions) == (FileStatus.RETYPED, 1, 1)
    assert render_diff([file]).count("diff --git") == 2

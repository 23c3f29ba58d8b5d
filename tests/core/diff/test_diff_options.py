"""Whatever options and settings git makes a diff with, it is read as git tells programs."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bot.core.change import File, FileStatus
from bot.core.diff import DiffError, nothing_to_read, parse_diff, read_diff, render_diff
from tests.core.diff.repository import Entry, Repository, entries, seen
from tests.core.diff.trees import Tree, changed, empty_repository, store, trees, without_clashes

SETTINGS = settings(
    max_examples=int(os.environ.get("DIFF_EXAMPLES", "20")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes a dozen processes
    suppress_health_check=[HealthCheck.too_slow],
)
CONFIGURED = (
    ("core.quotePath", ["true", "false"]),
    ("diff.suppressBlankEmpty", ["true", "false"]),
    ("diff.mnemonicPrefix", ["true", "false"]),
    ("diff.noprefix", ["true", "false"]),
    ("diff.interHunkContext", ["0", "3"]),
)
PREFIXES = (
    (),
    ("--no-prefix",),
    ("--src-prefix=i/", "--dst-prefix=w/"),
    ("--src-prefix=old/", "--dst-prefix=newer/"),
)
CONTEXTS = ((), ("--unified=0",), ("--unified=20",), ("--function-context",))
RENAMES = (("--no-renames",), ("-M",), ("-C", "--find-copies-harder"), ("-M", "-B"))
BINARIES = ((), ("--binary",), ("--full-index",), ("--text",))
ALGORITHMS = ((), ("--patience",), ("--histogram",), ("--minimal",))
SPACES = (
    (),
    ("--ignore-space-change",),
    ("--ignore-all-space",),
    ("--ignore-blank-lines",),
    ("--ignore-cr-at-eol",),
)
EXTRAS = ((), ("--stat", "--patch"), ("--raw", "--patch"), ("--numstat", "--patch"), ("--summary", "--patch"))
COLORS = ("--no-color", "--color=always")

Options = tuple[list[str], list[str], list[str]]  # settings; what changes the files told; what does not


@st.composite
def options(draw: st.DrawFn, spaces: Sequence[tuple[str, ...]]) -> Options:
    configured = [
        word for name, values in CONFIGURED for word in ("-c", f"{name}={draw(st.sampled_from(values))}")
    ]
    told = [
        *draw(st.sampled_from(RENAMES)),
        *draw(st.sampled_from(spaces)),
        *draw(st.sampled_from(ALGORITHMS)),
    ]
    told += draw(st.sampled_from([[], ["-R"]]))
    binary = draw(st.sampled_from(BINARIES))
    told += binary if binary == ("--text",) else ()
    shown = [word for group in (PREFIXES, CONTEXTS, EXTRAS) for word in draw(st.sampled_from(group))]
    return configured, told, [*shown, *binary, draw(st.sampled_from(COLORS))]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tree, Tree]:
    before = draw(trees)
    more = draw(trees) if draw(st.booleans()) else {}
    return before, without_clashes({**draw(changed(before)), **more})


@given(pairs(), st.data())
@SETTINGS
def test_every_combination_of_options_tells_the_same_files(
    both: tuple[Tree, Tree], data: st.DataObject
) -> None:
    with empty_repository() as repository:
        before, after = (store(repository, tree) for tree in map(_apart, both))
        for _ in range(4):
            configured, told, shown = data.draw(options([()]))
            expected = entries(repository, *told, before, after)
            diff = repository.git(*configured, "diff", *told, *shown, before, after)
            reading = read_diff(diff)

            assert () == reading.notes
            for file, entry in zip(reading.files, expected, strict=True):
                assert _as_shown(entry, file, told) == seen(file, entry)
            assert parse_diff(render_diff(reading.files)) == reading.files


def _as_shown(entry: Entry, file: File, told: Sequence[str]) -> Entry:
    """What git says; for programs it counts no lines of a binary file, also where it shows them."""
    if entry.counts is None and ("--text" in told or nothing_to_read(file)):
        return entry._replace(counts=seen(file, entry).counts)
    return entry


def _apart(tree: Tree) -> Tree:
    """Names that are not UTF-8 are shown alike; one of them is enough."""
    strange = [name for name in tree if b"\xe9" in name]
    return {name: entry for name, entry in tree.items() if name not in strange[1:]}


@given(pairs(), st.data())
@SETTINGS
def test_what_is_left_out_for_its_blanks_is_nothing_or_named(
    both: tuple[Tree, Tree], data: st.DataObject
) -> None:
    with empty_repository() as repository:
        before, after = (store(repository, tree) for tree in map(_apart, both))
        configured, told, shown = data.draw(options(SPACES))
        expected = {entry.path: entry for entry in entries(repository, *told, before, after)}
        assume(not _could_be_two_diffs(expected))
        diff = repository.git(*configured, "diff", *told, *shown, before, after)
        try:
            files = read_diff(diff).files
        except DiffError:  # of a mere list of names
            files = ()

        for file in files:
            entry = expected.pop(file.path)
            if file.patch is None and not nothing_to_read(file):
                assert entry.counts in ((0, 0), None)
            elif file.status is not FileStatus.RETYPED:  # of which git leaves halves out
                assert seen(file, entry) == _as_shown(entry, file, told)
        assert all(_is_bare(entry) for entry in expected.values())


def _could_be_two_diffs(told: Mapping[str, Entry]) -> bool:
    """Whether a file moves to where another moves away, as git tells with -B. Without commit headers,
    this looks like one diff after another, and is read as such.
    """
    return any(entry.previous in told and entry.previous != path for path, entry in told.items())


def _is_bare(entry: Entry) -> bool:
    """Whether git shows nothing of a file whose lines differ in their blanks alone. For programs it counts no
    lines of a binary file, also where `--text` compares its lines.
    """
    return entry.status is FileStatus.MODIFIED and entry.counts in ((0, 0), None)


@pytest.fixture
def repository() -> Iterator[Repository]:
    with empty_repository() as found:
        yield found


def test_a_binary_file_that_only_gains_empty_lines_is_left_out_as_text(repository: Repository) -> None:
    before = store(repository, {b"x": ("100644", b"\0\n"), b"y": ("100644", b"a\n")})
    after = store(repository, {b"x": ("100644", b"\0\n\n\n"), b"y": ("100644", b"b\n")})
    told = ["--ignore-blank-lines", "--text"]

    assert _is_bare(entries(repository, *told, before, after)[0])
    assert ["y"] == [file.path for file in read_diff(repository.git("diff", *told, before, after)).files]


def test_a_removed_file_whose_lines_are_left_out_is_named(repository: Repository) -> None:
    before = store(repository, {b"x": ("100644", b"a\n"), b"y": ("100644", b"")})
    after = store(repository, {})
    first, second = read_diff(repository.git("diff", "--irreversible-delete", before, after)).files

    assert (FileStatus.REMOVED, "the diff does not show its lines") == (first.status, first.absent)
    assert (FileStatus.REMOVED, "empty file") == (second.status, second.absent)


FILES: Tree = dict.fromkeys((b"src/x.py", b"src/gone.py", b"odd.sql", b"my file", b".rc"), ("100644", b"a\n"))
CHANGED: Tree = {
    **dict.fromkeys((b"src/x.py", b"odd.sql", b".rc", b"src/new.py"), ("100644", b"b\n")),
    b"my file": ("100755", b"a\n"),
}
PATHS = [".rc", "my file", "odd.sql", "src/gone.py", "src/new.py", "src/x.py"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old:", "new:"),
        ("HEAD~2:", "HEAD:"),
        ("a", "b"),
        ("foo/bar/", "baz/"),
        ("1/2/3/", "4/"),
        ("", "new/"),
        ("old/", ""),
        ("a//", "b//"),
        ("x y/", "z w/"),
        ("../a/", "../b/"),
        ("C:\\a\\", "C:\\b\\"),
    ],
)
def test_any_prefixes_are_told_from_the_names(repository: Repository, old: str, new: str) -> None:
    trees = store(repository, FILES), store(repository, CHANGED)
    prefixes = f"--src-prefix={old}", f"--dst-prefix={new}"

    assert sorted(PATHS) == [file.path for file in read_diff(repository.git("diff", *prefixes, *trees)).files]


@pytest.mark.parametrize(
    ("old", "new"), [("a", "b"), ("old_", "new_"), ("a ", "b "), ("", "new"), ("1.0/", "2.0/")]
)
@pytest.mark.parametrize("path", ["odd.sql", "src"])
def test_a_prefix_that_cannot_be_told_is_refused(
    repository: Repository, old: str, new: str, path: str
) -> None:
    trees = store(repository, FILES), store(repository, CHANGED)
    prefixes = f"--src-prefix={old}", f"--dst-prefix={new}"
    diff = repository.git("diff", *prefixes, *trees, "--", path)

    with contextlib.suppress(DiffError):
        assert {file.path for file in read_diff(diff).files} <= set(PATHS)


def test_a_rename_tells_the_prefixes(repository: Repository) -> None:
    before = store(repository, {b"x": ("100644", b"a\n" * 9), b"src/y": ("100644", b"a\n")})
    after = store(repository, {b"z": ("100644", b"a\n" * 9), b"src/y": ("100644", b"b\n")})
    for old, new in (("a", "b"), ("v/x/", "w/x/"), ("src/", "src/"), ("old_", "new_")):
        diff = repository.git("diff", "-M", f"--src-prefix={old}", f"--dst-prefix={new}", before, after)

        assert [("src/y", None), ("z", "x")] == [(file.path, file.previous) for file in read_diff(diff).files]


@pytest.mark.parametrize(
    "roots", [("old", "new"), ("./old", "./new"), ("d/old", "d/new"), ("old-1.0", "old-2.0")]
)
@pytest.mark.parametrize("prefix", [[], ["--no-prefix"]])
def test_two_directories_that_git_compares(
    repository: Repository, roots: tuple[str, str], prefix: list[str]
) -> None:
    moved = b"".join(b"%d\n" % number for number in range(20))
    trees = ({**FILES, b"before": ("100644", moved)}, {**CHANGED, b"after": ("100644", moved)})
    store(
        repository,
        {
            b"%s/%s" % (root.encode(), name): entry
            for root, tree in zip(roots, trees, strict=True)
            for name, entry in tree.items()
        },
    )
    diff = repository.git("diff", "--no-index", "-M90%", *prefix, *roots, check=False)

    assert sorted([*PATHS, "after"]) == sorted(file.path for file in read_diff(diff).files)
    assert ["before"] == [file.previous for file in read_diff(diff).files if file.previous]


@pytest.mark.parametrize("words", [["--word-diff"], ["--word-diff=porcelain"], ["--color-words"]])
def test_diffs_of_words_are_refused(repository: Repository, words: list[str]) -> None:
    before = store(repository, {b"x": ("100644", b"  one two\n  three\n")})
    after = store(repository, {b"x": ("100644", b"  one four\n  three\n")})

    with pytest.raises(DiffError, match=r"--word-diff|--color-words"):
        read_diff(repository.git("diff", *words, before, after))

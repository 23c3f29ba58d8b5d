"""Patterns mean what they mean to git, and none of them takes long."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.config.globs import BadPattern, escape, exactly, inside
from bot.core.config.patterns import fit, rebase

PIECES = st.sampled_from(
    [
        "*",
        "**",
        "?",
        "a",
        "b",
        "ab",
        ".",
        "-",
        "[ab]",
        "[!a]",
        "[a-c]",
        "[[:alpha:]]",
        r"\*",
        "[",
        "é",
        "]",
        "{",
    ]
)
# Git documents two stars beside other characters as one star. Git before 2.40 compares pointers into two
# different texts to find out what stands before them, so its answer depends on where the memory lies.
NAMES = (
    st.lists(PIECES, min_size=1, max_size=4).map("".join).filter(lambda name: not re.search(r".\*\*", name))
)
PATTERNS = st.builds(
    lambda front, names, end: front + "/".join(names) + end,
    st.sampled_from(["", "", "/"]),
    st.lists(st.one_of(st.just("**"), st.just("*"), NAMES), min_size=1, max_size=4),
    st.sampled_from(["", "", "/"]),
).filter(lambda pattern: not pattern.startswith("!"))
PATHS = st.lists(st.text("ab.c*-]{", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)
USABLE = PATHS.filter(lambda path: not {".", "..", ".git"} & set(path.split("/")))
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", directory], check=True)
    return directory


def test_a_name_without_a_slash_is_found_at_any_depth() -> None:
    assert ignored("*.sql", ["a.sql", "db/migrations/b.sql", "a.sqlx"]) == ["a.sql", "db/migrations/b.sql"]


def test_a_directory_means_all_that_is_in_it() -> None:
    assert ignored("web/", ["web/a/b.ts", "apps/web/c.ts", "web"]) == ["web/a/b.ts", "apps/web/c.ts"]


def test_a_slash_ties_a_pattern_to_the_root() -> None:
    assert ignored("/docs", ["docs/a.md", "web/docs/b.md"]) == ["docs/a.md"]


def test_attributes_of_a_directory_are_not_those_of_its_files() -> None:
    assert exactly("vendor/") is None
    assert not re.match(exactly("vendor") or "", "vendor/a.c")
    assert re.match(exactly("vendor/**") or "", "vendor/lib/a.c")


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("", "is empty"),
        ("/", "is empty"),
        ("a[b", r"an unclosed \["),
        ("a\\", "ends with a backslash"),
        ("[[:digits:]]", r"the unknown character class \[:digits:\]"),
    ],
)
def test_what_is_no_pattern_says_why(pattern: str, wrong: str) -> None:
    with pytest.raises(BadPattern, match=wrong):
        inside(pattern)


@SLOW
@given(PATTERNS, st.lists(USABLE, min_size=1, max_size=8, unique=True))
@example("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c", "b"])
@example("[]a]", ["a", "]", "b"])
@example("[b-a]", ["a", "b", "-"])
@example("[]/", ["]"])
def test_a_pattern_ignores_what_it_ignores_for_git(repository: Path, pattern: str, paths: list[str]) -> None:
    (repository / ".git/info/exclude").write_text(pattern + "\n")
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=repository,
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    expected = [name for name in done.stdout.decode().split("\0") if name]
    assert expected == ignored(pattern, paths)


@given(st.text(st.sampled_from("ab*?/[]!^-:\\|&~{}()# é\n"), max_size=20))
def test_any_text_is_a_pattern_or_says_why_not(text: str) -> None:
    try:
        fit(text)
    except BadPattern:
        return
    for directory in ("", "a[b]/c d"):
        re.compile(inside(rebase(text, directory).removeprefix("!"))).match("a/b")


@given(PATHS, USABLE)
def test_an_escaped_path_means_itself_alone(path: str, other: str) -> None:
    expression = exactly("/" + escape(path)) or ""
    assert re.match(expression, path)
    assert bool(re.match(expression, other)) == (path == other)


@pytest.mark.parametrize(
    "pattern", ["*a" * 100 + "b", "**/a/" * 60 + "b", "a*/" * 60 + "b", "?*" * 100 + "b"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    """With plain stars the first of these would outlive us all."""
    for path in ("a" * 4000, "a/" * 2000 + "a", "a" * 2000 + "/b" * 1000):
        re.match(inside(pattern), path)
        re.match(exactly(pattern) or "", path)


def ignored(pattern: str, paths: Sequence[str]) -> list[str]:
    try:
        expression = re.compile(inside(pattern))
    except BadPattern:
        return []
    return [path for path in paths if expression.match(path)]

"""`.gitattributes` says of a file what it says to git."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.config.attributes import MARKS, marks, read_attributes

STATES = st.sampled_from(
    [
        "linguist-generated",
        "-linguist-generated",
        "!linguist-generated",
        "linguist-generated=true",
        "linguist-generated=false",
        "linguist-vendored",
        "-text",
        "made",
        "-made",
        "!made",
    ]
)
PATTERNS = st.sampled_from(
    [
        "*",
        "*.a",
        "a",
        "/a",
        "b/",
        "b/*",
        "b/**",
        "**/c/*.a",
        "[ab]",
        "?",
        '"a b"',
        "b/c/x.a",
        "!a",
        "# a",
        "x.a",
    ]
)
LINES = st.builds(
    lambda space, pattern, states: f"{space}{pattern} {' '.join(states)}",
    st.sampled_from(["", " ", "\t"]),
    PATTERNS,
    st.lists(STATES, min_size=1, max_size=3),
)
FILES = st.dictionaries(
    st.sampled_from([".gitattributes", "b/.gitattributes", "b/c/.gitattributes"]),
    st.lists(LINES, max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines)),
    max_size=3,
)
PATHS = ("a", "b/a", "b/c/a", "x.a", "b/x.a", "b/c/x.a", "a b", "b/a b", "d")
MACRO = "[attr]made linguist-generated linguist-documentation\n"


def test_the_later_line_and_the_deeper_file_win() -> None:
    attributes = read_attributes(
        {
            "web/.gitattributes": "own.ts -linguist-generated\n",
            ".gitattributes": "*.ts linguist-generated\nlib/** linguist-vendored=true\n"
            "lib/ours/** !linguist-vendored\n",
        }
    )
    assert marks(attributes, "web/api.ts") == ("generated",)
    assert marks(attributes, "web/own.ts") == ("-generated",)
    assert marks(attributes, "lib/x.c") == ("vendored",)
    assert marks(attributes, "lib/ours/x.c") == ()
    assert marks(attributes, "README.md") == ()


def test_lines_that_are_no_attributes_are_passed_over() -> None:
    text = (
        "\ufeff*.a linguist-generated\n[ab linguist-generated\n\n*.b\n" + "x" * 3000 + " linguist-vendored\n"
    )
    assert [line.patterns for line in read_attributes({".gitattributes": text})] == [("*.a", "[ab")]
    assert marks(read_attributes({".gitattributes": text}), "[ab") == ()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", directory], check=True)
    (directory / "b" / "c").mkdir(parents=True)
    return directory


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
@example({".gitattributes": f"{MACRO}*.a made\n*.a -made\n"})
@example({".gitattributes": f"{MACRO}*.a made -linguist-generated\n"})
@example({".gitattributes": "*.a made\n", "b/.gitattributes": MACRO})
def test_a_file_is_marked_as_for_git(repository: Path, files: dict[str, str]) -> None:
    for name in (".gitattributes", "b/.gitattributes", "b/c/.gitattributes"):
        (repository / name).write_text(files.get(name, ""))
    done = subprocess.run(
        ["git", "check-attr", "--stdin", "-z", *MARKS],
        cwd=repository,
        input="\0".join(PATHS).encode(),
        capture_output=True,
        check=True,
    )
    words = done.stdout.decode().split("\0")
    expected: dict[str, set[str]] = {path: set() for path in PATHS}
    for path, name, state in zip(words[0::3], words[1::3], words[2::3], strict=False):
        if state != "unspecified":
            expected[path].add(("-" if state in ("unset", "false") else "") + MARKS[name])
    attributes = read_attributes(files)
    assert {path: set(marks(attributes, path)) for path in PATHS} == expected

"""One file: what is right in it holds, what is wrong in it is named with its line and a way out."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.config import ConfigProblem, Configuration, Layer, read_layer
from bot.core.config.keys import IN_DIRECTORIES, KEYS, nested
from bot.core.config.values import Instruction, Trigger
from bot.core.review import Severity

FILE = ".github/code-review-bot.yml"
GOLDEN = Path(__file__).parent / "golden"


def test_a_file_with_all_in_order() -> None:
    layer, problems = read_layer(
        FILE,
        """
        # What we want
        language: German
        threshold: minor
        findings: 3
        on: [opened, label]     # "on" is a word here, and not "true" as YAML would have it
        ignore:
          - dist/
          - "*.lock"
        instructions:
          - paths: ["*.sql"]
            text: Every migration can be undone.
        skip: {drafts: no, titles: ["[WIP]*"]}
        prompts:
          system: docs/review.md
        """,
    )
    assert problems == ()
    assert layer == Layer(
        name=FILE,
        values={
            "language": "German",
            "threshold": Severity.MINOR,
            "findings": 3,
            "on": (Trigger.OPENED, Trigger.LABEL),
            "ignore": ("dist/", "*.lock"),
            "instructions": (Instruction(paths=("*.sql",), text="Every migration can be undone."),),
            "skip.drafts": False,
            "skip.titles": ("[WIP]*",),
            "prompts": {"system": "docs/review.md"},
        },
    )


def test_whatever_can_be_wrong_is_told_with_its_place() -> None:
    """`golden/problems.yml` is the file, `golden/problems.txt` what is said of it."""
    layer, problems = read_layer(FILE, (GOLDEN / "problems.yml").read_text())
    told = "".join(
        f"{problem.line}:{problem.column}: {problem.message}\n    {problem.fix}\n" for problem in problems
    )
    assert told == (GOLDEN / "problems.txt").read_text()
    assert layer.values == {
        "language": "no",
        "on": (Trigger.OPENED, Trigger.LABEL),
        "ignore": ("dist/", "7/"),
        "instructions": (Instruction(paths=("*.sql",), text="Look twice."),),
        "prompts": {"system": "docs/review.md"},
        "features.diagram": False,
        "budget.review": 500_000,
    }


@pytest.mark.parametrize(
    ("text", "line", "message", "fix"),
    [
        ("ignore:\n  - *.lock\n", 2, "The file is not valid YAML", "Quote a text"),
        ("ignore:\n\t- a\n", 2, "The file is not valid YAML", "spaces, not with tabs"),
        ("skip:\n  titles:\n    - [WIP]*\n", 3, "The file is not valid YAML", "Quote a text"),
        ('tone: "terse\n', 1, "The file is not valid YAML", "unclosed"),
        ("a: 1\n---\nb: 2\n", 2, "The file is not valid YAML", "remove the line ---"),
        ("- a\n- b\n", 1, "The file should be a mapping, not a list", ""),
        ("hello", 1, "The file should be a mapping, not `hello`", ""),
        ("tone: a\x00b\n", 1, "the non-printable character U+0000", "UTF-8"),
        ("tone: " + "[" * 60_000, 1, "nested too deeply", ""),
        ("? [a, b]\n: c\n", 1, "A key should be a single word, not a list", ""),
        ("&a tone: x\n*a : y\n", 2, "A key should be a single word", ""),
    ],
)
def test_what_cannot_be_read_at_all(text: str, line: int, message: str, fix: str) -> None:
    layer, problems = read_layer(FILE, text)
    (problem,) = problems
    assert problem.line == line
    assert message in problem.message
    assert fix in problem.fix
    assert set(layer.values) <= {"tone"}


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "---\n", "ignore:\n#  - dist/\ntone: ~\n", "\ufefffindings:"]
)
def test_a_file_with_nothing_in_it_is_in_order(text: str) -> None:
    assert read_layer(FILE, text) == (Layer(name=FILE), ())


def test_a_bomb_of_aliases_is_not_lit() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 9)]
    layer, problems = read_layer(FILE, "\n".join([*lines, "ignore: *a8", "tone: terse"]))
    assert layer.values == {"tone": "terse"}
    assert "`ignore` should be a list" in problems[-1].message


def test_a_file_that_is_too_long_does_not_hold() -> None:
    _, problems = read_layer(FILE, "#" * 1_000_000)
    assert "64 kB" in problems[0].message


def test_no_more_problems_than_anybody_reads() -> None:
    _, problems = read_layer(FILE, "".join(f"k{at}: 1\n" for at in range(2000)))
    assert len(problems) == 51
    assert problems[-1].message == "This file has 1950 more problems."


def test_of_too_many_patterns_the_first_hold() -> None:
    layer, problems = read_layer(FILE, "ignore:\n" + "".join(f"- a{at}\n" for at in range(600)))
    assert len(layer.values["ignore"]) == 500
    assert (problems[0].line, problems[0].message[:32]) == (502, "`ignore` accepts at most 500 ent")


def test_a_directory_says_only_what_is_about_files() -> None:
    text = "language: German\nthreshold: major\nskip: {drafts: no}\nignore: [gen/]\n"
    layer, problems = read_layer("web/.code-review-bot.yml", text, "web")
    assert layer.values == {"threshold": Severity.MAJOR, "ignore": ("gen/",)}
    assert [(problem.line, problem.message.partition(" ")[0]) for problem in problems] == [
        (1, "`language`"),
        (3, "`skip`"),
    ]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([str(name) for name in Severity]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["paths", "text", "drafts", "titles", "review", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
FILES = st.dictionaries(st.sampled_from([*Configuration.model_fields, "nonsense"]), ANYTHING, max_size=6)


@settings(deadline=None)
@given(FILES, st.sampled_from(["", "web"]))
def test_whatever_is_given_what_holds_is_valid(given_values: dict[str, object], directory: str) -> None:
    text = yaml.safe_dump(given_values, allow_unicode=True)
    layer, problems = read_layer(FILE, text, directory)
    Configuration.model_validate(nested(layer.values))
    assert set(layer.values) <= set(IN_DIRECTORIES if directory else KEYS)
    sound(problems, text)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}\"'#&*!|>%@`,?\n\t \x00é\ufeff\ud800\u2028 ~0"), max_size=60))
def test_whatever_the_text_it_is_read_or_told_why_not(text: str) -> None:
    _, problems = read_layer(FILE, text)
    sound(problems, text)


@settings(deadline=None)
@given(FILES, st.sampled_from(["ignroe: [a]", "findings: many", "skip: 3", "labels: {effort: [a]}"]))
def test_a_wrong_key_takes_no_right_one_with_it(given_values: dict[str, object], wrong: str) -> None:
    name = wrong.partition(":")[0]
    text = (
        yaml.safe_dump({key: value for key, value in given_values.items() if key != name})
        if given_values
        else ""
    )
    text = "" if text == "{}\n" else text
    layer, problems = read_layer(FILE, text)
    with_it, more = read_layer(FILE, f"{text}{wrong}\n")
    assert with_it == layer
    assert len(more) == len(problems) + 1 or len(problems) >= 50


def sound(problems: tuple[ConfigProblem, ...], text: str) -> None:
    """Each problem can be found in the file, and says something."""
    lines = text.count("\n") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for problem in problems:
        assert problem.line is None or problem.line <= lines
        assert problem.message.endswith(".")
        assert "\n" not in str(problem)
        assert len(str(problem)) < 500

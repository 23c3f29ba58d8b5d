"""Texts for people hold neither metaphors nor English that reads as translated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TRANSLATED = (
    r"anew",
    r"whoever",
    r"whomever",
    r"lest",
    r"mend(s|ed|ing)?",
    r"be had",
    r"nobody (has|is|was|asked|wants|told)",
    r"(?<!there )is no (command|diff|path|file|key|number|model|RSA|event|longer wanted)",
    r"are no (paths|files|commands)",
    r"^what is \w+ (is|are|has)",
    r"besides",
    r"of its making",
    r"come to (its|an) end",
    r"in other words than",
)
METAPHORS = (
    r"purses?",
    r"bells?",
    r"desks?",
    r"(is|was) given a rest",
    r"stand-ins?",
    r"shelf",
    r"doors?",
    r"patrol",
    r"fates?",
    r"wish(es)?",
)
BANNED = re.compile(
    "|".join(rf"(?<![\w`/-])(?:{word})(?![\w`/-])" for word in (*TRANSLATED, *METAPHORS)), re.IGNORECASE
)

Text = tuple[str, str]
"""Where it stands, and the text."""


def documents() -> Iterator[Text]:
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def messages() -> Iterator[Text]:
    """Every string of the program that is not a docstring."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in docstrings:
                continue
            if " " in node.value.strip():  # otherwise a name that only the program reads
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def help_texts() -> Iterator[Text]:
    """The docstrings that the command line shows."""
    for path in sorted((ROOT / "bot/cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", ast.get_docstring(node) or ""


def golden_texts() -> Iterator[Text]:
    for path in sorted((ROOT / "tests").rglob("golden/*.md")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def rules() -> Iterator[Text]:
    """The string literals of the rules that read a diff."""
    for path in sorted((ROOT / "wasm_modules/code-review-function/src").rglob("*.rs")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', line.partition("//")[0]):
                yield f"{path.relative_to(ROOT)}:{number}", literal


@pytest.mark.parametrize("texts", [documents, messages, help_texts, golden_texts, rules])
def test_texts_for_people_are_in_plain_english(texts: object) -> None:
    assert callable(texts)
    read = list(texts())

    found = [
        f"{where}: {match[0]!r} in {text[:120]!r}" for where, text in read if (match := BANNED.search(text))
    ]

    assert len(read) > 10
    assert not found, "\n".join(found)

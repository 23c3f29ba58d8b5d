"""The seeded-bug set: small pull requests in eight languages, half of them clean, as one reads them.

A case begins with `=== name`, then `title:` and `body:`, then its files, each under `--- path @line`: the
lines of one hunk with their marks, the first of which is that line on both sides (only added lines, from 1: a
new file). A line's remark follows it in «severity category: text | terms», where groups of key terms are
separated by semicolons and alternatives by commas; it is not part of the line.
`python -m tests.evaluation.seeded` writes the dataset that `review-bot eval` reads.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.core.evaluation.dataset import Case, Golden
from bot.core.review import Severity

FOLDER = Path(__file__).parent / "seeded"
DATASET = Path(__file__).parent / "seeded-bugs.jsonl"

_REMARK = re.compile(r"\s*«(?P<severity>\w+) (?P<category>\w+): (?P<text>.*) \| (?P<terms>.*)»$")
_FILE = re.compile(r"--- (?P<path>\S+) @(?P<line>\d+)")


def read_cases() -> Iterator[Case]:
    """All cases, by language and then in their order."""
    for file in sorted(FOLDER.glob("*.cases")):
        for text in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            yield _case(file.stem, text)


def _case(language: str, text: str) -> Case:
    name, _, rest = text.partition("\n")
    head, *files = re.split(r"^(?=--- )", rest, flags=re.MULTILINE)
    words = dict(line.split(": ", 1) for line in head.splitlines() if line)
    read = [_file(file) for file in files]
    return Case(
        id=f"{language}/{name}",
        title=words["title"],
        body=words.get("body", ""),
        language=language,
        diff="".join(diff for diff, _ in read),
        golden=tuple(remark for _, remarks in read for remark in remarks),
    )


def _file(text: str) -> tuple[str, list[Golden]]:
    """A file's diff, and the remarks on its lines."""
    first, *lines = text.strip("\n").split("\n")
    named = _FILE.fullmatch(first)
    assert named, first
    path, start = named["path"], int(named["line"])
    shown, remarks, number = [], [], start
    for line in lines:
        remark = _REMARK.search(line)
        if remark:
            severity = Severity(remark["severity"])
            golden = Golden(
                text=remark["text"],
                path=path,
                line=number,
                severity=severity,
                category=remark["category"],
                terms=_terms(remark["terms"]),
            )
            remarks.append(golden)
        shown.append(_REMARK.sub("", line) or " ")
        number += not line.startswith("-")
    return _diff(path, start, shown), remarks


def _terms(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(term.strip() for term in group.split(",")) for group in text.split(";"))


def _diff(path: str, start: int, lines: list[str]) -> str:
    old = sum(line[0] != "+" for line in lines)
    new = sum(line[0] != "-" for line in lines)
    body = "\n".join(lines)
    if not old:
        assert start == 1, f"{path}: a new file begins at its first line"
        return (
            f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
            f"@@ -0,0 +1,{new} @@\n{body}\n"
        )
    return (
        f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
        f"@@ -{start},{old} +{start},{new} @@\n{body}\n"
    )


def dataset() -> str:
    """The cases as the dataset's lines."""
    return "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in read_cases())


if __name__ == "__main__":
    DATASET.write_text(dataset(), encoding="utf-8")

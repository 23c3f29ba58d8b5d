"""What people said of findings on the history set, one by one, and how often each rule was right.

    python -m tests.evaluation.verdicts

prints the useful share by rule: of the findings that earlier rules (commit fec5b37) reported as minor or
above, of those that the present rules report so, and of everything that was judged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.core.value import Value

JUDGED = Path(__file__).parent / "history-judged.jsonl"
USEFUL, MINOR_POINT, FALSE = "useful", "true but not worth a comment", "false"
NITS = ("nit", None)

Key = tuple[str, str, int, str]
"""The releases, the file, the line and the title of a finding."""


class Verdict(Value):
    """A judged finding. `before` and `after` are its severities by the earlier and the present rules."""

    package: str
    versions: str
    path: str
    line: int
    side: str
    rule: str
    category: str
    title: str
    before: str | None
    after: str | None
    verdict: str
    reason: str

    @property
    def key(self) -> Key:
        return f"{self.package}@{self.versions}", self.path, self.line, self.title


def read(path: Path = JUDGED) -> list[Verdict]:
    return [Verdict.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def key(finding: dict[str, Any]) -> Key:
    """The same for a finding however the releases are split into changes."""
    releases = finding["change"].partition("#")[0]
    return releases, finding["path"], finding["line"], finding["title"]


def judged(path: Path = JUDGED) -> dict[Key, str]:
    """The verdict on each judged finding."""
    return {one.key: one.verdict for one in read(path)}


def by_rule(verdicts: Iterable[Verdict]) -> dict[str, Counter[str]]:
    """How often each verdict was given, by rule."""
    counted: dict[str, Counter[str]] = {}
    for one in verdicts:
        counted.setdefault(one.rule, Counter())[one.verdict] += 1
    return counted


def share(counted: Counter[str]) -> str:
    """For example "3 of 10"; empty if nothing was judged."""
    return f"{counted[USEFUL]} of {counted.total()}" if counted else ""


def table(verdicts: list[Verdict]) -> Iterator[str]:
    """The useful share by rule, as a Markdown table."""
    columns = (
        by_rule(one for one in verdicts if one.before not in NITS),
        by_rule(one for one in verdicts if one.after not in NITS),
        by_rule(verdicts),
    )
    yield "| useful of the judged findings | before, minor or above | now, minor or above | all |"
    yield "|---|---|---|---|"
    nothing: Counter[str] = Counter()
    for rule in sorted(columns[2]):
        cells = (share(column.get(rule, nothing)) for column in columns)
        yield f"| `{rule}` | {' | '.join(cells)} |"
    totals = (share(sum(column.values(), nothing)) for column in columns)
    yield f"| all | {' | '.join(totals)} |"


def main() -> None:
    for line in table(read()):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()

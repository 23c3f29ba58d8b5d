"""What became of one cell of the matrix, and the table of them all."""

from collections.abc import Sequence
from typing import NamedTuple


class Outcome(NamedTuple):
    """`row` is the call, `journey` what people did, `seen` what a reader sees, in a word; `broken` are the
    promises that were not kept.
    """

    row: str
    journey: str
    refusal: str
    seen: str
    broken: Sequence[str]

    def __str__(self) -> str:
        return f"{self.row}, in {self.journey}, {self.refusal}: {'; '.join(self.broken)}"


def table(outcomes: Sequence[Outcome]) -> str:
    """As Markdown: a row for each call, a column for each way of refusing it."""
    rows = list(dict.fromkeys((one.row, one.journey) for one in outcomes))
    columns = list(dict.fromkeys(one.refusal for one in outcomes))
    cells = {(one.row, one.journey, one.refusal): one for one in outcomes}
    lines = [f"| call | journey | {' | '.join(columns)} |", "|---|---|" + "---|" * len(columns)]
    for row, journey in rows:
        shown = [_cell(cells.get((row, journey, column))) for column in columns]
        lines.append(f"| `{row}` | {journey} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    return f"**{'; '.join(outcome.broken)}**" if outcome.broken else outcome.seen

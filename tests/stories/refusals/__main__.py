"""Prints the refusal matrix as Markdown; ends with an error when a promise is broken."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.stories.refusals.matrix import Matrix, Outcome, matrix
from tests.stories.refusals.refusals import REFUSALS


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each call, a column for each way of refusing it."""
    rows = list(dict.fromkeys(one.row for one in outcomes))
    columns = list(dict.fromkeys(one.refusal for one in outcomes))
    cells = {(one.row, one.refusal): one for one in outcomes}
    lines = [f"| call | journey | {' | '.join(columns)} |", "|---|---|" + "---|" * len(columns)]
    for row in rows:
        shown = [_cell(cells[row, column]) for column in columns]
        lines.append(f"| `{row}` | {row.journey.__name__.replace('_', ' ')} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _cell(outcome: Outcome) -> str:
    return f"**{'; '.join(outcome.broken)}**" if outcome.broken else outcome.seen


async def _all(made: Matrix, refusals: Sequence[str]) -> list[Outcome]:
    return [outcome for refusal in refusals for outcome in await made.run(refusal)]


async def main(refusals: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as directory:
        async with matrix(Path(directory)) as made:
            outcomes = await _all(made, refusals)
    broken = [outcome for outcome in outcomes if outcome.broken]
    sys.stdout.write(f"{table(outcomes)}\n\n{len(outcomes)} cells, {len(broken)} broken.\n")
    sys.stderr.writelines(f"{outcome}\n" for outcome in broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or list(REFUSALS))))

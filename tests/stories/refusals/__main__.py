"""Prints the refusal matrix as Markdown; ends with an error when a promise is broken.

python -m tests.stories.refusals [403 "200 HTML" …]
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.stories.refusals.matrix import matrix, unknown_account
from tests.stories.refusals.outcome import Outcome, table
from tests.stories.refusals.refusals import REFUSALS
from tests.stories.refusals.sweeping import sweep_refused


async def _all(directory: Path, refusals: Sequence[str]) -> list[Outcome]:
    async with matrix(directory / "matrix") as made:
        outcomes = [outcome for refusal in refusals for outcome in await made.run(refusal)]
    outcomes += await sweep_refused(directory, refusals)
    return outcomes + [await unknown_account(directory / refusal, refusal) for refusal in refusals]


async def main(refusals: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as directory:
        outcomes = await _all(Path(directory), refusals)
    broken = [outcome for outcome in outcomes if outcome.broken]
    sys.stdout.write(f"{table(outcomes)}\n\n{len(outcomes)} cells, {len(broken)} broken.\n")
    sys.stderr.writelines(f"{outcome}\n" for outcome in broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or list(REFUSALS))))

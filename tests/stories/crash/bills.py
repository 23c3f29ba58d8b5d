"""The model's side of the counter: every answer is signed, so that it shows what was paid for twice."""

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Any

from tests.stories.scripted_model import FINDING, ScriptedModel

SLOWEST = 0.3  # seconds for an answer


class Bills:
    """Answers for `model` with a number in every answer.

    `journaled` tells whether the journal holds one of some answers, by their numbers. A question that is
    asked although it does has been paid for twice. One whose answer was sent, but not in the journal when
    the process died, may be asked again: nobody can close that window.
    """

    def __init__(
        self,
        model: ScriptedModel,
        journaled: Callable[[Sequence[str]], bool],
        random: Random,
        on_question: Callable[[], None],
    ) -> None:
        self.twice: list[str] = []
        self.again = 0
        self._model = model
        self._journaled = journaled
        self._random = random
        self._on_question = on_question
        self._numbers = count(1)
        self._answers: dict[str, list[str]] = {}

    @property
    def questions(self) -> int:
        """How many different ones were asked."""
        return len(self._answers)

    async def respond(self, body: dict[str, Any]) -> dict[str, Any]:
        question = json.dumps(body["messages"])
        earlier = self._answers.setdefault(question, [])
        if earlier:
            self.again += 1
            if await asyncio.to_thread(self._journaled, tuple(earlier)):
                self.twice.append(question[:2000])
        number = f"answer-{next(self._numbers):06}"
        earlier.append(number)
        self._on_question()
        await asyncio.sleep(self._random.uniform(0, SLOWEST))
        return self._signed(body, number)

    def _signed(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """The usual answer with its number, and a finding in the first of its files."""
        said = self._model.usual(body)
        if "notes" not in said:
            return said | {key: f"{said[key]} {number}" for key in ("purpose", "digest") if key in said}
        first = said["notes"][0]
        first["text"] += f" {number}"
        place = {"path": first["path"], "line": 2, "end_line": 2}
        return said | {"findings": [FINDING | place]}

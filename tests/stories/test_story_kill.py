"""The server is killed at many steps of a review; afterwards everything stands on GitHub once."""

import sqlite3
from collections import Counter
from contextlib import closing

from github_simulator import Call, Moment
from tests.stories.diffs import DOCS, LOOP
from tests.stories.stage import Stage

FINDING = {"path": "shop/cart.py", "line": 2, "end_line": 2}
AT_LEAST = 10
STEP = 2  # every second moment of a review; `make crash` strikes at any


class Strike:
    """Kills the server at one moment of a review: after an answer of GitHub, before or after an effect
    on it, or while the model answers.
    """

    def __init__(self, stage: Stage, at: int) -> None:
        self._stage = stage
        self._at = at
        self.moments: list[str] = []
        self.done = False
        self.lost = 0  # questions asked before the kill whose answers the server had not stored

    async def on_call(self, moment: Moment, call: Call) -> None:
        effect = call.method != "GET"
        if call.template.startswith("/repos/") and (effect or moment is Moment.AFTER):
            self._tick(f"{moment} {call.key}")

    def on_question(self, _: object) -> None:
        self._tick("a question to the model")

    def _tick(self, moment: str) -> None:
        self.moments.append(moment)
        if len(self.moments) == self._at:
            self.done = True
            self._stage.server.kill()


def stored_answers(stage: Stage) -> int:
    """How many answers of the model the server's database holds."""
    path = stage.server.settings["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        return int(
            database.execute(
                "SELECT count(*) FROM journal WHERE completion NOT LIKE '%passages%'"
            ).fetchone()[0]
        )


async def review_struck(stage: Stage, at: int) -> tuple[int, Strike]:
    """Opens a pull request, kills the server at moment `at` and starts it again; waits for the review."""
    strike = Strike(stage, at)
    stored = stored_answers(stage)
    stage.model.respond = strike.on_question
    unlisten = stage.simulator.on_call(strike.on_call)
    number = await stage.open(LOOP, DOCS, title=f"Change {at}")
    await stage.until(lambda: strike.done or stage.is_reviewed(number), "a kill or a review")
    unlisten()
    stage.model.respond = None
    if strike.done:
        await stage.server.gone()
        strike.lost = len(stage.model.asked) - (stored_answers(stage) - stored)
        await stage.start()
    await stage.reviewed(number)
    return number, strike


async def test_killed_at_many_moments_everything_is_told_once(stage: Stage) -> None:
    stage.model.findings = [FINDING]
    at, strike = 0, None
    while strike is None or strike.done:
        at += STEP
        stage.model.asked.clear()
        number, strike = await review_struck(stage, at)
        pull, moment = stage.pull(number), strike.moments[at - 1 : at]

        assert 1 == len(stage.own(number)), moment
        assert 1 == len(pull["inline"]), moment
        assert 1 == len(pull["reviews"]), moment
        assert 1 == len(pull["checks"]), moment
        asked = Counter(str(body["messages"]) for body in stage.model.asked)
        # The question under way when the process died is asked again, since its answer was not stored.
        assert strike.lost <= 1, moment
        assert sum(asked.values()) - len(asked) <= strike.lost, moment

    assert at > AT_LEAST

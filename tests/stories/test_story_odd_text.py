"""Titles, descriptions and comments with characters that no database and no UTF-8 can hold."""

import pytest

from tests.stories.diffs import LOOP
from tests.stories.stage import BOT, Stage

ODD = "a\0b\ud83dc"  # a NUL, and half of a surrogate pair, as where a text was cut within a character
FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_odd_text_costs_no_review(
    unset_stage: Stage, kind: str, request: pytest.FixtureRequest
) -> None:
    stage = unset_stage
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").fresh()
        stage.server.settings = {**stage.server.settings, "DATABASE_URL": url}
    stage.model.findings = [{**FIRST_LINE, "title": "Fails \0 on an empty list"}]
    stage.model.reply = "It adds \0 up."
    await stage.start()
    number = await stage.open(LOOP, title=f"Change {ODD}", body=f"So {ODD} is it.")
    await stage.reviewed(number)
    [finding] = stage.pull(number)["inline"]
    await stage.say(number, f"/ask why {ODD}?")
    await stage.until(lambda: len(stage.own(number)) == 2, "an answer")
    await stage.say_on_lines(number, f"/dismiss {ODD}", reply_to=finding["id"])
    await stage.until(
        lambda: [one for one in stage.pull(number)["inline"] if one["user"] == BOT and one["reply_to"]],
        "an answer in the thread",
    )

    assert {"success"} == {check["conclusion"] for check in stage.pull(number)["checks"]}
    assert not stage.server.troubles

"""What a question took, when its server does not say, or says what cannot be."""

import json
from typing import Any

import pytest
from aiohttp import web

from bot.core.llm.budget import TokenLimits
from bot.core.llm.messages import Completion, Finish, Message, Request, Role, Usage
from bot.models.chat.usage import believable
from bot.models.token_counting import estimate, exact
from tests.models.reviews import Reviews, missed
from tests.stories.scripted_model import ScriptedModel, completion, scripted_model

TEXT = "def total(items): return sum(items)\n" * 40
REQUEST = Request(id="x", messages=(Message(role=Role.USER, text=TEXT),), answer=500)
SAID = '{"findings": []} ' * 20
TRUE = exact(TEXT)


LIMIT = 30_000
FILES = "".join(
    f"diff --git a/big{nth}.py b/big{nth}.py\nnew file mode 100644\n--- /dev/null\n+++ b/big{nth}.py\n"
    "@@ -0,0 +1,200 @@\n" + "".join(f"+value_{nth}_{at} = compute({at}, {nth})\n" for at in range(200))
    for nth in range(6)
)


def _usage(prompt: int, answer: int, body: str = "") -> Usage:
    told = Usage(prompt=prompt, answer=answer)
    said = Completion(text=SAID, finish=Finish.STOP, usage=told, model="m")
    return believable(REQUEST, said, estimate, body)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [(TRUE, exact(SAID)), (TRUE * 3 // 4, exact(SAID)), (TRUE + 2000, exact(SAID) + 3000)],
)
def test_what_can_be_is_believed(prompt: int, answer: int) -> None:
    assert Usage(prompt=prompt, answer=answer) == _usage(prompt, answer)


@pytest.mark.parametrize("prompt", [0, 1, TRUE // 3, 2**32 - 1, 10 * TRUE + 20_000])
def test_a_prompt_that_cannot_be_is_counted(prompt: int) -> None:
    usage = _usage(prompt, exact(SAID))

    assert usage.estimated
    assert TRUE <= usage.prompt <= 3 * TRUE
    assert exact(SAID) == usage.answer


@pytest.mark.parametrize("answer", [0, exact(SAID) // 3, 2**32 - 1])
def test_an_answer_that_cannot_be_is_counted(answer: int) -> None:
    usage = _usage(TRUE, answer)

    assert (TRUE, estimate(SAID), True) == (usage.prompt, usage.answer, usage.estimated)


def test_thoughts_are_counted_where_they_can_be_seen() -> None:
    message = {"role": "assistant", "content": SAID, "reasoning_content": "hm " * 300}
    body = json.dumps({"choices": [{"message": message}]})

    assert _usage(TRUE, 0, body).answer > estimate("hm " * 300)


def _without(model: ScriptedModel, usage: Any) -> None:
    """The server tells that usage, or none."""

    def wrap(text: str, body: dict[str, Any]) -> web.Response:
        said = json.loads(completion(text, body).text or "")
        said["usage"] = usage
        return web.json_response(said)

    model.wrap = wrap


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -5, "completion_tokens": -1},
        {"prompt_tokens": "many", "completion_tokens": None},
        {"prompt_tokens": 10**15, "completion_tokens": 10**15},
        {"total_tokens": 7},
    ],
)
async def test_a_review_is_paid_by_our_own_count(reviews: Reviews, usage: Any) -> None:
    async with scripted_model() as model:
        _without(model, usage)
        verdict, _ = await reviews.make(model.url)
    sent = sum(exact(said["content"]) for body in model.asked for said in body["messages"])

    assert verdict.tally.usage.estimated
    assert sent <= verdict.tally.usage.prompt <= 3 * sent
    assert 0 < verdict.tally.usage.answer < 5000
    assert verdict.spending.review == verdict.tally.usage.tokens


async def test_what_a_server_tells_is_believed(reviews: Reviews) -> None:
    async with scripted_model() as model:
        verdict, _ = await reviews.make(model.url)
    sent = sum(exact(said["content"]) for body in model.asked for said in body["messages"])

    assert (sent, False) == (verdict.tally.usage.prompt, verdict.tally.usage.estimated)


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": 1, "completion_tokens": 1}])
async def test_a_limit_holds_although_the_server_counts_nothing(reviews: Reviews, usage: Any) -> None:
    async with scripted_model() as model:
        _without(model, usage)
        verdict, _ = await reviews.make(model.url, FILES, limits=TokenLimits(review=LIMIT))
    sent = sum(exact(said["content"]) for body in model.asked for said in body["messages"])

    assert sent < verdict.tally.usage.tokens <= LIMIT
    assert missed(verdict)
    assert all("BUDGET_REVIEW" in why for why in missed(verdict))

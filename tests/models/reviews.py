"""Whole reviews by a model at a server: the real function, the real codec, the real SDK, on loopback."""

from dataclasses import dataclass
from typing import Any

from bot.app.function import review_settings
from bot.cli.memory import Memory
from bot.core.budget import Limits
from bot.core.change import Change
from bot.core.diff import parse_diff
from bot.core.exchange import Model
from bot.models.chat.dialects import Dialects
from bot.models.chat.engine import OpenAIEngine
from bot.models.chat.waits import Waits
from bot.models.routing import Router
from bot.review.reviewer import Reviewer, Verdict
from bot.review.wish import Wish
from bot.sandbox import ReviewFunction, Sandbox
from bot.sandbox.codec import OpenAICodec
from bot.settings import Settings
from bot.web import Metrics
from tests.stories.diffs import LOOP

FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2, "title": "PROBE"}
QUICK = Waits(first=0.001, longest=0.002)


@dataclass(frozen=True)
class Reviews:
    """Makes reviews with what is built."""

    sandbox: Sandbox
    codec: OpenAICodec
    function: ReviewFunction

    async def make(
        self,
        url: str,
        diff: str = LOOP,
        *,
        dialects: Dialects | None = None,
        limits: Limits | None = None,
        name: str = "some-model",
        **options: Any,
    ) -> tuple[Verdict, OpenAIEngine]:
        """A review by the model at `url`; `options` are `Model`'s."""
        given: dict[str, Any] = {"context": 32_000, "answer": 1024, **options}
        model = Model(name=name, **given)
        engine = OpenAIEngine(self.codec, model, base_url=url, key="k", waits=QUICK, dialects=dialects)
        try:
            memory = Memory()
            reviewer = Reviewer(
                self.function,
                Router([engine], private_local_only=False),
                memory,
                memory.purse,
                Metrics(),
            )
            change = Change(repository="", number=1, title="", body="", author="", files=parse_diff(diff))
            wish = Wish(settings=review_settings(Settings()), limits=limits or Limits())
            return await reviewer.review(change, wish), engine
        finally:
            await engine.aclose()


def found(verdict: Verdict) -> list[str]:
    """The titles of what the model found."""
    return [one.title for one in verdict.review.findings if one.source == "model"]


def missed(verdict: Verdict) -> list[str]:
    """Why files were not reviewed."""
    return [entry.reason or "" for entry in verdict.review.coverage if not entry.reviewed]

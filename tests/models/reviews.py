"""Whole reviews by a model at a server: the real function, the real codec, the real SDK, on loopback."""

from dataclasses import dataclass
from typing import Any

from bot.app.function import review_settings
from bot.cli.run_journal import RunJournal
from bot.core.change import Change
from bot.core.diff import parse_diff
from bot.core.llm.budget import TokenLimits
from bot.core.llm.messages import Model
from bot.models.chat.backoff import BackoffPolicy
from bot.models.chat.dialects import Dialects
from bot.models.chat.engine import OpenAIEngine
from bot.models.routing import Router
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer, ReviewOutcome
from bot.sandbox import ReviewFunction, Sandbox
from bot.sandbox.openai_codec import OpenAICodec
from bot.settings import Settings
from bot.web import PrometheusMetrics
from tests.stories.diffs import LOOP

FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2, "title": "PROBE"}
QUICK = BackoffPolicy(first=0.001, longest=0.002)


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
        limits: TokenLimits | None = None,
        name: str = "some-model",
        **options: Any,
    ) -> tuple[ReviewOutcome, OpenAIEngine]:
        """A review by the model at `url`; `options` are `Model`'s."""
        given: dict[str, Any] = {"context": 32_000, "answer": 1024, **options}
        model = Model(name=name, **given)
        engine = OpenAIEngine(self.codec, model, base_url=url, key="k", waits=QUICK, dialects=dialects)
        try:
            memory = RunJournal()
            reviewer = Reviewer(
                self.function,
                Router([engine], private_local_only=False),
                memory,
                memory.ledger,
                PrometheusMetrics(),
            )
            change = Change(repository="", number=1, title="", body="", author="", files=parse_diff(diff))
            wish = ReviewOptions(settings=review_settings(Settings()), limits=limits or TokenLimits())
            return await reviewer.review(change, wish), engine
        finally:
            await engine.aclose()


def found(verdict: ReviewOutcome) -> list[str]:
    """The titles of what the model found."""
    return [one.title for one in verdict.review.findings if one.source == "model"]


def missed(verdict: ReviewOutcome) -> list[str]:
    """Why files were not reviewed."""
    return [entry.reason or "" for entry in verdict.review.coverage if not entry.reviewed]

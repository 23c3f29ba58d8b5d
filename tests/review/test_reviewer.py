"""A review by its options: the model, the texts and answers used, and the report."""

from collections.abc import Callable, Sequence

import pytest

from bot.core.change import Change, File, FileStatus, PullRef
from bot.core.config.problem import ConfigProblem
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.messages import Excerpt, Exchange, Failure, Revision, TextLocation
from bot.core.llm.token_counts import count_key
from bot.core.review import (
    AnswerText,
    Ask,
    Done,
    Fetch,
    Purpose,
    Question,
    Review,
    ReviewSettings,
    Step,
    Turn,
)
from bot.models.routing import Router
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer, make_report
from tests.review.test_completions import COST, Engine, Memory, Meter, request

PULL = PullRef(repository="acme/shop", number=1)
CHANGE = Change(
    head="h" * 40,
    files=(File(path="a.py", status=FileStatus.MODIFIED, additions=1, deletions=0, patch="@@\n+x\n"),),
)
PLACE = TextLocation(id="text/1", path="a.py", revision=Revision.HEAD)


class Function:
    """Reads a text, counts it, makes one request; then it is done."""

    digest = "d" * 64

    def __init__(self) -> None:
        self.settings: ReviewSettings | None = None

    async def families(self) -> Sequence[str]:
        return ()

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        self.settings = settings
        known = {exchange.id: exchange.answer for exchange in answers}
        text = known.get(PLACE.id)
        if text is None:
            return Fetch(places=(PLACE,))
        if settings.model is None:
            return Done(review=Review(purpose="By rules.", effort=1))
        size = count(text.text) if isinstance(text, Excerpt) else 0
        if "a" not in known:
            return Ask(requests=(request("a"),))
        answer = known["a"]
        purpose = answer.message if isinstance(answer, Failure) else f"Of {size} tokens."
        return Done(review=Review(purpose=purpose, effort=1))

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        step = await self.review(change, settings, answers, count)
        return AnswerText(text=f"{question.text} {step.review.purpose}") if isinstance(step, Done) else step


class Shelf:
    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        return [Excerpt(text="x = 1\n") for _ in places]


class Away(Shelf):
    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        raise Retry("GitHub is away")


def options(**words: object) -> ReviewOptions:
    return ReviewOptions.model_validate(
        {"settings": ReviewSettings(model=None, templates=()), "job": "1", **words}
    )


def reviewer(memory: Memory, *engines: Engine, local_only: bool = False) -> Reviewer:
    router = Router(engines, private_local_only=local_only)
    return Reviewer(Function(), router, memory, memory.ledger, Meter())


async def test_a_review_is_told_with_what_it_took_and_what_it_was_made_from() -> None:
    memory, limits = Memory(), TokenLimits(review=500)
    verdict = await reviewer(memory, Engine()).review(CHANGE, options(limits=limits), PULL, Shelf())

    assert "Of 6 tokens." == verdict.review.purpose
    assert ("m", "d" * 64) == (verdict.model, verdict.module)
    assert (1, COST) == (verdict.tally.asked, verdict.tally.usage.tokens)
    assert Spending(review=COST, pull=COST, repository=COST, month=COST) == verdict.spending
    assert limits == verdict.limits
    told = verdict.transcript
    assert ["text/1", "a"] == [exchange.id for exchange in told.exchanges]
    assert ((PLACE,), {count_key("x = 1\n"): 6}) == (told.places, told.counts)
    assert told.settings.model == Engine.model


async def test_the_report_says_it_all() -> None:
    memory = Memory()
    verdict = await reviewer(memory, Engine()).review(
        CHANGE, options(limits=TokenLimits(pull=900)), PULL, Shelf()
    )
    problem = ConfigProblem(file=".github/x.yml", message="is wrong")
    report = make_report(CHANGE, verdict, "https://example.org/1", [problem])

    assert (problem,) == report.problems
    assert (900, COST) == (report.limits.pull, report.spending.pull)
    assert (1, 0, "m", "d" * 64) == (report.asked, report.reused, report.model, report.module)


async def test_a_repository_may_want_no_model_or_another_one() -> None:
    class Local(Engine):
        kind = "llama"

    memory, far, near = Memory(), Engine(), Local()
    made = reviewer(memory, far, near)

    assert "By rules." == (await made.review(CHANGE, options(model="none"), PULL)).review.purpose
    await made.review(CHANGE, options(model="llama"), PULL)
    assert ([], ["a"]) == (far.asked, near.asked)


async def test_private_code_is_refused_where_no_model_may_see_it() -> None:
    class Far(Engine):
        local = False

    with pytest.raises(Refused, match="PRIVATE_LOCAL_ONLY"):
        await reviewer(Memory(), Far(), local_only=True).review(CHANGE, options(private=True), PULL)


async def test_whether_it_was_private_is_kept() -> None:
    verdict = await reviewer(Memory(), Engine()).review(CHANGE, options(private=True), PULL)

    assert verdict.transcript.private


async def test_a_spent_budget_ends_in_a_review_that_says_so() -> None:
    limits = TokenLimits(review=COST - 1)
    verdict = await reviewer(Memory(), Engine()).review(CHANGE, options(limits=limits, patient=True), PULL)

    assert verdict.review.purpose.startswith("the budget of a review (99 tokens) is too small: a request")
    assert "can cost 100" in verdict.review.purpose
    assert (0, 0) == (verdict.tally.asked, verdict.spending.review)


async def test_texts_that_are_away_are_waited_for_while_there_is_patience() -> None:
    made = reviewer(Memory(), Engine())
    with pytest.raises(Retry, match="GitHub is away"):
        await made.review(CHANGE, options(patient=True), PULL, Away())

    assert "Of 0 tokens." == (await made.review(CHANGE, options(), PULL, Away())).review.purpose


async def test_a_question_is_answered_with_the_same_means() -> None:
    memory = Memory()
    question = Question(purpose=Purpose.ANSWER, text="How long?")
    reply = await reviewer(memory, Engine()).reply(CHANGE, question, options(job="7"), PULL, Shelf())

    assert ("How long? Of 6 tokens.", "m", 1) == (reply.text, reply.model, reply.tally.asked)
    assert COST == await memory.spent("7")


async def test_a_diff_from_nowhere_is_reviewed_within_its_budget() -> None:
    verdict = await reviewer(Memory(), Engine()).review(CHANGE, options(limits=TokenLimits(review=1)))

    assert "too small" in verdict.review.purpose


async def test_a_function_that_misbehaves_is_named() -> None:
    class Broken(Function):
        async def review(
            self,
            change: Change,
            settings: ReviewSettings,
            answers: Sequence[Exchange],
            count: Callable[[str], int],
        ) -> Step:
            raise ModuleError("trap", "function", "it panicked")

    memory = Memory()
    made = Reviewer(Broken(), Router([], private_local_only=False), memory, memory.ledger, Meter())
    with pytest.raises(ModuleError, match="it panicked"):
        await made.review(CHANGE, options(), PULL)

"""No rule makes a review fail: real guests that trap, and the rules disabled for them."""

import string
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from bot.core.change import Change, File, FileStatus, PullRef
from bot.core.errors import ModuleError
from bot.core.jobs import Cause
from bot.core.llm.journal_key import omission_key
from bot.core.llm.messages import Completion, Exchange, Finish, Model, Request, Usage
from bot.core.omission import Omission
from bot.core.records import ExportedReview, ReviewRecord, Transcript
from bot.core.rendering.omissions import render_omission, with_omission
from bot.core.review import (
    AnswerText,
    Coverage,
    Features,
    Purpose,
    Question,
    Review,
    ReviewSettings,
    Step,
    Turn,
)
from bot.review.produce import rule_fallback
from bot.review.produce.driver import FunctionDriver
from bot.review.produce.replay import replay_review
from bot.sandbox import ReviewFunction
from bot.sandbox.components import guest_limits
from bot.sandbox.components.guest_limits import GuestLimits
from tests.sandbox.guests import ANSWERS, DIST, SANDBOX, ruled_guest

CHANGE = Change(head="h" * 40)
RISKY = Change(
    files=(
        File(
            path="a.py",
            status=FileStatus.MODIFIED,
            additions=1,
            deletions=0,
            patch="@@ -0,0 +1 @@\n+eval(x)\n",
        ),
    )
)
MODEL = Model(name="m", context=8192, answer=512)
SETTINGS = ReviewSettings(model=MODEL, templates=())
FEW = ("apples", "bugs", "cherries", "dates", "eggs")
MANY = tuple(f"{letter}-rules" for letter in string.ascii_lowercase)


def on(letter: str) -> str:
    return f"(call $on (i32.const {ord(letter)}))"


def traps(condition: str) -> str:
    return f"(if {condition} (then unreachable))"


def function(fails: str, families: Sequence[str] = FEW, *, tells: bool = True) -> ReviewFunction:
    return ReviewFunction(SANDBOX, ruled_guest(families, fails, tells=tells))


class Counted:
    """A function that counts its calls."""

    def __init__(self, wrapped: ReviewFunction) -> None:
        self._wrapped = wrapped
        self.calls: list[ReviewSettings] = []

    @property
    def digest(self) -> str:
        return self._wrapped.digest

    async def families(self) -> Sequence[str]:
        return await self._wrapped.families()

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        self.calls.append(settings)
        return await self._wrapped.review(change, settings, answers, count)

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        """Answers a person's question while the rules are disabled."""
        if settings.features.signals:
            raise ModuleError("trap", "function", "gave up")
        return AnswerText(text=f"{question.text} Yes.")


class Answerer:
    """A model that answers every request, and stores omissions."""

    name = "m"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.kept: dict[str, Omission] = {}

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request.id)
        usage = Usage(prompt=1, answer=1)
        return Completion(text="{}", finish=Finish.STOP, usage=usage, model="m")

    async def recall(self, key: str) -> Omission | None:
        return self.kept.get(key)

    async def remember(self, key: str, omission: Omission) -> None:
        self.kept[key] = omission


def fold(function: ReviewFunction | Counted, answerer: Answerer) -> FunctionDriver:
    return FunctionDriver(function, answerer, patient=True, memory=answerer)


async def left_out(function: ReviewFunction) -> tuple[str, ...]:
    """The problems of a review with a model."""
    answerer = Answerer()
    review = await fold(function, answerer).run(CHANGE, SETTINGS)
    assert answerer.asked == ["purpose"]
    return review.problems


async def test_a_function_that_works_is_called_as_it_is() -> None:
    counted = Counted(function(""))
    answerer = Answerer()

    review = await fold(counted, answerer).run(CHANGE, SETTINGS)

    assert ([SETTINGS] * 2, ()) == (counted.calls, review.problems)
    assert not answerer.kept


async def test_the_family_at_fault_is_left_out_and_named_and_the_others_stay_on() -> None:
    counted = Counted(function(traps(on("b"))))

    review = await fold(counted, Answerer()).run(CHANGE, SETTINGS)

    assert review.problems == ("The rule family `bugs` failed on this change and was skipped.",)
    last = counted.calls[-1]
    assert (last.features.signals, last.omit) == (True, ("bugs",))


async def test_several_families_at_fault_are_all_found() -> None:
    failing = function(traps(on("c")) + traps(on("q")) + traps(on("z")), MANY)

    assert await left_out(failing) == (
        "The rule families `c-rules`, `q-rules`, `z-rules` failed on this change and were skipped.",
    )


async def test_families_that_fail_only_together_are_left_out_together() -> None:
    [problem] = await left_out(function(traps(f"(i32.and {on('a')} {on('e')})")))

    assert problem.startswith("The rule families `apples`, `bugs`, `cherries`, `dates`, `eggs` failed")


@pytest.mark.parametrize(("letter", "tells"), [("b", False), ("x", True)])
async def test_where_no_family_is_told_or_at_fault_all_rules_are_left_out(letter: str, tells: bool) -> None:
    failing = function(traps(on(letter)), tells=tells)

    assert await left_out(failing) == ("The rules failed on this change and were skipped.",)


async def test_families_that_are_nonsense_are_as_good_as_none() -> None:
    nonsense = function(traps(on("b")), ("bugs", ""))

    assert await left_out(nonsense) == ("The rules failed on this change and were skipped.",)


async def test_a_question_of_a_person_is_answered_too() -> None:
    question = Question(purpose=Purpose.ANSWER, text="Is it?")

    text = await fold(Counted(function("")), Answerer()).answer(CHANGE, SETTINGS, question)

    assert text == "Is it? Yes.\n\n_The rules failed on this change and were skipped._"


async def test_a_family_that_fails_at_a_later_call_is_left_out_from_then_on() -> None:
    answered = f"(i32.load offset={ANSWERS + 4} (global.get $arguments))"
    failing = function(traps(f"(i32.and {answered} {on('d')})"))

    assert await left_out(failing) == ("The rule family `dates` failed on this change and was skipped.",)


async def test_rules_that_take_too_long_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guest_limits, "of_review", lambda *_: GuestLimits(seconds=0.2))
    endless = f"(if {on('b')} (then (loop $again (br $again))))"

    assert await left_out(function(endless)) == ("The rules timed out on this change and were skipped.",)


async def test_the_search_ends_also_where_every_family_is_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_fallback, "MOST_CALLS", 10)
    counted = Counted(function("".join(traps(on(letter)) for letter in string.ascii_lowercase), MANY))

    review = await fold(counted, Answerer()).run(CHANGE, SETTINGS)

    assert len(counted.calls) < 20
    assert "`a-rules`" in review.problems[0]
    assert "and 21 more" in review.problems[0]


async def test_a_function_that_fails_without_rules_is_named_as_such() -> None:
    with pytest.raises(ModuleError, match="fails with and without its rules: aborted") as caught:
        await fold(function("unreachable"), Answerer()).run(CHANGE, SETTINGS)

    assert caught.value.kind == "trap"
    assert not caught.value.passes


async def test_where_rules_are_off_nothing_is_tried_again() -> None:
    settings = SETTINGS.model_copy(update={"features": Features(signals=False)})
    counted = Counted(function("unreachable"))

    with pytest.raises(ModuleError, match="aborted"):
        await fold(counted, Answerer()).run(CHANGE, settings)

    assert len(counted.calls) == 1


async def test_after_a_crash_the_same_is_left_out_without_another_search() -> None:
    answerer = Answerer()
    failing = function(traps(on("b")))
    first = await fold(failing, answerer).run(CHANGE, SETTINGS)
    counted = Counted(failing)
    second = await fold(counted, answerer).run(CHANGE, SETTINGS)

    assert first == second
    assert [settings.omit for settings in counted.calls] == [("bugs",)] * 2


async def test_what_was_left_out_for_lack_of_time_is_left_out_after_a_crash_too() -> None:
    answerer = Answerer()
    quick = function("")
    key = omission_key(quick.digest, CHANGE, SETTINGS)
    answerer.kept[key] = Omission(rules=True, slow=True, after=1)
    counted = Counted(quick)
    review = await fold(counted, answerer).run(CHANGE, SETTINGS)

    assert [settings.features.signals for settings in counted.calls] == [True, False]
    assert review.problems == ("The rules timed out on this change and were skipped.",)


async def test_a_review_is_made_again_with_the_same_left_out() -> None:
    failing = function(traps(on("b")))
    made = fold(failing, Answerer())
    review = await made.run(CHANGE, SETTINGS)
    transcript = Transcript(
        settings=SETTINGS,
        exchanges=made.exchanges,
        counts=made.counts,
        module=failing.digest,
        omission=made.omission,
    )
    pull = PullRef(repository="acme/shop", number=1)
    created = datetime(2026, 1, 1, tzinfo=UTC)
    record = ReviewRecord(pull=pull, head=CHANGE.head, cause=Cause.OPENED, review=review, created=created)
    kept = ExportedReview(record=record, change=CHANGE, transcript=transcript)

    assert await replay_review(failing, kept, len) == review


@pytest.fixture
def built_in() -> ReviewFunction:
    return ReviewFunction(SANDBOX, DIST / "code-review-function.wasm")


async def test_the_built_in_function_tells_its_families(built_in: ReviewFunction) -> None:
    families = await built_in.families()

    assert {"bugs/memory", "secrets", "testing/deleted", "workflows"} <= set(families)
    assert len(families) == len(set(families)) > 30


async def test_each_family_of_the_built_in_function_can_be_left_out(built_in: ReviewFunction) -> None:
    settings = ReviewSettings(model=None, templates=(), omit=tuple(await built_in.families()))

    review = await FunctionDriver(built_in, None, patient=False).run(RISKY, settings)

    assert not review.findings
    assert (
        await FunctionDriver(built_in, None, patient=False).run(
            RISKY, ReviewSettings(model=None, templates=())
        )
    ).findings


def test_without_a_model_and_without_rules_no_file_counts_as_read() -> None:
    read = Coverage(path="a.py", reviewed=True)
    review = Review(purpose="Does it.", effort=1, coverage=(read,))
    rules, family = Omission(rules=True), Omission(families=("bugs",))

    assert not with_omission(review, rules, None).coverage[0].reviewed
    assert with_omission(review, rules, MODEL).coverage == (read,)
    assert with_omission(review, family, None).coverage == (read,)
    assert with_omission(review, None, None) == review


def test_many_families_are_counted() -> None:
    assert render_omission(Omission(families=MANY)) == (
        "The rule families `a-rules`, `b-rules`, `c-rules`, `d-rules`, `e-rules` and 21 more failed on this "
        "change and were skipped."
    )

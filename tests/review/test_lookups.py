"""Look-ups of a review: answered once, kept in the journal, within limits."""

import pytest

from bot.cli.run_journal import RunJournal
from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.core.llm.messages import Failure
from bot.core.lookups import Lookup, Passage, Passages, Query
from bot.review.produce import lookups as module
from bot.review.produce.lookups import Lookups

PULL = PullRef(repository="acme/shop", number=1)


class Shop:
    """A repository that knows where everything is defined, except `nothing`."""

    def __init__(self) -> None:
        self.opened = 0
        self.asked: list[str] = []
        self.trouble: Exception | None = None

    async def open(self) -> "Shop":
        self.opened += 1
        if self.trouble:
            raise self.trouble
        return self

    async def answer(self, lookup: Lookup) -> Passages:
        self.asked.append(lookup.text)
        if lookup.text == "nothing":
            raise Refused("'nothing' is not a name")
        passage = Passage(path="a.py", line=1, end=1, text=f"def {lookup.text}(): ...")
        return Passages(passages=(passage,))


def of(*names: str) -> list[Lookup]:
    return [Lookup(id=f"definition/{at}", query=Query.DEFINITION, text=name) for at, name in enumerate(names)]


def lookups(shop: Shop, journal: RunJournal, commit: str = "c1") -> Lookups:
    return Lookups(shop.open, journal, commit, PULL)


async def test_a_repeated_review_finds_its_answers_in_the_journal() -> None:
    shop, journal = Shop(), RunJournal()
    first = await lookups(shop, journal).answer(of("total", "scaled"))
    again = await lookups(shop, journal).answer(of("total", "scaled"))

    assert first == again
    assert (shop.opened, shop.asked) == (1, ["total", "scaled"])


async def test_another_commit_is_looked_at_again() -> None:
    shop, journal = Shop(), RunJournal()
    for commit in ("c1", "c2"):
        await lookups(shop, journal, commit).answer(of("total"))

    assert shop.asked == ["total", "total"]


async def test_what_makes_no_sense_is_a_failure_and_the_others_are_answered() -> None:
    nothing, total = await lookups(Shop(), RunJournal()).answer(of("nothing", "total"))

    assert isinstance(nothing, Failure)
    assert isinstance(total, Passages)
    assert nothing.message == "'nothing' is not a name"


@pytest.mark.parametrize("trouble", [Refused("it is too large"), Retry("GitHub is down", 60)], ids=str)
async def test_a_repository_that_cannot_be_read_is_tried_once(trouble: Exception) -> None:
    shop = Shop()
    shop.trouble = trouble
    first, second = await lookups(shop, RunJournal()).answer(of("total", "scaled"))

    assert first == second
    assert isinstance(first, Failure)
    assert (shop.opened, first.message) == (1, f"the repository cannot be read: {trouble}")


@pytest.mark.parametrize(("name", "most"), [("MOST", 2), ("MOST_BYTES", 30)])
async def test_a_function_cannot_look_for_ever(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, most)
    answers = await lookups(Shop(), RunJournal()).answer(of(*"abcdefgh"))

    assert isinstance(answers[0], Passages)
    assert isinstance(answers[-1], Failure)
    assert answers[-1].message == "the review has looked up as much as it may"

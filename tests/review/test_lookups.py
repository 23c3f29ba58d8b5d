"""Look-ups of a review: answered once, kept in the journal, within limits."""

import pytest

from bot.cli.run_journal import RunJournal
from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.core.llm.messages import Failure
from bot.core.lookups import Lookup, Passage, Passages, Query
from bot.review.produce import lookups as module
from bot.review.produce.lookups import Lookups, Open, hiding, with_history

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


class Past:
    """The history of every file but `secret.py`."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, lookup: Lookup) -> Passages:
        self.asked.append(lookup.path)
        if lookup.path == "secret.py":
            raise Retry("GitHub is down", 60)
        return Passages(passages=(Passage(path=lookup.path, line=0, end=0, kind="commit", text="Begin"),))


def of(*names: str) -> list[Lookup]:
    return [Lookup(id=f"definition/{at}", query=Query.DEFINITION, text=name) for at, name in enumerate(names)]


def history(*paths: str) -> list[Lookup]:
    return [Lookup(id=f"history/{at}", query=Query.HISTORY, path=path) for at, path in enumerate(paths)]


def lookups(shop: Shop, journal: RunJournal, commit: str = "c1") -> Lookups:
    return Lookups(shop.open, journal, PULL, commit=commit, origin="c0")


def with_past(opened: Open, journal: RunJournal, origin: str = "c0") -> Lookups:
    return Lookups(opened, journal, PULL, commit="c1", origin=origin)


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


async def test_the_history_needs_no_index_and_is_told_once() -> None:
    shop, past, journal = Shop(), Past(), RunJournal()
    for _ in range(2):
        [found] = await with_past(with_history(shop.open, past), journal).answer(history("a.py"))
        assert isinstance(found, Passages)
        assert found.passages[0].text == "Begin"

    assert (past.asked, shop.opened) == (["a.py"], 0)


async def test_the_history_before_another_base_is_asked_for_again() -> None:
    shop, past, journal = Shop(), Past(), RunJournal()
    for origin in ("c0", "b0", "c0"):
        await with_past(with_history(shop.open, past), journal, origin).answer(
            [*history("a.py"), *of("total")]
        )

    assert past.asked == ["a.py", "a.py"]
    assert shop.asked == ["total"]


async def test_without_an_index_there_is_still_a_history_and_the_other_way_round() -> None:
    shop, past = Shop(), Past()
    found = await with_past(with_history(shop.open, past), RunJournal()).answer(
        [*history("secret.py"), *of("total")]
    )
    assert [getattr(answer, "message", "") for answer in found] == ["GitHub is down", ""]
    shop.trouble = Refused("it is too large")
    asked = [*of("total"), *history("a.py"), *of("scaled")]
    found = await with_past(with_history(shop.open, past), RunJournal()).answer(asked)
    unread = "the repository cannot be read: it is too large"
    assert [getattr(answer, "message", "") for answer in found] == [unread, "", unread]
    assert shop.opened == 2


async def test_the_history_of_a_hidden_file_is_hidden() -> None:
    opened = hiding(with_history(Shop().open, Past()), lambda path: path == "hidden.py")
    hidden, shown = await with_past(opened, RunJournal()).answer(history("hidden.py", "a.py"))

    assert isinstance(hidden, Passages)
    assert isinstance(shown, Passages)
    assert (len(hidden.passages), len(shown.passages)) == (0, 1)


async def test_a_function_cannot_ask_for_all_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HISTORIES", 2)
    past = Past()
    asked = [*history("a.py", "b.py", "c.py"), *of("total")]
    found = await with_past(with_history(Shop().open, past), RunJournal()).answer(asked)

    assert [isinstance(answer, Passages) for answer in found] == [True, True, False, True]
    assert past.asked == ["a.py", "b.py"]

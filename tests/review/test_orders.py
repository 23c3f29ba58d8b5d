"""What each command does, and who is listened to."""

import pytest

from bot.core.comment import Reaction
from bot.core.jobs import State
from bot.core.review import Coverage
from tests.review.desk import FILES, HEAD, OLDER, PULL, REVIEW, Desk, command, record

DONE = [Reaction.SEEN, Reaction.DONE]
HINTED = [Reaction.SEEN, Reaction.CONFUSED]


async def test_a_command_of_a_reader_is_refused_and_costs_nothing(desk: Desk) -> None:
    for words in ("review", "ask why?", "frobnicate", "pause"):
        assert await desk.run(command(words, actor="eve")) is State.DONE

    assert desk.reactions == [Reaction.REFUSED] * 4
    assert not desk.reviewer.wishes
    assert not desk.told
    assert not desk.github.said
    assert not desk.memory.notes


@pytest.mark.parametrize(
    ("words", "hint"),
    [("frobnicate", "unknown command `/frobnicate`"), ("ask", "needs a question"), ("reviw", "`/review`?")],
)
async def test_what_is_no_command_gets_a_hint(desk: Desk, words: str, hint: str) -> None:
    await desk.run(command(words))

    assert desk.reactions == [Reaction.CONFUSED]
    assert hint in desk.said
    assert "`mira`" in desk.said


async def test_review_is_always_a_review_of_drafts_paused_and_closed_ones_too(desk: Desk) -> None:
    desk.github.pull_ = PULL.model_copy(update={"draft": True, "open": False})
    desk.memory.notes = {"paused acme/shop#3": "mira"}
    desk.memory.layer = {"enabled": False}
    desk.memory.record = record()

    assert await desk.run(command("review")) is State.DONE

    assert desk.told == ["announced c0ffee1 command again", "published"]
    assert desk.reactions == DONE
    assert not desk.reviewer.wishes[0].fresh


async def test_a_reaction_goes_to_where_the_command_stands(desk: Desk) -> None:
    await desk.run(command("pause", on_lines=True))

    assert [on_lines for _, _, on_lines in desk.github.reactions] == [True, True]


async def test_review_full_uses_no_earlier_answers(desk: Desk) -> None:
    await desk.run(command("review full"))

    assert desk.reviewer.wishes[0].fresh


async def test_too_many_paths_are_refused_with_what_to_do(desk: Desk) -> None:
    await desk.run(command(" ".join(["review", *(f"src/{number}.py" for number in range(101))])))

    assert "at most 100 paths" in desk.said
    assert not desk.reviewer.wishes


async def test_review_of_paths_stands_beside_the_summary(desk: Desk) -> None:
    await desk.run(command("review shop/*.py"))

    assert desk.told == [f"published aside 501 {FILES[2]}"]
    assert not desk.memory.saved


@pytest.mark.parametrize(
    ("words", "left_out"),
    [("review /shop", f" {FILES[2]}"), ("review shop/cart.py /docs", f" {FILES[1]}"), ("review full *", "")],
)
async def test_a_word_that_may_be_a_path_is_one_where_the_change_has_it(
    desk: Desk, words: str, left_out: str
) -> None:
    await desk.run(command(words))

    assert desk.told == [f"published aside 501{left_out}"]
    assert desk.reactions == DONE


@pytest.mark.parametrize(
    "words",
    ["review docs/nowhere.md", "review shop/cart.py and shop/nowhere.py", "review * shop/nowhere"],
)
async def test_a_path_that_fits_no_file_is_named_and_nothing_is_done(desk: Desk, words: str) -> None:
    await desk.run(command(words))

    assert "nowhere" in desk.said
    assert "is no path of this pull request, so nothing was done" in desk.said
    assert "cart" not in desk.said
    assert desk.reactions == HINTED
    assert not desk.reviewer.wishes
    assert not desk.told


@pytest.mark.parametrize(
    "words",
    [
        "review please",
        "review docs",
        "review this again, I fixed shop/cart.py",
        "review it, no rush",
        "review @acme/backend please",
        "review n/a",
        "review the CI/CD",
        "review acme/shop#1, me@example.com",
    ],
)
async def test_words_behind_review_ask_for_the_whole_review(desk: Desk, words: str) -> None:
    await desk.run(command(words))

    assert desk.told == ["announced c0ffee1 command", "published"]
    assert desk.reactions == DONE


@pytest.mark.parametrize("words", ["review don't", "pause do not", "review fulll", "review --deep"])
async def test_what_takes_itself_back_or_cannot_be_done_is_not_done(desk: Desk, words: str) -> None:
    await desk.run(command(words))

    assert desk.said
    assert desk.reactions == [Reaction.CONFUSED]
    assert not desk.told
    assert not desk.memory.notes


async def test_a_command_in_a_review_is_carried_out_without_reactions(desk: Desk) -> None:
    await desk.run(command("review", in_review=True))

    assert desk.told == ["announced c0ffee1 command", "published"]
    assert not desk.reactions
    assert not desk.github.said


@pytest.mark.parametrize(
    ("words", "said"),
    [("pause", "are paused"), ("resume", "go on"), ("reviw", "Did you mean"), ("ask why?", "It **adds**")],
)
async def test_what_a_reaction_would_say_of_a_command_in_a_review_is_said(
    desk: Desk, words: str, said: str
) -> None:
    await desk.run(command(words, in_review=True))

    assert said in desk.said
    assert not desk.reactions


async def test_a_reader_is_told_by_a_comment_that_a_command_in_a_review_is_not_taken(desk: Desk) -> None:
    await desk.run(command("review", in_review=True, actor="eve"))

    assert "`eve`, commands are taken from people who may write" in desk.said
    assert not desk.reactions
    assert not desk.told


async def test_continue_goes_on_where_the_budget_ended(desk: Desk) -> None:
    left_out = Coverage(path=FILES[0], reviewed=False, reason="budget", later=True)
    desk.memory.record = record(review=REVIEW.model_copy(update={"coverage": (left_out,)}))

    await desk.run(command("review continue"))

    assert desk.told[-1] == "published"


async def test_continue_says_when_nothing_was_left_out(desk: Desk) -> None:
    desk.memory.record = record()

    await desk.run(command("review continue"))

    assert "nothing to continue" in desk.said
    assert desk.reactions == HINTED
    assert not desk.told


@pytest.mark.parametrize("last", [None, record(OLDER)])
async def test_continue_of_a_head_without_a_review_is_its_review(desk: Desk, last: object) -> None:
    desk.memory.record = last  # type: ignore[assignment]

    await desk.run(command("review continue"))

    assert desk.told[-1] == "published"


async def test_a_summary_puts_nothing_on_lines_and_is_not_the_review_of_its_head(desk: Desk) -> None:
    await desk.run(command("summary"))

    assert desk.told == ["announced c0ffee1 command", "published quiet"]
    assert not desk.reviewer.wishes[0].settings.features.verification
    assert not desk.memory.saved
    assert desk.reactions == DONE


async def test_pause_is_kept_and_resume_takes_it_back_and_reviews_what_was_missed(desk: Desk) -> None:
    await desk.run(command("pause"))
    assert desk.memory.notes == {"paused acme/shop#3": "mira"}
    assert desk.told == []

    await desk.run(command("resume"))

    assert desk.memory.notes == {"paused acme/shop#3": ""}
    assert desk.told == ["announced c0ffee1 command", "published"]
    assert desk.reactions == DONE * 2


async def test_resume_reviews_nothing_twice_and_nothing_that_is_passed_over(desk: Desk) -> None:
    desk.memory.record = record(HEAD)
    await desk.run(command("resume"))
    desk.memory.record = None
    desk.github.pull_ = PULL.model_copy(update={"draft": True})
    await desk.run(command("resume"))
    desk.github.pull_ = PULL.model_copy(update={"open": False})
    await desk.run(command("resume"))

    [told] = desk.told
    assert told.startswith("skipped: this is a draft")

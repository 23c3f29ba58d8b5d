"""The effect of each command, and who may use it."""

import pytest

from bot.core.comments.comment import Reaction
from bot.core.jobs import JobState
from bot.core.review import Coverage
from tests.review.harness import FILES, HEAD, OLDER, PULL, REVIEW, Harness, command, record

DONE = [Reaction.SEEN, Reaction.DONE]
HINTED = [Reaction.SEEN, Reaction.CONFUSED]


async def test_a_command_of_a_reader_is_refused_and_costs_nothing(harness: Harness) -> None:
    for words in ("review", "ask why?", "frobnicate", "pause"):
        assert await harness.run(command(words, actor="eve")) is JobState.DONE

    assert harness.reactions == [Reaction.REFUSED] * 4
    assert not harness.reviewer.wishes
    assert not harness.told
    assert not harness.github.said
    assert not harness.memory.key_values


@pytest.mark.parametrize(
    ("words", "hint"),
    [("frobnicate", "unknown command `/frobnicate`"), ("ask", "needs a question"), ("reviw", "`/review`?")],
)
async def test_what_is_no_command_gets_a_hint(harness: Harness, words: str, hint: str) -> None:
    await harness.run(command(words))

    assert harness.reactions == [Reaction.CONFUSED]
    assert hint in harness.said
    assert "`mira`" in harness.said


async def test_review_is_always_a_review_of_drafts_paused_and_closed_ones_too(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"draft": True, "open": False})
    harness.memory.key_values = {"paused acme/shop#3": "mira"}
    harness.memory.layer = {"enabled": False}
    harness.memory.record = record()

    assert await harness.run(command("review")) is JobState.DONE

    assert harness.told == ["announced c0ffee1 command again", "published"]
    assert harness.reactions == DONE
    assert not harness.reviewer.wishes[0].fresh


async def test_a_reaction_goes_to_where_the_command_stands(harness: Harness) -> None:
    await harness.run(command("pause", on_lines=True))

    assert [on_lines for _, _, on_lines in harness.github.reactions] == [True, True]


async def test_review_full_uses_no_earlier_answers(harness: Harness) -> None:
    await harness.run(command("review full"))

    assert harness.reviewer.wishes[0].fresh


async def test_too_many_paths_are_refused_with_what_to_do(harness: Harness) -> None:
    await harness.run(command(" ".join(["review", *(f"src/{number}.py" for number in range(101))])))

    assert "at most 100 paths" in harness.said
    assert not harness.reviewer.wishes


async def test_review_of_paths_stands_beside_the_summary(harness: Harness) -> None:
    await harness.run(command("review shop/*.py"))

    assert harness.told == [f"published aside 501 {FILES[2]}"]
    assert not harness.memory.saved


@pytest.mark.parametrize(
    ("words", "left_out"),
    [("review /shop", f" {FILES[2]}"), ("review shop/cart.py /docs", f" {FILES[1]}"), ("review full *", "")],
)
async def test_a_word_that_may_be_a_path_is_one_where_the_change_has_it(
    harness: Harness, words: str, left_out: str
) -> None:
    await harness.run(command(words))

    assert harness.told == [f"published aside 501{left_out}"]
    assert harness.reactions == DONE


@pytest.mark.parametrize(
    "words",
    ["review docs/nowhere.md", "review shop/cart.py and shop/nowhere.py", "review * shop/nowhere"],
)
async def test_a_path_that_fits_no_file_is_named_and_nothing_is_done(harness: Harness, words: str) -> None:
    await harness.run(command(words))

    assert "nowhere" in harness.said
    assert "is not a path of this pull request, so nothing was done" in harness.said
    assert "cart" not in harness.said
    assert harness.reactions == HINTED
    assert not harness.reviewer.wishes
    assert not harness.told


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
async def test_words_behind_review_ask_for_the_whole_review(harness: Harness, words: str) -> None:
    await harness.run(command(words))

    assert harness.told == ["announced c0ffee1 command", "published"]
    assert harness.reactions == DONE


@pytest.mark.parametrize("words", ["review don't", "pause do not", "review fulll", "review --deep"])
async def test_what_takes_itself_back_or_cannot_be_done_is_not_done(harness: Harness, words: str) -> None:
    await harness.run(command(words))

    assert harness.said
    assert harness.reactions == [Reaction.CONFUSED]
    assert not harness.told
    assert not harness.memory.key_values


async def test_a_command_in_a_review_is_carried_out_without_reactions(harness: Harness) -> None:
    await harness.run(command("review", in_review=True))

    assert harness.told == ["announced c0ffee1 command", "published"]
    assert not harness.reactions
    assert not harness.github.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("pause", "are paused"),
        ("resume", "are resumed"),
        ("reviw", "Did you mean"),
        ("ask why?", "It **adds**"),
    ],
)
async def test_what_a_reaction_would_say_of_a_command_in_a_review_is_said(
    harness: Harness, words: str, said: str
) -> None:
    await harness.run(command(words, in_review=True))

    assert said in harness.said
    assert not harness.reactions


async def test_a_reader_is_told_by_a_comment_that_a_command_in_a_review_is_not_taken(
    harness: Harness,
) -> None:
    await harness.run(command("review", in_review=True, actor="eve"))

    assert "`eve`, only people with write permission" in harness.said
    assert not harness.reactions
    assert not harness.told


async def test_continue_goes_on_where_the_budget_ended(harness: Harness) -> None:
    left_out = Coverage(path=FILES[0], reviewed=False, reason="budget", later=True)
    harness.memory.record = record(review=REVIEW.model_copy(update={"coverage": (left_out,)}))

    await harness.run(command("review continue"))

    assert harness.told[-1] == "published"


async def test_continue_says_when_nothing_was_left_out(harness: Harness) -> None:
    harness.memory.record = record()

    await harness.run(command("review continue"))

    assert "nothing to continue" in harness.said
    assert harness.reactions == HINTED
    assert not harness.told


@pytest.mark.parametrize("last", [None, record(OLDER)])
async def test_continue_of_a_head_without_a_review_is_its_review(harness: Harness, last: object) -> None:
    harness.memory.record = last  # type: ignore[assignment]

    await harness.run(command("review continue"))

    assert harness.told[-1] == "published"


async def test_a_summary_puts_nothing_on_lines_and_is_not_the_review_of_its_head(harness: Harness) -> None:
    await harness.run(command("summary"))

    assert harness.told == ["announced c0ffee1 command", "published quiet"]
    assert not harness.reviewer.wishes[0].settings.features.verification
    assert not harness.memory.saved
    assert harness.reactions == DONE


async def test_pause_is_kept_and_resume_takes_it_back_and_reviews_what_was_missed(harness: Harness) -> None:
    await harness.run(command("pause"))
    assert harness.memory.key_values == {"paused acme/shop#3": "mira"}
    assert harness.told == []

    await harness.run(command("resume"))

    assert harness.memory.key_values == {"paused acme/shop#3": ""}
    assert harness.told == ["announced c0ffee1 command", "published"]
    assert harness.reactions == DONE * 2


async def test_resume_reviews_nothing_twice_and_nothing_that_is_passed_over(harness: Harness) -> None:
    harness.memory.record = record(HEAD)
    await harness.run(command("resume"))
    harness.memory.record = None
    harness.github.pull_ = PULL.model_copy(update={"draft": True})
    await harness.run(command("resume"))
    harness.github.pull_ = PULL.model_copy(update={"open": False})
    await harness.run(command("resume"))

    [told] = harness.told
    assert told.startswith("skipped: this is a draft")

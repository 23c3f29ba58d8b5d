"""Questions are answered where they were asked; dismissals work in threads of findings only."""

from datetime import UTC, datetime

import pytest

from bot.core.comments.comment import Reaction
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.findings.learnings import EntryKind, MemoryEntry
from bot.core.findings.threads import LineContext
from bot.core.review import LineRange, Purpose, Question, Side, ThreadRemark
from tests.review.harness import Harness, command, job

BEFORE = ThreadRemark(author="code-review-bot[bot]", mine=True, text="**Major: fails on an empty list**")
ASKED = ThreadRemark(author="mira", mine=False, text="/ask why is that?")
AFTER = ThreadRemark(author="ben", mine=False, text="I wonder, too")
THREAD = LineContext(
    first=400, path="shop/cart.py", line=2, end=4, body=BEFORE.text, own=True, remarks=(BEFORE, ASKED, AFTER)
)


async def test_a_question_in_the_conversation_is_answered_there(harness: Harness) -> None:
    await harness.run(command("ask why\nis it slow?"))

    assert harness.reviewer.questions == [Question(purpose=Purpose.ANSWER, text="why\nis it slow?")]
    assert harness.said.startswith("<!-- code-review-bot:answer 501 -->\n> `mira` asked: why is it slow?\n\n")
    assert "It **adds** `b`" in harness.said
    assert "@acme/all" not in harness.said.replace("`@acme/all`", "")
    assert "<sub>gpt-5-mini, 1,234 tokens</sub>" in harness.said
    assert harness.reactions == [Reaction.SEEN]


async def test_a_question_in_a_thread_is_answered_in_it_and_the_thread_is_read(harness: Harness) -> None:
    harness.github.lines_ = THREAD

    await harness.run(command("ask why is that?", on_lines=True))

    spot = LineRange(path="shop/cart.py", line=2, end=4, side=Side.RIGHT)
    [question] = harness.reviewer.questions
    assert question == Question(purpose=Purpose.ANSWER, text="why is that?", spot=spot, thread=(BEFORE,))
    [(first, body)] = harness.github.replies
    assert first == 400
    assert body.startswith("<!-- code-review-bot:answer 501 -->\nIt **adds**")
    assert not harness.github.said


async def test_mails_that_people_quote_are_not_shown_to_the_model(harness: Harness) -> None:
    mail = "\r\n\r\nOn Mon, Nov 3, 2025 at 10:00 AM x <x@example.com> wrote:\r\n> the secret\r\n-- \r\nMira"
    before = ThreadRemark(author="ben", mine=False, text=f"Odd.{mail}")
    asked = ThreadRemark(author="mira", mine=False, text=f"**/Ask** why is\r\nthat?{mail}")
    harness.github.lines_ = THREAD.model_copy(update={"remarks": (BEFORE, before, asked, AFTER)})

    await harness.run(command("ask why is\nthat?", on_lines=True))

    [question] = harness.reviewer.questions
    assert question.thread == (BEFORE, before.model_copy(update={"text": "Odd."}))


async def test_lines_are_explained_where_the_command_stands_on_them(harness: Harness) -> None:
    own = ThreadRemark(author="mira", mine=False, text="/explain")
    harness.github.lines_ = THREAD.model_copy(
        update={"own": False, "remarks": (own,), "line": None, "end": None}
    )

    await harness.run(command("explain", on_lines=True))

    assert harness.reviewer.questions == [Question(purpose=Purpose.EXPLAIN)]
    assert len(harness.github.replies) == 1


async def test_the_whole_change_is_explained_in_the_conversation(harness: Harness) -> None:
    await harness.run(command("explain"))

    assert harness.reviewer.questions == [Question(purpose=Purpose.EXPLAIN)]
    assert "`mira` asked for an explanation" in harness.said


async def test_a_question_that_was_deleted_costs_nothing(harness: Harness) -> None:
    await harness.run(command("ask why?", on_lines=True))

    assert not harness.reviewer.questions
    assert not harness.github.said


async def test_an_answer_is_within_the_same_budget_and_configuration(harness: Harness) -> None:
    harness.memory.layer = {"tone": "terse"}

    await harness.run(command("ask why?"))

    [options] = harness.reviewer.wishes
    assert (options.settings.tone, options.limits.review) == ("terse", 5000)


async def test_what_the_function_refuses_is_told_to_whoever_asked(harness: Harness) -> None:
    harness.reviewer.trouble = ModuleError("refused", "code-review-function", "no model is configured")

    with pytest.raises(Refused, match=r"^no model is configured$"):
        await harness.run(command("ask why?"))


async def test_a_function_that_breaks_is_no_answer(harness: Harness) -> None:
    harness.reviewer.trouble = ModuleError("trap", "code-review-function", "unreachable")

    with pytest.raises(ModuleError):
        await harness.run(command("ask why?"))


async def test_a_finding_is_dismissed_in_its_thread(harness: Harness) -> None:
    harness.github.lines_ = THREAD

    await harness.run(command("dismiss we know", on_lines=True))

    assert harness.memory.dismissed == [(400, "mira")]
    [(first, body)] = harness.github.replies
    assert first == 400
    assert "Dismissed by `mira`: **Fails on an empty list**" in body
    assert not harness.github.said


TROUBLES = [Refused("403"), Retry("GitHub is unavailable")]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("part", ["closed", "unlit"])
async def test_an_answer_that_a_thread_does_not_take_stands_in_the_conversation(
    harness: Harness, trouble: Exception, part: str
) -> None:
    harness.github.lines_ = THREAD
    setattr(harness.github, part, trouble)
    of = job(command("ask why is that?", on_lines=True))

    await harness.runner.run(of, patient=False)

    assert "`mira` asked: why is that?" in harness.said
    assert "It **adds** `b`" in harness.said
    assert not harness.github.replies


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("words", ["ask why?", "help", "config"])
async def test_where_comments_are_not_listed_people_are_answered_all_the_same(
    harness: Harness, trouble: Exception, words: str
) -> None:
    harness.github.unlisted = trouble

    await harness.runner.run(job(command(words)), patient=False)

    assert harness.said


async def test_what_may_pass_is_waited_for_before_an_answer_stands_elsewhere(harness: Harness) -> None:
    harness.github.lines_, harness.github.closed = THREAD, Retry("GitHub is unavailable")

    with pytest.raises(Retry):
        await harness.run(command("ask why is that?", on_lines=True))

    assert not harness.github.said


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("part", ["closed", "unlit"])
async def test_trouble_that_a_thread_does_not_take_is_told_in_the_conversation(
    harness: Harness, trouble: Exception, part: str
) -> None:
    harness.github.lines_ = THREAD
    setattr(harness.github, part, trouble)

    await harness.replies.fail(command("ask why?", on_lines=True), "the model is away")

    assert "the model is away" in harness.said


async def test_trouble_with_what_was_taken_back_is_told_to_nobody(harness: Harness) -> None:
    await harness.replies.fail(command("ask why?", on_lines=True), "the model is away")

    assert not harness.github.said


async def test_trouble_with_a_command_in_a_review_gives_no_foreign_comment_a_reaction(
    harness: Harness,
) -> None:
    await harness.replies.fail(command("review", in_review=True), "GitHub refused it")

    assert harness.reactions == []
    assert "GitHub refused it" in harness.said


@pytest.mark.parametrize(
    ("lines", "title", "hint"),
    [(None, "x", "as a reply to one of my inline comments"), (THREAD, None, "not about one of my findings")],
)
async def test_only_a_finding_can_be_dismissed(
    harness: Harness, lines: LineContext | None, title: str | None, hint: str
) -> None:
    harness.github.lines_ = lines
    harness.memory.title = title

    await harness.run(command("dismiss", on_lines=lines is not None))

    assert hint in harness.said
    assert harness.reactions == [Reaction.SEEN, Reaction.CONFUSED]
    assert not harness.github.replies


async def test_help_lists_the_commands_in_one_comment(harness: Harness) -> None:
    await harness.run(command("help"))
    await harness.run(command("help"))

    assert "| `/ask question` |" in harness.said
    assert "@code-review-bot" in harness.said
    assert harness.reactions[-1] is Reaction.DONE


async def test_the_configuration_is_shown(harness: Harness) -> None:
    harness.memory.layer = {"language": "German"}

    await harness.run(command("config shop/cart.py"))

    assert "shop/cart.py" in harness.said
    assert harness.said.startswith("<!-- code-review-bot:config -->\n")


def entry(name: str, kind: EntryKind = EntryKind.LEARNING) -> MemoryEntry:
    return MemoryEntry(
        id=name,
        kind=kind,
        repository="acme/shop",
        author="mira",
        path="shop/cart.py",
        finding="Fails on an **empty** list",
        text="Intended, because @all lists | have items",
        how="reaction" if kind is EntryKind.DISMISSAL else "",
        created=datetime(2026, 11, 20, tzinfo=UTC),
    )


async def test_what_was_learned_and_dismissed_is_listed_in_one_comment(harness: Harness) -> None:
    harness.memory.listed = [entry("12"), entry("d3", EntryKind.DISMISSAL)]
    await harness.run(command("learned"))
    await harness.run(command("learned"))

    assert harness.said.startswith("<!-- code-review-bot:learned -->\n")
    assert "| `12` | Intended, because `@all` lists ¦ have items |" in harness.said
    assert "| `d3` | Fails on an empty list | 👎 | `mira` | `shop/cart.py` | 2026-11-20 |" in harness.said
    assert harness.reactions[-1] is Reaction.DONE


async def test_an_empty_list_says_how_the_bot_learns(harness: Harness) -> None:
    await harness.run(command("learned"))

    assert "has learned nothing in this repository yet" in harness.said


async def test_entries_are_forgotten_and_the_unknown_ones_named(harness: Harness) -> None:
    harness.memory.listed = [entry("12"), entry("d3", EntryKind.DISMISSAL)]
    await harness.run(command("forget 12, D3 99"))

    assert harness.memory.forgotten == ["12", "d3"]
    assert harness.said.startswith("<!-- code-review-bot:answer 501 -->\n`mira`, forgotten: `12`, `d3`.")
    assert "`99` is not an ID of this repository; `/learned` lists them." in harness.said


async def test_an_unknown_entry_is_hinted_at(harness: Harness) -> None:
    await harness.run(command("forget 7 8"))

    assert "nothing was forgotten. `7`, `8` are not IDs of this repository" in harness.said
    assert harness.reactions == [Reaction.SEEN, Reaction.CONFUSED]

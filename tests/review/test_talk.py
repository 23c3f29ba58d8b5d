"""Questions are answered where they were asked, dismissals are taken where they belong."""

import pytest

from bot.core.comment import Reaction
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.review import Purpose, Question, Remark, Side, Spot
from bot.core.threads import Lines
from tests.review.desk import Desk, command, job

BEFORE = Remark(author="code-review-bot[bot]", mine=True, text="**Major: fails on an empty list**")
ASKED = Remark(author="mira", mine=False, text="/ask why is that?")
AFTER = Remark(author="ben", mine=False, text="I wonder, too")
THREAD = Lines(
    first=400, path="shop/cart.py", line=2, end=4, body=BEFORE.text, own=True, remarks=(BEFORE, ASKED, AFTER)
)


async def test_a_question_in_the_conversation_is_answered_there(desk: Desk) -> None:
    await desk.run(command("ask why\nis it slow?"))

    assert desk.reviewer.questions == [Question(purpose=Purpose.ANSWER, text="why\nis it slow?")]
    assert desk.said.startswith("<!-- code-review-bot:answer 501 -->\n> `mira` asked: why is it slow?\n\n")
    assert "It **adds** `b`" in desk.said
    assert "@acme/all" not in desk.said.replace("`@acme/all`", "")
    assert "<sub>gpt-5-mini, 1,234 tokens</sub>" in desk.said
    assert desk.reactions == [Reaction.SEEN]


async def test_a_question_in_a_thread_is_answered_in_it_and_the_thread_is_read(desk: Desk) -> None:
    desk.github.lines_ = THREAD

    await desk.run(command("ask why is that?", on_lines=True))

    spot = Spot(path="shop/cart.py", line=2, end=4, side=Side.RIGHT)
    [question] = desk.reviewer.questions
    assert question == Question(purpose=Purpose.ANSWER, text="why is that?", spot=spot, thread=(BEFORE,))
    [(first, body)] = desk.github.replies
    assert first == 400
    assert body.startswith("<!-- code-review-bot:answer 501 -->\nIt **adds**")
    assert not desk.github.said


async def test_mails_that_people_quote_are_not_shown_to_the_model(desk: Desk) -> None:
    mail = "\r\n\r\nOn Mon, Nov 3, 2025 at 10:00 AM x <x@example.com> wrote:\r\n> the secret\r\n-- \r\nMira"
    before = Remark(author="ben", mine=False, text=f"Odd.{mail}")
    asked = Remark(author="mira", mine=False, text=f"**/Ask** why is\r\nthat?{mail}")
    desk.github.lines_ = THREAD.model_copy(update={"remarks": (BEFORE, before, asked, AFTER)})

    await desk.run(command("ask why is\nthat?", on_lines=True))

    [question] = desk.reviewer.questions
    assert question.thread == (BEFORE, before.model_copy(update={"text": "Odd."}))


async def test_lines_are_explained_where_the_command_stands_on_them(desk: Desk) -> None:
    own = Remark(author="mira", mine=False, text="/explain")
    desk.github.lines_ = THREAD.model_copy(
        update={"own": False, "remarks": (own,), "line": None, "end": None}
    )

    await desk.run(command("explain", on_lines=True))

    assert desk.reviewer.questions == [Question(purpose=Purpose.EXPLAIN)]
    assert len(desk.github.replies) == 1


async def test_the_whole_change_is_explained_in_the_conversation(desk: Desk) -> None:
    await desk.run(command("explain"))

    assert desk.reviewer.questions == [Question(purpose=Purpose.EXPLAIN)]
    assert "`mira` asked for an explanation" in desk.said


async def test_a_question_that_was_deleted_costs_nothing(desk: Desk) -> None:
    await desk.run(command("ask why?", on_lines=True))

    assert not desk.reviewer.questions
    assert not desk.github.said


async def test_an_answer_is_within_the_same_budget_and_configuration(desk: Desk) -> None:
    desk.memory.layer = {"tone": "terse"}

    await desk.run(command("ask why?"))

    [wish] = desk.reviewer.wishes
    assert (wish.settings.tone, wish.limits.review) == ("terse", 5000)


async def test_what_the_function_refuses_is_told_to_whoever_asked(desk: Desk) -> None:
    desk.reviewer.trouble = ModuleError("refused", "code-review-function", "no model is configured")

    with pytest.raises(Refused, match=r"^no model is configured$"):
        await desk.run(command("ask why?"))


async def test_a_function_that_breaks_is_no_answer(desk: Desk) -> None:
    desk.reviewer.trouble = ModuleError("trap", "code-review-function", "unreachable")

    with pytest.raises(ModuleError):
        await desk.run(command("ask why?"))


async def test_a_finding_is_dismissed_in_its_thread(desk: Desk) -> None:
    desk.github.lines_ = THREAD

    await desk.run(command("dismiss we know", on_lines=True))

    assert desk.memory.dismissed == [(400, "mira")]
    [(first, body)] = desk.github.replies
    assert first == 400
    assert "Dismissed by `mira`: **Fails on an empty list**" in body
    assert not desk.github.said


TROUBLES = [Refused("403"), Retry("GitHub is unwell")]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("part", ["closed", "unlit"])
async def test_an_answer_that_a_thread_does_not_take_stands_in_the_conversation(
    desk: Desk, trouble: Exception, part: str
) -> None:
    desk.github.lines_ = THREAD
    setattr(desk.github, part, trouble)
    of = job(command("ask why is that?", on_lines=True))

    await desk.journey.run(of, patient=False)

    assert "`mira` asked: why is that?" in desk.said
    assert "It **adds** `b`" in desk.said
    assert not desk.github.replies


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("words", ["ask why?", "help", "config"])
async def test_where_comments_are_not_listed_people_are_answered_all_the_same(
    desk: Desk, trouble: Exception, words: str
) -> None:
    desk.github.unlisted = trouble

    await desk.journey.run(job(command(words)), patient=False)

    assert desk.said


async def test_what_may_pass_is_waited_for_before_an_answer_stands_elsewhere(desk: Desk) -> None:
    desk.github.lines_, desk.github.closed = THREAD, Retry("GitHub is unwell")

    with pytest.raises(Retry):
        await desk.run(command("ask why is that?", on_lines=True))

    assert not desk.github.said


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("part", ["closed", "unlit"])
async def test_trouble_that_a_thread_does_not_take_is_told_in_the_conversation(
    desk: Desk, trouble: Exception, part: str
) -> None:
    desk.github.lines_ = THREAD
    setattr(desk.github, part, trouble)

    await desk.talk.fail(command("ask why?", on_lines=True), "the model is away")

    assert "the model is away" in desk.said


async def test_trouble_with_what_was_taken_back_is_told_to_nobody(desk: Desk) -> None:
    await desk.talk.fail(command("ask why?", on_lines=True), "the model is away")

    assert not desk.github.said


async def test_trouble_with_a_command_in_a_review_gives_no_foreign_comment_a_reaction(desk: Desk) -> None:
    await desk.talk.fail(command("review", in_review=True), "GitHub refused it")

    assert desk.reactions == []
    assert "GitHub refused it" in desk.said


@pytest.mark.parametrize(
    ("lines", "title", "hint"),
    [(None, "x", "write it into that thread"), (THREAD, None, "not about a finding of mine")],
)
async def test_only_a_finding_can_be_dismissed(
    desk: Desk, lines: Lines | None, title: str | None, hint: str
) -> None:
    desk.github.lines_ = lines
    desk.memory.title = title

    await desk.run(command("dismiss", on_lines=lines is not None))

    assert hint in desk.said
    assert desk.reactions == [Reaction.SEEN, Reaction.CONFUSED]
    assert not desk.github.replies


async def test_help_lists_the_commands_in_one_comment(desk: Desk) -> None:
    await desk.run(command("help"))
    await desk.run(command("help"))

    assert "| `/ask question` |" in desk.said
    assert "@code-review-bot" in desk.said
    assert desk.reactions[-1] is Reaction.DONE


async def test_the_configuration_is_shown(desk: Desk) -> None:
    desk.memory.layer = {"language": "German"}

    await desk.run(command("config shop/cart.py"))

    assert "shop/cart.py" in desk.said
    assert desk.said.startswith("<!-- code-review-bot:config -->\n")

"""What the bot says in reply to people. The texts in `../golden` are what they read."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import COMMANDS
from bot.core.comments.comment import OWN_MARKER
from bot.core.llm.messages import Usage
from bot.core.markdown import MAX_COMMENT
from bot.core.rendering.replies import (
    answer_marker,
    render_answer,
    render_answer_apart,
    render_config,
    render_dismissed,
    render_help,
    render_hint,
    render_trouble,
)

GOLDEN = Path(__file__).parents[1] / "golden"
USAGE = Usage(prompt=1200, answer=34)
TEXT = "It is locked twice because `close` locks, too.\n\n- first in `open`\n- then in `close`\n"


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def test_an_answer_in_a_thread() -> None:
    assert render_answer(501, TEXT, model="gpt-5-mini", usage=USAGE).body == golden("answer.md")


def test_an_answer_in_the_conversation_repeats_the_question() -> None:
    said = render_answer_apart(
        501, "ada", "Why is\nthis locked *twice*?", TEXT, model="gpt-5-mini", usage=USAGE
    )

    assert said.body == golden("answer-apart.md")


def test_an_explanation_without_a_question() -> None:
    said = render_answer_apart(501, "ada", "", TEXT, model=None, usage=USAGE)

    assert "> `ada` asked for an explanation.\n" in said.body
    assert "<sub>" not in said.body


def test_the_list_of_commands() -> None:
    assert render_help("code-review-bot").body == golden("help.md")
    assert "`@" not in render_help().body


def test_small_answers() -> None:
    said = [
        render_dismissed(501, "ada", "Fails on an **empty** list"),
        render_trouble(501, "ada", "no model is configured for private code"),
        render_hint("ada", "unknown command `/frob`. `/help` lists the commands."),
        render_config("All keys have their default values."),
    ]
    assert "---\n".join(text.body for text in said) == golden("small-answers.md")


@given(st.text(), st.text(), st.text())
def test_nothing_that_others_wrote_mentions_anybody_or_grows_too_long(
    question: str, text: str, title: str
) -> None:
    hostile = " @acme/all <!-- code-review-bot:summary --> #1 "
    for said in (
        render_answer_apart(1, "ada", question + hostile, text + hostile, model="m", usage=USAGE),
        render_dismissed(1, "ada", title + hostile),
        render_trouble(1, "ada", title + hostile),
    ):
        assert said.body.count("<!--") == 1
        assert "@acme/all" not in said.body.replace("`@acme/all`", "")
        assert said.body.startswith(said.marker)
        assert said.marker.startswith(OWN_MARKER)


def test_a_long_answer_is_shortened_and_keeps_its_footer() -> None:
    said = render_answer(1, "A line of text.\n\n" * 9000, model="gpt-5-mini", usage=USAGE)

    assert len(said.body) <= MAX_COMMENT
    assert said.body.endswith("1,234 tokens</sub>\n")


def test_a_long_configuration_is_shortened() -> None:
    assert len(render_config("A line of text.\n\n" * 9000).body) <= MAX_COMMENT


def test_markers_tell_answers_apart() -> None:
    assert answer_marker(1) != answer_marker(11)
    assert answer_marker(1) not in render_answer(11, "x", model=None, usage=USAGE).body
    assert len(COMMANDS) == 11

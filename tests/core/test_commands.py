"""What in a comment is a command, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import COMMANDS, Command, parse_command

PHRASES = ("flows summarize", "flows review")
BOT = "code-review-bot"


def parse(body: str) -> Command | None:
    return parse_command(body, phrases=PHRASES, name=BOT)


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ("/review", ""),
        ("/Review", ""),
        ("  /review  ", ""),
        ("/review the tests only", "the tests only"),
        ("/review\tnow", "now"),
        ("/review\r\nplease, all of it\r\n", ""),
        ("\n\n   \n/review", ""),
        ("> what do you think?\n> really\n\n/review again", "again"),
        ("@code-review-bot review", ""),
        ("@Code-Review-Bot: review the docs", "the docs"),
        ("@code-review-bot[bot], /review", ""),
        ("flows summarize", ""),
        ("Flows Review this, please", "this, please"),
        ("flows review!", "!"),
    ],
)
def test_a_comment_asks_for_a_review(body: str, arguments: str) -> None:
    assert parse(body) == Command(name="review", arguments=arguments)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   \n\t\n",
        "/reviewer",
        "/review-all",
        "/review.",
        "/deploy",
        "/ review",
        "//review",
        "review",
        "please /review",
        "See below.\n/review",
        "> /review",
        "  > /review",
        "> flows review",
        "```\n/review\n```",
        "   ```sh\n/review\n```",
        "~~~\n/review\n~~~",
        "    /review",
        "\t/review",
        "`/review`",
        "@code-review-bot",
        "@code-review-bot thanks!",
        "@code-review-botanist review",
        "@other review",
        "code-review-bot review",
        "I like how flows review works",
        "flows reviewed it",
    ],
)
def test_a_comment_asks_for_nothing(body: str) -> None:
    assert parse(body) is None


def test_without_a_name_no_mention_is_heard() -> None:
    assert parse_command("@code-review-bot review") is None


@pytest.mark.parametrize(
    ("phrase", "body"), [("hey bot,", "Hey bot,go"), ("(r+)", "(R+) now"), ("🔍", "🔍x")]
)
def test_an_operators_phrase_is_taken_literally(phrase: str, body: str) -> None:
    assert parse_command(body, phrases=["", "  ", phrase]) is not None


def test_an_empty_phrase_matches_nothing() -> None:
    assert parse_command("anything at all", phrases=["", " "]) is None


@given(st.text())
def test_any_text_is_read_and_only_known_commands_come_out(body: str) -> None:
    command = parse(body)
    assert command is None or command.name in COMMANDS


@given(st.text().filter(lambda text: text.strip() and not text.lstrip().startswith(">")))
def test_prose_before_a_command_hides_it(prose: str) -> None:
    first = next((line for line in prose.splitlines() if line.strip()), "")
    hidden = parse(f"{prose}\n/review")
    alone = parse(first) if first else None
    assert (hidden is None) == (alone is None)


@given(st.text(alphabet=" \t\n\r>", max_size=20), st.sampled_from(["/review", "flows review"]))
def test_quotes_and_blank_lines_before_a_command_do_not_matter(before: str, command: str) -> None:
    assert parse(f"{before}\n{command}") == Command(name="review")


@given(st.text(alphabet=st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"]), min_size=1))
def test_a_longer_word_is_another_word(tail: str) -> None:
    assert parse(f"/review{tail}") is None

"""What in a comment is a command, and what is not."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.core.commands import COMMANDS, Command, Mode, Parsed, UnknownCommand, Verb, parse_command, understand

PHRASES = ("flows summarize", "flows review")
BOT = "code-review-bot"


def parse(body: str) -> Parsed | None:
    return parse_command(body, phrases=PHRASES, name=BOT)


def understood(body: str) -> Command:
    command = parse(body)
    assert isinstance(command, Command), command
    return command


def hint(body: str) -> str:
    command = parse(body)
    assert isinstance(command, UnknownCommand), command
    return command.hint


@pytest.mark.parametrize(
    "body",
    [
        "/review",
        "/Review",
        "  /review  ",
        "/review\r\nplease, all of it\r\n",
        "\n\n   \n/review",
        "> what do you think?\n> really\n\n/review",
        "@code-review-bot review",
        "@Code-Review-Bot: review",
        "@code-review-bot[bot], /review",
        "@code-review-bot\nreview",
        "flows summarize",
        "Flows Review this, please",
        "flows review!",
    ],
)
def test_a_comment_asks_for_a_review(body: str) -> None:
    assert understood(body) == Command(verb=Verb.REVIEW, spoken="review")


@pytest.mark.parametrize(
    ("body", "mode", "paths"),
    [
        ("/review full", Mode.FULL, ()),
        ("/review Continue\nas you were", Mode.CONTINUE, ()),
        ("/review src/*.py", Mode.USUAL, ("src/*.py",)),
        ("/review  a.py\tb.py", Mode.USUAL, ("a.py", "b.py")),
        ("/review full 'a b.py' “c d.md” `Makefile`", Mode.FULL, ("a b.py", "c d.md", "Makefile")),
        (r"/review dir\file.py ''", Mode.USUAL, (r"dir\file.py",)),
    ],
)
def test_a_review_has_a_mode_and_paths(body: str, mode: Mode, paths: tuple[str, ...]) -> None:
    command = understood(body)
    assert (command.verb, command.mode, command.paths) == (Verb.REVIEW, mode, paths)


@pytest.mark.parametrize(
    ("body", "verb", "text"),
    [
        ("/ask why twice?\n\n    code\n> quote", Verb.ASK, "why twice?\n\n    code"),
        ("/ask why?\n```\n> code\n```", Verb.ASK, "why?\n```\n> code\n```"),
        ("/ask\nwhy?", Verb.ASK, "why?"),
        ("> a remark\n/ask why?", Verb.ASK, "why?"),
        ("/explain", Verb.EXPLAIN, ""),
        ("/explain in short", Verb.EXPLAIN, "in short"),
        ("/dismiss that is\nmeant so", Verb.DISMISS, "that is\nmeant so"),
        ("/learned", Verb.LEARNED, ""),
        ("/learned so far?", Verb.LEARNED, ""),
        ("/pause for now", Verb.PAUSE, ""),
        ("/resume", Verb.RESUME, ""),
        ("/summary, please", Verb.SUMMARY, ""),
        ("/summary please", Verb.SUMMARY, ""),
        ("/help", Verb.HELP, ""),
    ],
)
def test_each_command_takes_what_it_needs(body: str, verb: Verb, text: str) -> None:
    assert (understood(body).verb, understood(body).text) == (verb, text)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("/forget 12", ("12",)),
        ("/forget #12, `d3` and 12, please", ("12", "d3")),
        ("/forget D3 012.", ("d3", "12")),
        ("@code-review-bot please forget [7]", ("7",)),
        ("/forget entries 1 2 3 of the list", ("1", "2", "3")),
    ],
)
def test_entries_are_forgotten_by_their_ids(body: str, ids: tuple[str, ...]) -> None:
    command = understood(body)
    assert (command.verb, command.ids) == (Verb.FORGET, ids)


@pytest.mark.parametrize("body", ["/forget", "/forget it", "/forget everything", "/forget 0", "/forget x12"])
def test_without_ids_nothing_is_forgotten(body: str) -> None:
    command = parse(body)
    assert isinstance(command, UnknownCommand)
    assert "needs the IDs that `/learned` lists" in command.hint


def test_only_so_many_are_forgotten_at_once() -> None:
    command = parse("/forget " + " ".join(map(str, range(1, 150))))
    assert isinstance(command, UnknownCommand)
    assert "at most 100" in command.hint


def test_the_configuration_is_shown_for_a_path() -> None:
    assert understood("/config").paths == ()
    assert understood("/config 'a b.py'").paths == ("a b.py",)


@pytest.mark.parametrize(
    "body", ["what does this do?", "why?", "please have a look", "tell me\nwhat it does"]
)
def test_free_text_behind_the_name_is_a_question(body: str) -> None:
    command = understood(f"@code-review-bot {body}")
    assert (command.verb, command.text) == (Verb.ASK, body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("@code-review-bot frobnicate", "unknown command `/frobnicate`. `/help` lists the commands."),
        ("@code-review-bot reviw now", "Did you mean `/review`?"),
        ("@code-review-bot `x` @acme/all", "unknown command"),
        ("/reveiw", "Did you mean `/review`?"),
        ("/Sumary", "Did you mean `/summary`?"),
        ("/explan this", "Did you mean `/explain`?"),
        ("/ask", "`/ask` needs a question"),
        ("/review fulll", "`/review` has no option `fulll`. Did you mean `/review full`?"),
        ("/review --deep", "`/review` has no option `--deep`"),
        ("/review don't", "nothing was done, because `don't` follows"),
        ("/summary do not", "write `/summary` alone"),
        ("/reviews", "Did you mean `/review`?"),
        ("/review full continue", "not both"),
        ("/review continue a.py", "accepts no paths"),
        ("/config a.py b.py", "accepts one path"),
    ],
)
def test_what_was_meant_for_the_bot_and_is_no_command_gets_a_hint(body: str, words: str) -> None:
    assert words in hint(body)
    assert "@acme/all" not in hint(body).replace("`@acme/all`", "")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   \n\t\n",
        "/reviewer",
        "/review-all",
        "/preview",
        "/deploy",
        "/task",
        "/assign @mira",
        "/helm",
        "/rebase",
        "/retest",
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
        "@code-review-bot",
        "@code-review-bot,",
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


def test_every_command_is_in_the_table() -> None:
    assert set(COMMANDS) == set(Verb)
    for verb, entry in COMMANDS.items():
        assert entry.form.split()[0] == f"/{verb}"


SPOKEN = st.one_of(
    st.text(),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["/", f"@{BOT} ", f"@{BOT}: /", "flows "]),
        st.sampled_from([*Verb, "reviw", "frob", "why is this so"]),
        st.text(alphabet=" \n\t'\"\\#abc?full*/", max_size=20),
    ),
)


@given(SPOKEN)
def test_what_was_spoken_is_understood_again_in_the_same_way(body: str) -> None:
    command = parse(body)
    assert command is None or understand(command.spoken) == command


@given(st.text())
def test_anything_spoken_is_understood_or_gets_a_hint(spoken: str) -> None:
    known = understand(spoken)
    assert isinstance(known, Command) or known.hint


@given(st.builds("{}{}".format, st.sampled_from("aé1(|"), st.text()))
def test_prose_before_a_command_hides_it(prose: str) -> None:
    assert parse(f"{prose}\n/review") is None


@given(
    st.sampled_from(sorted(Verb)), st.text(max_size=30), st.sampled_from(["```\n", "    ", "> ", "~~~sh\n"])
)
def test_a_command_in_a_quotation_or_in_code_is_none(verb: str, rest: str, before: str) -> None:
    line = " ".join(rest.splitlines())
    assert parse(f"{before}/{verb} {line}") is None
    assert parse(f"{before}@{BOT} {verb} {line}") is None


@given(st.text(alphabet=" \t\n\r>", max_size=20), st.sampled_from(["/review", "flows review"]))
def test_quotes_and_blank_lines_before_a_command_do_not_matter(before: str, command: str) -> None:
    assert understood(f"{before}\n{command}").verb is Verb.REVIEW


@given(st.text(alphabet=st.characters(categories=["L", "N", "M"]) | st.sampled_from("-_/"), min_size=1))
@example("\ufe70")  # becomes a blank and a mark where letters are brought into their usual form
def test_a_longer_word_is_another_word(tail: str) -> None:
    assume(tail.strip("-_"))
    parsed = parse(f"/review{tail}")
    assert parsed is None or (isinstance(parsed, UnknownCommand) and tail.lower() == "s")

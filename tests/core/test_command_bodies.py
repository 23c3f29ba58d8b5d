"""Comments as people write them, and what each of them means; how they are written must not matter."""

import time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import Command, Mode, Parsed, UnknownCommand, Verb, parse_command, understand

BOT = "review-bot"
MAIL = (
    "\n\nOn Mon, Nov 3, 2025 at 10:00 AM octocat ***@***.***>\nwrote:\n\n> **octocat** said\n> secret\n"
    "\n—\nReply to this email directly, view it on GitHub\n<https://github.com/acme/shop/pull/7>, or leave.\n"
    "You are receiving this because you were mentioned.Message ID: ***@***.***>\n"
)


class Meant(NamedTuple):
    """What a body means. `paths`, `text` and `candidates` are those of the command."""

    verb: Verb
    mode: Mode = Mode.USUAL
    paths: tuple[str, ...] = ()
    text: str = ""
    candidates: tuple[str, ...] = ()


REVIEW = Meant(Verb.REVIEW)
FULL = Meant(Verb.REVIEW, Mode.FULL)
CONTINUE = Meant(Verb.REVIEW, Mode.CONTINUE)
WHY = Meant(Verb.ASK, text="why?")


def files(*paths: str, mode: Mode = Mode.USUAL) -> Meant:
    return Meant(Verb.REVIEW, mode, paths)


def perhaps(*candidates: str, mode: Mode = Mode.USUAL) -> Meant:
    return Meant(Verb.REVIEW, mode, candidates=candidates)


COMMANDS: list[tuple[str, Meant]] = [
    ("/review", REVIEW),
    ("/Review", REVIEW),
    ("/REVIEW please", REVIEW),
    ("/review please", REVIEW),
    ("/review pls, thanks!", REVIEW),
    ("/review.", REVIEW),
    ("/review!", REVIEW),
    ("/review!!!", REVIEW),
    ("/review?", REVIEW),
    ("/review…", REVIEW),
    ("/review, thanks", REVIEW),
    ("/review,thanks", REVIEW),
    ("/review: all of it", REVIEW),
    ("/review - please", REVIEW),
    ("/review — please", REVIEW),
    ("/review🙏", REVIEW),
    ("/review :pray:", REVIEW),
    ("/review。", REVIEW),
    ("/review，谢谢", REVIEW),  # noqa: RUF001 - Chinese
    ("/review\r\n\r\nthanks\r\n", REVIEW),
    ("/review\nsrc/a.py has changed", REVIEW),
    ("**/review**", REVIEW),
    ("__/review__", REVIEW),
    ("_/review_", REVIEW),
    ("*/review*", REVIEW),
    ("***/review*** please", REVIEW),
    ("`/review`", REVIEW),
    ("`/review` please", REVIEW),
    ("``/review``", REVIEW),
    ("```/review```", REVIEW),
    ("**`/review`**", REVIEW),
    ("**/review please**", REVIEW),
    ("- /review", REVIEW),
    ("* /review", REVIEW),
    ("1. /review", REVIEW),
    ("# /review", REVIEW),
    ("- **/review** please", REVIEW),
    ("\u200b/review", REVIEW),
    ("\ufeff/review", REVIEW),
    ("\u00a0/review", REVIEW),
    ("\u200e\u2060 /review", REVIEW),
    ("/review\u200b", REVIEW),
    ("/ review", REVIEW),
    ("\\/review", REVIEW),
    ("／review", REVIEW),  # noqa: RUF001 - as keyboards for Chinese and Japanese write it
    ("／ｒｅｖｉｅｗ", REVIEW),  # noqa: RUF001 - the same
    ("<!-- a template's hint -->\n/review", REVIEW),
    ("<!-- one -->\n\n<!-- two\nlines -->\n/review full", FULL),
    ("> what he said\n> and so on\n\n/review", REVIEW),
    ("On Mon, Nov 3, 2025 at 10:00 AM Max <max@example.com> wrote:\n> text\n\n/review", REVIEW),
    (f"/review{MAIL}", REVIEW),
    ("/review this again, I fixed src/stock.py", REVIEW),
    ("/review the change in src/stock.py please", REVIEW),
    ("/review src/stock.py is broken", REVIEW),
    ("/review https://github.com/acme/shop/pull/7", REVIEW),
    ("/review docs", REVIEW),
    ("/review it's ready, don't you think?", REVIEW),
    ("/review no rush", REVIEW),
    ("/review the full change", REVIEW),
    ("/review full", FULL),
    ("/review Full!", FULL),
    ("/review please full", FULL),
    ("/review in full", FULL),
    ("/review --full", FULL),
    ("/review —full", FULL),
    ("/review –full", FULL),  # noqa: RUF001 - as some editors change two dashes
    ("/review—full", FULL),
    ("/review this again --full", FULL),
    ("**/review full**", FULL),
    ("/review continue", CONTINUE),
    ("/review --continue please", CONTINUE),
    ("/review continue with the rest", CONTINUE),
    ("/review src/a.py", files("src/a.py")),
    ("/review src/a.py.", files("src/a.py")),
    ("/review src/a.py and src/b.py", files("src/a.py", "src/b.py")),
    ("/review src/a.py, src/b.py", files("src/a.py", "src/b.py")),
    ("/review src/a.py,src/b.py", files("src/a.py", "src/b.py")),
    ("/review `src/a.py` & `src/b.py`", files("src/a.py", "src/b.py")),
    ("/review only the file src/a.py please", files("src/a.py")),
    ("/review **src/a.py**", files("src/a.py")),
    ("/review (src/a.py)", files("src/a.py")),
    ("/review src/a.py:10-20", files("src/a.py")),
    ("/review docs/", files("docs/")),
    ("/review *.py", files("*.py")),
    ("/review **/*.sql", files("**/*.sql")),
    ("/review .gitignore", files(".gitignore")),
    ("/review 'a file.txt' \"another.txt\"", files("a file.txt", "another.txt")),
    ("/review 'Makefile'", files("Makefile")),
    ("/review full src/a.py", files("src/a.py", mode=Mode.FULL)),
    ("/review src/a.py --full", files("src/a.py", mode=Mode.FULL)),
    ("/review @alice", REVIEW),
    ("/review @acme/backend please", REVIEW),
    ("/review @dependabot[bot]", REVIEW),
    (f"/review @{BOT}[bot], thanks", REVIEW),
    ("/review cc @alice, @acme/backend", REVIEW),
    ("/review @acme/backend full", FULL),
    ("/review src/a.py @acme/backend", files("src/a.py")),
    ("/review @types/index.d.ts", files("@types/index.d.ts")),
    ("/review @acme/ui/", files("@acme/ui/")),
    ("/review '@acme/ui'", files("@acme/ui")),
    ("/review and /summary", REVIEW),
    ("/review && /help", REVIEW),
    ("/review, /Pause", REVIEW),
    ("/review src/a.py and /summary", files("src/a.py")),
    ("/review /src/a.py", files("/src/a.py")),
    ("/review client/server", perhaps("client/server")),
    ("/review the CI/CD", perhaps("CI/CD")),
    ("/review n/a", perhaps("n/a")),
    ("/review w/", perhaps("w/")),
    ("/review \\o/", perhaps("\\o/")),
    ("/review 24/7", perhaps("24/7")),
    ("/review acme/shop#1", perhaps("acme/shop#1")),
    ("/review acme/shop@c0ffee1", perhaps("acme/shop@c0ffee1")),
    ("/review me@example.com", perhaps("me@example.com")),
    ("/review logo@2x.png", perhaps("logo@2x.png")),
    ("/review [urgent]", perhaps("[urgent]")),
    ("/review **only this**", perhaps("**only", "this**")),
    ("/review /retest", perhaps("/retest")),
    ("/review full src/core", perhaps("src/core", mode=Mode.FULL)),
    ("/review continue n/a", CONTINUE),
    ("/review src/a.py src/core", files("src/a.py", "src/core")),
    ("/review the CI/CD is broken", REVIEW),
    (f"@{BOT} review", REVIEW),
    (f"@{BOT} review this please", REVIEW),
    (f"@{BOT}, please review this", REVIEW),
    (f"@{BOT} can you review this?", REVIEW),
    (f"@{BOT} `/review`", REVIEW),
    (f"**@{BOT}** /review", REVIEW),
    (f"Hey @{BOT}, review please", REVIEW),
    (f"@{BOT}:/review", REVIEW),
    (f"@{BOT},review", REVIEW),
    (f"@{BOT}!review", REVIEW),
    (f"@{BOT}：/review", REVIEW),  # noqa: RUF001 - Chinese
    (f"@{BOT}，请 review", REVIEW),  # noqa: RUF001 - the same
    (f"@{BOT} 请review一下", REVIEW),
    (f"@{BOT}请 review", REVIEW),
    (f"＠{BOT} review", REVIEW),  # noqa: RUF001 - a wide sign
    (f"@{BOT}、/review", REVIEW),
    (f"@{BOT} - review", REVIEW),
    (f"@{BOT} -> review", REVIEW),
    (f"@{BOT}—review", REVIEW),
    (f"@{BOT}🙏 review", REVIEW),
    (f"@{BOT} 👋 review please", REVIEW),
    (f"@{BOT} :wave: review please", REVIEW),
    (f'@{BOT} "review"', REVIEW),
    (f"@{BOT} “review”", REVIEW),
    (f"@{BOT} 「review」", REVIEW),
    (f"@{BOT} 'review', please", REVIEW),
    (f"@{BOT} (review)", REVIEW),
    (f'@{BOT}: "/review full".', FULL),
    (f'@{BOT} "please review"', REVIEW),
    (f"@{BOT} thanks, review again", REVIEW),
    (f"@{BOT} thanks!\nreview", REVIEW),
    (f"@{BOT}\n\nplease\n\nreview full", FULL),
    (f"@{BOT} bitte review", REVIEW),
    (f"@{BOT} por favor, review", REVIEW),
    (f"Hallo @{BOT}, review bitte", REVIEW),
    (f"你好，@{BOT} review", REVIEW),  # noqa: RUF001 - Chinese
    (f"@{BOT} thanks, can you explain this", Meant(Verb.EXPLAIN, text="this")),
    (f"@{BOT} thanks, but why is it locked?", Meant(Verb.ASK, text="thanks, but why is it locked?")),
    (f"@{BOT} ¿por qué?", Meant(Verb.ASK, text="¿por qué?")),
    (f"@{BOT} .env is in git, why?", Meant(Verb.ASK, text=".env is in git, why?")),
    (f"@{BOT} wait, why?", Meant(Verb.ASK, text="wait, why?")),
    (f"@{BOT} 为什么？", Meant(Verb.ASK, text="为什么？")),  # noqa: RUF001 - Chinese
    (f"@{BOT}: why?", Meant(Verb.ASK, text="why?")),
    ("/ask why?", WHY),
    ("/ask: why?", WHY),
    ("**/ask** why?", WHY),
    ("/ask\nwhy?", WHY),
    (f"/ask why?{MAIL}", WHY),
    ("/ask why?\n\n-- \nMax Muster\nHead of Things", WHY),
    ("/ask why?\n\nSent from my iPhone", WHY),
    ("/explain.", Meant(Verb.EXPLAIN)),
    ("/explain, as to a child", Meant(Verb.EXPLAIN, text="as to a child")),
    ("/dismiss: it is meant so\n\nVon meinem iPhone gesendet", Meant(Verb.DISMISS, text="it is meant so")),
    ("/pause.", Meant(Verb.PAUSE)),
    ("/pause for today, please", Meant(Verb.PAUSE)),
    ("/resume, thanks", Meant(Verb.RESUME)),
    ("/summary!", Meant(Verb.SUMMARY)),
    ("/config please", Meant(Verb.CONFIG)),
    ("/config for src/a.py", Meant(Verb.CONFIG, paths=("src/a.py",))),
    ("/config Makefile", Meant(Verb.CONFIG, paths=("Makefile",))),
    ("/config src/core", Meant(Verb.CONFIG, paths=("src/core",))),
    ("/config @acme/backend", Meant(Verb.CONFIG)),
    ("/config src/a.py and/or me", Meant(Verb.CONFIG, paths=("src/a.py",))),
    ("/help?", Meant(Verb.HELP)),
]
HINTS = [
    ("/review don't", "`don't`"),
    ("/review don’t run yet", "`don't`"),  # noqa: RUF001 - as telephones write it
    ("/review do not", "`do not`"),
    ("/pause never", "`never`"),
    ("/reviews", "Did you mean `/review`?"),
    ("/reviw.", "Did you mean `/review`?"),
    ("/review fulll", "Did you mean `/review full`?"),
    ("/review --deep", "has no option `--deep`"),
    ("/review full continue", "not both"),
    (f"@{BOT} thanks, reviw again", "unknown command"),
    (f"@{BOT} please don't review this now", "unknown command"),
    (f'@{BOT} "reviw"', "unknown command"),
]
REFUSED = [
    "please don't",
    "please, don’t!",  # noqa: RUF001 - as telephones write it
    "pls dont",
    "🙏 don't",
    "sorry, don't",
    "please do not",
    "nicht reviewen",
    "please don't waste tokens on this",
    "isn't needed",
    "this isn't needed anymore",
    "a review is not necessary",
    "it doesn't need a review",
    "not needed, thanks",
    "no need",
    "no",
    "no, thanks!",
    "no longer needed",
    "not today please",
    "cancel",
    "please cancel this",
    "cancel that, sorry",
    "nevermind",
    "never mind.",
    "oops, never mind",
    "on second thought, no",
    "I changed my mind",
    "stop",
    "wait",
    "hold on",
    "later please",
    "skip it",
    "forget about it",
    "ignore this",
    "please wait!",
    "bitte nicht",
    "bitte noch nicht",
    "nicht nötig, danke",
    "doch nicht",
    "nein",
    "bitte abbrechen",
    "pas maintenant",
    "s'il vous plaît non",
    "ce n'est pas nécessaire",
    "non merci",
    "annuler",
    "por favor no",
    "todavía no",
    "no hace falta",
    "cancelar por favor",
    "ainda não",
    "non ora, grazie",
    "niet nodig",
    "proszę nie",
    "jeszcze nie",
    "nie trzeba",
    "inte nu tack",
    "ikke ennå",
    "ei vielä",
    "ještě ne",
    "пожалуйста, не надо",
    "пока не нужно",
    "ще не треба",
    "gerek yok",
    "şimdi değil",
    "不用了，谢谢",  # noqa: RUF001 - Chinese
    "请先不要review",
    "unnecessary",
    "this is unnecessary",
    "by mistake, sorry",
    "I take that back",
    "won't be needed",
    "nö",
    "unnötig",
    "lass mal",
    "brauchst du nicht",
    "laisse tomber",
    "lascia perdere",
    "laat maar",
    "no lo hagas",
    "しなくていいです",
    "안 해도 돼요",
    "取消",
    "今はしないでください",
    "하지 마세요",
    "필요 없어요",
]
NOT_REFUSED = [
    "no rush",
    "no hurry, thanks",
    "not urgent",
    "nicht eilig",
    "it's ready, don't you think?",
    "great, isn't it?",
    "it's ready, no?",
    "why not",
    "if you don't mind",
    "can't wait!",
    "this needs it",
    "this does need a review",
    "again, the first one didn't work",
    "again, I did not see the typo",
    "the code that does not compile",
    "this, but don't merge it before Monday",
    "thanks, don't worry about the tests",
    "please don't forget the tests",
    "cancel_order and its tests",
    "the cancel button",
    "stop words again",
    "what was not reviewed",
    "now, wait for the tests first",
    "whether the lock is not needed by the readers",
    "the unnecessary lock",
    "the build was not run yet",
    "nu",
    "it again, that is not right",
    "this was not reviewed yet",
    "still no reviews of the docs",
    "不错",
]
NOTHING = [
    "looks good",
    "see /review",
    "I ran /review yesterday",
    "please run `/review`",
    f"thanks @{BOT}, nice",
    "/reviewer",
    "/review-all",
    "/review_all",
    "/review/foo.py",
    "/review/",
    "/review.py",
    "/review:foo",
    "/preview",
    "/path/to/file",
    "~~/review~~",
    "- [ ] /review",
    "`/review",
    "(/review)",
    '"/review"',
    "> /review",
    ">/review",
    "> > /review",
    "```\n/review\n```",
    "~~~\n/review\n~~~",
    "    /review",
    "\t/review",
    "<!-- /review -->",
    "<!-- /review",
    "<details>\n/review\n</details>",
    "On Mon, Nov 3, 2025 at 10:00 AM Max <max@example.com> wrote:\n\n/review",
    "-- \n/review",
    f"Hello{MAIL}/review",
    f"@{BOT}'s review was good",
    f"@{BOT}’s review was good",  # noqa: RUF001 - as telephones write it
    f"@{BOT}/team review",
    f"@{BOT}.com review",
    f"@{BOT}-2 review",
    f"hi@{BOT} review",
    f"@{BOT}\n\n    /review",
    f"@{BOT}\n```\n/review\n```",
    f"@{BOT} thanks!",
    f"@{BOT} please",
    f"@{BOT} 🙏",
    f"@{BOT}!!",
    f"@{BOT} ?",
    f"@{BOT} :+1:",
    f"@{BOT} hi",
    f"@{BOT}, merci beaucoup !",
    f"@{BOT} 谢谢",
    f"@{BOT} thanks for the review",
    f"@{BOT} thank you so much for the thorough review!",
    f"@{BOT} thanks! 🎉",
    f"@{BOT} thx, nice catch",
    f"@{BOT} 👍 thanks a lot",
    f"@{BOT} thank you, looks good now",
    f"@{BOT} (please)",
    f"@{BOT} good bot!",
    f"@{BOT} LGTM",
    f"@{BOT} great review, well done!",
    f"@{BOT} danke für die Hinweise, sehr hilfreich",
    "",
    "\u200b",
]


def meaning(body: str) -> Meant | None:
    command = parse(body)
    if isinstance(command, Command):
        return Meant(command.verb, command.mode, command.paths, command.text, command.candidates)
    assert command is None
    return None


def parse(body: str) -> Parsed | None:
    return parse_command(body, phrases=("flows review",), name=BOT)


@pytest.mark.parametrize(("body", "meant"), COMMANDS)
def test_a_comment_is_understood_as_it_is_meant(body: str, meant: Meant) -> None:
    command = parse(body)

    assert isinstance(command, Command), command
    assert meaning(body) == meant
    assert understand(command.spoken) == command


@pytest.mark.parametrize(("body", "words"), HINTS)
def test_what_cannot_be_done_gets_a_hint(body: str, words: str) -> None:
    command = parse(body)

    assert isinstance(command, UnknownCommand), command
    assert words in command.hint
    assert understand(command.spoken) == command


@pytest.mark.parametrize("verb", ["review", "summary", "resume"])
@pytest.mark.parametrize("remark", REFUSED)
def test_a_remark_that_takes_the_command_back_is_heard(verb: str, remark: str) -> None:
    command = parse(f"/{verb} {remark}")

    assert isinstance(command, UnknownCommand), command
    assert "nothing was done" in command.hint
    assert understand(command.spoken) == command


@given(
    st.sampled_from(["don't", "not needed", "cancel", "nevermind", "no", "bitte nicht", "取消"]),
    st.sampled_from(["", "please ", "Please, ", "pls ", "🙏 ", "sorry, ", "bitte ", "hi, "]),
    st.sampled_from(["", ".", "!", " please", ", thanks!", " 🙏", "\nthanks"]),
)
def test_courtesy_never_hides_a_refusal(remark: str, before: str, behind: str) -> None:
    assert isinstance(parse(f"/review {before}{remark}{behind}"), UnknownCommand)


@pytest.mark.parametrize("remark", NOT_REFUSED)
def test_a_remark_with_a_negation_in_it_is_no_refusal(remark: str) -> None:
    command = parse(f"/review {remark}")

    assert isinstance(command, Command), command
    assert not command.paths


@pytest.mark.parametrize(
    ("body", "verb"),
    [
        ("/pause wait", Verb.PAUSE),
        ("/pause not ready yet", Verb.PAUSE),
        ("/pause stop", Verb.PAUSE),
        ("/explain cancel", Verb.EXPLAIN),
        ("/explain why this is not needed", Verb.EXPLAIN),
        ("/ask don't we need a lock?", Verb.ASK),
        ("/ask no lock, no problem?", Verb.ASK),
        ("/config stop", Verb.CONFIG),
        ("/dismiss not needed", Verb.DISMISS),
        ("/dismiss never mind", Verb.DISMISS),
    ],
)
def test_what_takes_back_one_command_may_belong_to_another(body: str, verb: Verb) -> None:
    command = parse(body)

    assert isinstance(command, Command), command
    assert command.verb is verb


@pytest.mark.parametrize("body", ["/ask never mind", "/explain please don't", "/config no", "/pause cancel"])
def test_a_plain_refusal_takes_back_any_command(body: str) -> None:
    assert isinstance(parse(body), UnknownCommand)


@pytest.mark.parametrize("body", NOTHING)
def test_what_asks_for_nothing_is_left_alone(body: str) -> None:
    assert parse(body) is None


PLAIN = st.sampled_from(
    ["/review", "/review full", "/review src/a.py and src/b.py", "/summary", "/pause", f"@{BOT} review"]
)
AROUND = st.sampled_from(["{}", "**{}**", "__{}__", "*{}*", "`{}`", "**`{}`**", "***{}***", "``{}``"])
BEFORE = st.sampled_from(
    [
        "",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "## ",
        "\u200b",
        "\ufeff",
        "\u00a0",
        "<!-- x -->\n",
        "\n\n",
        "> y\n\n",
    ]
)
BEHIND = st.sampled_from(
    ["", ".", "!", " please", ", thanks", "\n\nthanks", "\r\n", "\n-- \nMax", MAIL, "\u200b"]
)


@given(PLAIN, AROUND, BEFORE, BEHIND)
def test_decoration_never_changes_what_is_meant(plain: str, around: str, before: str, behind: str) -> None:
    assert meaning(before + around.format(plain) + behind) == meaning(plain)


@given(PLAIN, AROUND, BEFORE)
def test_decoration_of_the_verb_alone_does_not_either(plain: str, around: str, before: str) -> None:
    verb, blank, rest = plain.partition(" ")

    assert meaning(before + around.format(verb) + blank + rest) == meaning(plain)


AWKWARD = [
    *("*", "_", "`", '"', "“a ", "(", ":", ".", "-", " -", "\n", "\n\n", " ", "\u200b", "<!--", "<!-- -->"),
    *(
        "> ",
        ">\n",
        "/",
        "@",
        "a",
        "a\n",
        "a:\n\n",
        "-- a",
        "____",
        "<a@",
        "x/",
        "```\n",
        "~~~ ",
        ":a",
        "::a:",
    ),
    *("thanks ", "请", "🙏", "no ", "してください", "iPhone\n\n", "Sendt iPhone\n<https://a>\n"),
    *("On 1:00 <a@b>:\n>\n", "On 2025 10:00\n", "From: a <b@c>\nSent: 2025 10:00\n"),
    *("A: 10:00 2025 <a@b>\n", "Sent from iPhone "),
]


def seconds(body: str) -> float:
    start = time.process_time()
    parse(body)
    return time.process_time() - start


@pytest.mark.parametrize("unit", AWKWARD)
@pytest.mark.parametrize("before", ["/review ", "/ask x\n\n", f"@{BOT} "])
def test_the_time_grows_with_the_length_alone(unit: str, before: str) -> None:
    short, long = (before + (unit * size)[:size] + "\n/review:" for size in (2**13, 2**16))

    assert seconds(long) < 16 * seconds(short) + 0.5


LOGINS = st.from_regex(r"[A-Za-z0-9]{1,12}(-[A-Za-z0-9]{1,12})?", fullmatch=True)


@given(
    st.sampled_from(["", "[bot]"]),
    st.sampled_from([" ", ": ", ":", ", ", ",", "!", "，", "：", "。", "、", " — ", "\n", "🙏", " - "]),  # noqa: RUF001
    st.sampled_from(["", "please ", "请", "hi, ", "bitte "]),
    st.sampled_from(["{}", '"{}"', "“{}”", "({})", "`{}`", "**{}**", "/{}"]),
    st.sampled_from(["", "!", " 🙏", ", thanks"]),
)
def test_a_mention_is_heard_however_it_is_set_off(
    bot: str, between: str, polite: str, around: str, behind: str
) -> None:
    assert meaning(f"@{BOT}{bot}{between}{polite}{around.format('review')}{behind}") == REVIEW


@given(LOGINS, st.sampled_from(["", "[bot]", "/team", "/a-team"]), st.sampled_from(["", "please ", "cc: "]))
def test_a_mention_is_never_a_path(login: str, behind: str, before: str) -> None:
    command = parse(f"/review {before}@{login}{behind}")

    assert isinstance(command, Command)
    assert command.paths == command.candidates == ()


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,9}", fullmatch=True), min_size=2, max_size=4))
def test_only_the_changes_tell_a_folder_from_words_with_a_slash(parts: list[str]) -> None:
    command = parse(f"/review {'/'.join(parts)}")

    assert isinstance(command, Command)
    assert not command.paths
    assert command.candidates == ("/".join(parts),)


@given(st.text(), st.sampled_from(["", "/review ", "/ask ", "/", f"@{BOT} "]))
def test_no_comment_breaks_the_parser(text: str, before: str) -> None:
    command = parse(before + text)

    assert command is None or understand(command.spoken) == command


@given(
    st.lists(
        st.sampled_from(
            ["/review", "/ask why?", "**/review**", "- /review", f"@{BOT} review", "flows review", "", "text"]
        )
    ),
    st.sampled_from(["> ", ">", " > ", ">> ", "> - "]),
)
def test_a_quotation_never_asks_for_anything(lines: list[str], mark: str) -> None:
    assert parse("\n".join(mark + line for line in lines)) is None


@given(
    st.lists(st.sampled_from(["/review", "/ask why?", "> /review", "", "- /review", f"@{BOT} review"])),
    st.sampled_from(["```", "````", "~~~", "```sh", "   ```"]),
    st.booleans(),
)
def test_code_in_fences_never_asks_for_anything(lines: list[str], fence: str, closed: bool) -> None:
    end = [fence.strip().rstrip("sh")] if closed else []

    assert parse("\n".join([fence, *lines, *end])) is None


@given(
    st.sampled_from(["", " please", ", thanks!", ":", " hi"]),
    st.sampled_from(["    {}", "```\n{}\n```", "~~~\n{}\n~~~", "> {}", ">> {}", "\t{}"]),
    st.sampled_from(["/review", "review", "please review", "/pause"]),
)
def test_code_and_quotations_below_a_mention_never_ask_for_anything(
    behind: str, around: str, words: str
) -> None:
    command = parse(f"@{BOT}{behind}\n\n{around.format(words)}")

    assert not isinstance(command, Command) or command.verb is Verb.ASK


@given(st.lists(st.sampled_from(["/review", "/review please", "/pause", "and so on"]), min_size=1))
def test_code_by_indentation_never_asks_for_anything(lines: list[str]) -> None:
    assert parse("\n".join(f"    {line}" for line in lines)) is None


@given(
    st.text(alphabet="abcdefgh ", min_size=1, max_size=30).filter(str.strip),
    st.sampled_from(["src/stock.py", "docs/", "*.py", "a.b"]),
)
def test_a_sentence_with_a_path_in_it_asks_for_the_whole_review(sentence: str, path: str) -> None:
    command = parse(f"/review this {sentence} {path}")

    assert isinstance(command, Command)
    assert command.paths == ()

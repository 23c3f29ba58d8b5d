"""The commands: their syntax, their help texts, and the parsed form."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.value import Value


class Verb(StrEnum):
    """The commands as users write them."""

    REVIEW = "review"
    SUMMARY = "summary"
    ASK = "ask"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    LEARNED = "learned"
    FORGET = "forget"
    PAUSE = "pause"
    RESUME = "resume"
    CONFIG = "config"
    HELP = "help"


class Mode(StrEnum):
    """How to review: with cached answers, from scratch, or only the files that the budget deferred."""

    USUAL = "usual"
    FULL = "full"
    CONTINUE = "continue"


class CommandSpec(Value):
    """A row of `/help`: the syntax (`form`) and the effect (`purpose`).

    `silent`: the command posts no new comment, so the bot confirms it with a reaction.
    """

    form: str
    purpose: str
    silent: bool = False


COMMANDS: Mapping[Verb, CommandSpec] = {
    Verb.REVIEW: CommandSpec(
        form="/review [full|continue] [path…]",
        purpose="Reviews the latest commit. `full`: from scratch, without cached answers; `continue`: the "
        "files that the budget deferred; paths (`src/a.py docs/ *.sql`): only these files.",
        silent=True,
    ),
    Verb.SUMMARY: CommandSpec(
        form="/summary", purpose="Summarizes the changes, without inline comments.", silent=True
    ),
    Verb.ASK: CommandSpec(
        form="/ask question", purpose="Answers a question about the change, or about the commented lines."
    ),
    Verb.EXPLAIN: CommandSpec(
        form="/explain [question]", purpose="Explains the commented lines, or the whole change."
    ),
    Verb.DISMISS: CommandSpec(
        form="/dismiss [reason]",
        purpose="In a thread of the bot: stops reporting that finding in this repository.",
    ),
    Verb.LEARNED: CommandSpec(
        form="/learned",
        purpose="Lists what the bot learned from replies to its findings, and the dismissed findings.",
        silent=True,
    ),
    Verb.FORGET: CommandSpec(
        form="/forget ID…",
        purpose="Takes back what `/learned` lists under these IDs: replies (`12`) and dismissals (`d3`).",
    ),
    Verb.PAUSE: CommandSpec(
        form="/pause",
        purpose="Pauses reviews of this pull request until `/resume`; commands still work.",
        silent=True,
    ),
    Verb.RESUME: CommandSpec(
        form="/resume",
        purpose="Ends the pause and reviews the latest commit if it has no review.",
        silent=True,
    ),
    Verb.CONFIG: CommandSpec(
        form="/config [path]",
        purpose="Shows the effective configuration of this repository, or of one file.",
        silent=True,
    ),
    Verb.HELP: CommandSpec(form="/help", purpose="Shows this list.", silent=True),
}


class Command(Value):
    """A parsed command. `paths` belong to `/review` and `/config`; `text` is the question of `/ask` and
    `/explain` or the reason of `/dismiss`, and `ids` are the entries of `/forget`. `spoken` is the original
    text from the verb on.

    `candidates` are arguments of `/review` that may be paths or plain words, such as `client/server`: they
    count as paths if the pull request changes matching files.
    """

    verb: Verb
    mode: Mode = Mode.USUAL
    paths: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    text: str = ""
    ids: tuple[str, ...] = ()
    spoken: str

    @property
    def is_whole_review(self) -> bool:
        """Whether the result goes into the summary comment and the check."""
        return self.verb in _REVIEWING and not self.paths


class UnknownCommand(Value):
    """A text for the bot that is not a valid command. `hint` is a sentence of Markdown for its author."""

    spoken: str
    hint: str


Parsed = Command | UnknownCommand

_REVIEWING = frozenset({Verb.REVIEW, Verb.SUMMARY, Verb.RESUME})

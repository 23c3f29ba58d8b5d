"""The commands themselves: how each is written, and what was understood of one."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.value import Value


class Verb(StrEnum):
    """The commands, as they are written."""

    REVIEW = "review"
    SUMMARY = "summary"
    ASK = "ask"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    PAUSE = "pause"
    RESUME = "resume"
    CONFIG = "config"
    HELP = "help"


class Mode(StrEnum):
    """How a review is to be made: with what is known already, all anew, or further than the budget went."""

    USUAL = "usual"
    FULL = "full"
    CONTINUE = "continue"


class CommandSpec(Value):
    """A line of `/help`. `form` is how the command is written, `purpose` what it does.

    `silent`: nothing new is said, or an older comment is changed, so a reaction says that it is done.
    """

    form: str
    purpose: str
    silent: bool = False


COMMANDS: Mapping[Verb, CommandSpec] = {
    Verb.REVIEW: CommandSpec(
        form="/review [full|continue] [path…]",
        purpose="Reviews the latest commit. `full`: anew, without earlier answers; `continue`: what the "
        "budget left out; with a list of paths (`src/a.py docs/ *.sql`): these files only.",
        silent=True,
    ),
    Verb.SUMMARY: CommandSpec(
        form="/summary", purpose="Sums up the changes, without comments on lines.", silent=True
    ),
    Verb.ASK: CommandSpec(form="/ask question", purpose="Answers a question, here or on lines of the diff."),
    Verb.EXPLAIN: CommandSpec(
        form="/explain [question]", purpose="Explains the lines that it is written on, or the whole change."
    ),
    Verb.DISMISS: CommandSpec(
        form="/dismiss [reason]",
        purpose="In a thread of mine: that finding is not raised again in this repository.",
    ),
    Verb.PAUSE: CommandSpec(
        form="/pause",
        purpose="Stops reviews of this pull request until `/resume`; commands still work.",
        silent=True,
    ),
    Verb.RESUME: CommandSpec(
        form="/resume",
        purpose="Ends the pause, and reviews the latest commit if it has no review.",
        silent=True,
    ),
    Verb.CONFIG: CommandSpec(
        form="/config [path]",
        purpose="Shows the configuration that holds here, or for one file.",
        silent=True,
    ),
    Verb.HELP: CommandSpec(form="/help", purpose="Shows this list.", silent=True),
}


class Command(Value):
    """A command that was understood. `paths` are those of `/review` and `/config`, `text` is the question of
    `/ask` and `/explain` or the reason of `/dismiss`. `spoken` is what was written, from the verb on.

    `candidates` stand behind `/review` and may be paths or plain words, such as `client/server`: they are
    paths where the pull request changes files there.
    """

    verb: Verb
    mode: Mode = Mode.USUAL
    paths: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    text: str = ""
    spoken: str

    @property
    def is_whole_review(self) -> bool:
        """Whether what comes of it stands in the summary comment and the check."""
        return self.verb in _REVIEWING and not self.paths


class UnknownCommand(Value):
    """Meant for the bot, but no command. `hint` is one sentence of Markdown for whoever wrote it."""

    spoken: str
    hint: str


Parsed = Command | UnknownCommand

_REVIEWING = frozenset({Verb.REVIEW, Verb.SUMMARY, Verb.RESUME})

"""Records for the bot's comments and reactions on a pull request."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from bot.core.errors import Refused
from bot.core.review import Side
from bot.core.value import Value

OWN_MARKER = "<!-- code-review-bot:"
"""Start of the hidden marker in every comment of the bot."""


class MarkedText(NamedTuple):
    """A text that the bot posts. `body` contains `marker`, a hidden comment that makes posting idempotent."""

    marker: str
    body: str


class Comment(Value):
    """A comment in the conversation of a pull request."""

    id: int
    author: str
    body: str


class InlineComment(Value):
    """A comment on lines `line` to `end` (from 1, both included) of one side of the diff.

    `whole`: on the file itself, whatever the lines.
    """

    path: str
    line: int = Field(ge=1)
    end: int = Field(ge=1)
    side: Side
    body: str
    whole: bool = False


class PostingResult(NamedTuple):
    """The result of posting inline comments: those that GitHub `refused`, and an `error` if the cause was not
    their position. `unblocked` is the error of a failed request for changes.
    """

    refused: Sequence[InlineComment] = ()
    error: Refused | None = None
    unblocked: Refused | None = None


class Reaction(StrEnum):
    """Reactions, in the spelling of GitHub's API."""

    REFUSED = "-1"
    SEEN = "eyes"
    DONE = "rocket"
    CONFUSED = "confused"

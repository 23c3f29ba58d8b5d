"""What the bot writes on a pull request."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from bot.core.errors import Refused
from bot.core.review import Side
from bot.core.value import Value

OWN_MARKER = "<!-- code-review-bot:"
"""Every comment of the bot carries a hidden marker that begins like this."""


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
    """What became of comments on lines: those that GitHub did not take, and `error`, why, where it was not
    for the place of each. `unblocked`: why changes could not be requested, where they were to be.
    """

    refused: Sequence[InlineComment] = ()
    error: Refused | None = None
    unblocked: Refused | None = None


class Reaction(StrEnum):
    """Reactions, as GitHub's API spells them."""

    REFUSED = "-1"
    SEEN = "eyes"
    DONE = "rocket"
    CONFUSED = "confused"

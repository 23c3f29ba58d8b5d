"""The review threads of the bot, with the reactions of people to them."""

from pydantic import Field

from bot.core.review import Side, ThreadRemark
from bot.core.value import Value


class ThreadReply(ThreadRemark):
    """A reply in a thread. `comment` is its id, None if GitHub does not tell it."""

    comment: int | None = None


class Thread(Value):
    """A thread that the bot started. `id` is its GraphQL id, `comment` the id of its first comment and `node`
    that comment's GraphQL id; `body` is the text of the first comment.

    `line` is None if a push has made it outdated, or if it is on the whole file. `resolver` is the login of
    the person who resolved it; `dislikes` are the logins with a 👎 on the first comment. `replies` are the
    latest ones, the oldest of them first; `whole`: all of them.
    """

    id: str
    comment: int
    node: str
    path: str
    line: int | None = None
    side: Side = Side.RIGHT
    body: str
    resolved: bool = False
    resolver: str | None = None
    minimised: bool = False
    dislikes: tuple[str, ...] = ()
    replies: tuple[ThreadReply, ...] = ()
    whole: bool = True


class LineContext(Value):
    """The lines and the thread of an inline comment, whether the bot (`own`) or a person started the thread.

    `first` is the id of the thread's first comment, `body` its text. `remarks` holds all comments, the oldest
    first.
    """

    first: int
    path: str
    line: int | None = Field(default=None, ge=1)
    end: int | None = Field(default=None, ge=1)
    side: Side = Side.RIGHT
    body: str
    own: bool
    remarks: tuple[ThreadRemark, ...] = ()

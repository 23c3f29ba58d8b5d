"""The bot's threads on the lines of a pull request, and what people made of them."""

from pydantic import Field

from bot.core.review import Side, ThreadRemark
from bot.core.value import Value


class Thread(Value):
    """A thread that the bot began. `id` is GitHub's name for it (GraphQL), `comment` the id of its first
    comment and `node` that comment's GraphQL name; `body` is the first comment's text.

    `line` is None once a push has moved it off the diff, or when it is on the whole file. `resolver` is the
    login of who resolved it; `dislikes` are the logins of those who gave the first comment a 👎.
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
    replies: tuple[ThreadRemark, ...] = ()


class LineContext(Value):
    """What a comment on lines is about, and what was said in its thread: of whoever began it.

    `first` is the id of the thread's first comment. `remarks` holds all of them, the first included, the
    oldest first.
    """

    first: int
    path: str
    line: int | None = Field(default=None, ge=1)
    end: int | None = Field(default=None, ge=1)
    side: Side = Side.RIGHT
    body: str
    own: bool
    remarks: tuple[ThreadRemark, ...] = ()

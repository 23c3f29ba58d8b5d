"""What the control API takes, key by key. Unknown keys and wrong types are errors."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from bot.core.value import Value
from bot.simulator.state import Permission

FullName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}(\[bot\])?$")]

_TEN_YEARS = 315_360_000  # seconds


class Order(Value):
    model_config = ConfigDict(strict=True)


class NewCommit(Order):
    """`diff` is what `git diff` or `git format-patch` prints."""

    message: str
    diff: str = Field(min_length=1)


class OpenPull(Order):
    """`branch` names the head's branch; `fork` puts it in the author's fork."""

    repository: FullName
    title: str
    body: str | None = None
    author: Login = "octocat"
    private: bool = False
    commits: list[NewCommit] = Field(min_length=1)
    draft: bool = False
    fork: bool = False
    branch: str = Field(default="", max_length=200)


class Push(NewCommit):
    """`author` is the pull's unless named; `force` puts the commit in place of all the pull has."""

    author: Login | None = None
    force: bool = False


class Say(Order):
    """`permission` is what the user has in the repository from now on; None leaves it as it is."""

    user: Login
    permission: Permission | None = None
    body: str


class Permit(Order):
    repository: FullName
    user: Login
    permission: Permission


class WriteFile(Order):
    """Puts a file on the default branch, which pulls opened from now on begin with."""

    repository: FullName
    path: str = Field(min_length=1)
    text: str


class SetClock(Order):
    """GitHub's clock shows the true time and `offset` seconds, until it is set again."""

    offset: float = Field(ge=-_TEN_YEARS, le=_TEN_YEARS)

"""A finished review with what the reader should know of its making."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from bot.core.change import Change, File
from bot.core.channels import DisabledChannel
from bot.core.config.problem import ConfigProblem
from bot.core.findings.tracking import TrackedFinding
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.messages import Usage
from bot.core.review import Finding, Review
from bot.core.value import Value


class Report(Value):
    """`url` is the pull request's page, empty for a diff that comes from nowhere.

    `model` names the model that answered; None: the review was made from signals alone. `usage` and
    `asked` count what was paid for, `reused` the answers known before, `seconds` is wall time.
    `posted` are the findings that stand as comments on their lines. Of earlier reviews, `fixed` are those
    that this head has fixed and `lasting` those that still stand although this review says nothing of them;
    `silent` is how many were left out because somebody dismissed them. `limits` and `spending` are the
    budget's, `problems` those of the repository's configuration. `shut` are the channels that cannot be used.
    `version` is the bot's, `module` the sha256 of the review function.
    """

    change: Change
    review: Review
    url: str = ""
    model: str | None = None
    usage: Usage = Usage(prompt=0, answer=0)
    asked: int = Field(default=0, ge=0)
    reused: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    posted: tuple[Finding, ...] = ()
    fixed: tuple[TrackedFinding, ...] = ()
    lasting: tuple[TrackedFinding, ...] = ()
    silent: int = Field(default=0, ge=0)
    limits: TokenLimits = TokenLimits()
    spending: Spending = Spending()
    problems: tuple[ConfigProblem, ...] = ()
    shut: tuple[DisabledChannel, ...] = ()
    version: str = ""
    module: str = ""

    @cached_property
    def files(self) -> Mapping[str, File]:
        """The files of the change by path. Kept, also by copies: make a new report for another change."""
        return {file.path: file for file in self.change.files}

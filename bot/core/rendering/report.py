"""A finished review together with how it was produced."""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from bot.core.change import Change, File
from bot.core.channels import DisabledChannel
from bot.core.config.problem import ConfigProblem
from bot.core.findings.tracking import TrackedFinding
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.messages import Usage
from bot.core.llm.qualification import Qualification
from bot.core.review import Finding, Review
from bot.core.value import Value


class Report(Value):
    """`url` is the pull request's page, empty for a local diff.

    `model` names the model that answered; None if the review has only findings of rules. `unqualified` are
    the models that were not called because they did not pass the control questions. `usage` and `asked`
    count the paid requests, `reused` the cached answers; `seconds` is wall time. `posted` are the findings
    with an inline comment. Of the earlier findings, `fixed` were fixed at this head and `lasting` are still
    open although this review does not repeat them; `silent` counts the dismissed ones. `limits` and
    `spending` belong to the token budget, `problems` to the repository's configuration. `shut` are the
    channels that GitHub refuses. `version` is the bot's, `module` the sha256 of the review function.
    """

    change: Change
    review: Review
    url: str = ""
    model: str | None = None
    unqualified: tuple[Qualification, ...] = ()
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
        """The files of the change by path. `model_copy` copies this cache: build a new report instead."""
        return {file.path: file for file in self.change.files}

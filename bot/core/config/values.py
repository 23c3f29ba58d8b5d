"""The keys of the configuration, as they hold when all files have been put together.

The names, types, bounds and descriptions here are the documentation of `.github/code-review-bot.yml`, and
its JSON Schema is made from them.
"""

from enum import StrEnum

from pydantic import Field

from bot.core.review import Features, Severity
from bot.core.value import Value


class Trigger(StrEnum):
    """What makes a review begin, besides a command."""

    OPENED = "opened"
    PUSH = "push"
    READY = "ready"
    CHECKS = "checks"
    LABEL = "label"


class Skip(Value):
    """Pull requests that are not reviewed unless somebody asks for it."""

    drafts: bool = Field(default=True, description="Drafts.")
    bots: bool = Field(default=True, description="Pull requests that bots opened.")
    titles: tuple[str, ...] = Field(
        default=(),
        description="Titles that match one of these patterns, as in `WIP*`; in any case of letters.",
    )
    authors: tuple[str, ...] = Field(default=(), description="Authors, by login; patterns such as `*-sync`.")
    labels: tuple[str, ...] = Field(default=(), description="Pull requests with one of these labels.")
    bases: tuple[str, ...] = Field(
        default=(),
        description="Base branches, as patterns: `release/*`. Written with a ! before it: all but these.",
    )


class Instruction(Value):
    """What is asked of the review of some files."""

    paths: tuple[str, ...] = Field(
        min_length=1,
        max_length=100,
        description="Patterns as in .gitignore: `*.sql`, `web/**`, `!web/old/**`.",
    )
    text: str = Field(min_length=1, max_length=4000, description="The instruction, in plain words.")


class Budget(Value):
    """The most tokens, questions and answers together; 0: as the operator allows."""

    review: int = Field(default=0, ge=0, description="Of one review.")
    pull: int = Field(default=0, ge=0, description="Of one pull request, all its reviews together.")
    month: int = Field(default=0, ge=0, description="Of the repository in a calendar month (UTC).")


class Labels(Value):
    """Labels that the bot sets. Off unless named."""

    effort: str = Field(
        default="", max_length=50, description="As in `review effort: {effort}`; {effort} becomes 1 to 5."
    )
    critical: str = Field(default="", max_length=50, description="Set while a critical finding is open.")


class Configuration(Value):
    """Everything that a repository may choose."""

    enabled: bool = Field(default=True, description="Whether pull requests are reviewed at all.")
    language: str = Field(
        default="English",
        min_length=2,
        max_length=40,
        description="Language of the review, in English words.",
    )
    tone: str = Field(default="", max_length=300, description="How to word it: `terse`, `kind to beginners`.")
    threshold: Severity = Field(
        default=Severity.NIT,
        description="Findings below this severity are left out: critical, major, minor, nit.",
    )
    confidence: float = Field(
        default=0.5, ge=0, le=1, description="Findings that the model is less sure of than this are left out."
    )
    findings: int = Field(default=6, ge=0, le=50, description="The most comments on lines per review.")
    ignore: tuple[str, ...] = Field(
        default=(),
        max_length=500,
        description="Files not to review: patterns as in .gitignore; the last that fits wins, ! takes one back.",
    )
    instructions: tuple[Instruction, ...] = Field(
        default=(), max_length=50, description="What to look at in which files."
    )
    guidance: tuple[str, ...] = Field(
        default=("AGENTS.md", "CONTRIBUTING.md"),
        max_length=10,
        description="Files of the base branch that tell contributors what to do; the model is shown them, cut to size.",
    )
    on: tuple[Trigger, ...] = Field(
        default=(Trigger.OPENED, Trigger.PUSH, Trigger.READY),
        description="What makes a review begin: opened (or reopened), push, ready, checks (when all others are green), "
        "label. Commands always do.",
    )
    label: str = Field(
        default="", max_length=50, description="The label that asks for a review, with `label` in `on`."
    )
    skip: Skip = Field(default_factory=Skip, description="Pull requests that are passed over.")
    model: str = Field(
        default="",
        max_length=200,
        description="Which of the operator's models to ask: `openai`, `llama`, `none`; "
        "empty: as the operator orders them.",
    )
    prompts: dict[str, str] = Field(
        default_factory=dict,
        description="Prompt templates in place of the built-in ones, by name: a path in this repository.",
    )
    budget: Budget = Field(
        default_factory=Budget, description="Limits on tokens; they can only lower the operator's."
    )
    features: Features = Field(
        default_factory=Features, description="What a review has, switched on and off."
    )
    labels: Labels = Field(default_factory=Labels, description="Labels to set on the pull request.")
    request_changes: bool = Field(
        default=False, description="Request changes, formally, while a critical finding is open."
    )
    inline: bool = Field(
        default=True, description="Whether findings are put on lines; else the summary has them all."
    )
    resolve: bool = Field(default=True, description="Whether threads of fixed findings are resolved.")

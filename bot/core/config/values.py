"""The keys of the configuration, as they hold when all files have been put together.

The names, types, bounds and descriptions here are the documentation of `.github/code-review-bot.yml`, and
its JSON Schema is made from them.
"""

from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from bot.core.config.patterns import fit
from bot.core.review import Features, Severity
from bot.core.value import Value


class Trigger(StrEnum):
    """What makes a review begin, besides a command."""

    OPENED = "opened"
    PUSH = "push"
    READY = "ready"
    CHECKS = "checks"
    LABEL = "label"


def _inside_repository(path: str) -> str:
    parts = PurePosixPath(path).parts
    if path.startswith(("/", "~")) or ".." in parts or "\\" in path or not parts:
        raise ValueError("should be a path inside the repository, such as docs/review.md")
    return "/".join(parts)


def _not_all_taken_back(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if all(pattern.startswith("!") for pattern in patterns):
        raise ValueError('only takes files back; put "**" first, for all files')
    return patterns


PathPattern = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(fit)]
"""As in .gitignore."""

Wildcard = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""Fits a whole text: `*` stands for any characters, `?` for one."""

RepositoryPath = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(_inside_repository)
]
TemplateName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Skip(Value):
    """Pull requests that are not reviewed unless somebody asks for it."""

    drafts: bool = Field(default=True, description="Drafts.")
    bots: bool = Field(default=True, description="Pull requests that bots opened.")
    titles: tuple[Wildcard, ...] = Field(
        default=(),
        max_length=100,
        description="Titles that one of these fits, as in `WIP*`: * stands for any characters, ? for one; "
        "in any case of letters.",
    )
    authors: tuple[Wildcard, ...] = Field(
        default=(), max_length=100, description="Authors, by login: `octocat`, or `*-sync`."
    )
    labels: tuple[Wildcard, ...] = Field(
        default=(), max_length=100, description="Pull requests with one of these labels: `no review`, `wip*`."
    )
    bases: tuple[Wildcard, ...] = Field(
        default=(),
        max_length=100,
        description="Pull requests into these branches: `release/*`. With a ! before it: into all but these.",
    )


class Instruction(Value):
    """What is asked of the review of some files."""

    paths: Annotated[tuple[PathPattern, ...], AfterValidator(_not_all_taken_back)] = Field(
        min_length=1,
        max_length=20,
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
        default="",
        max_length=50,
        description="Label for the effort to review, as in `review effort: {effort}`; "
        "{effort} becomes 1 to 5.",
    )
    critical: str = Field(default="", max_length=50, description="Set while a critical finding is open.")


FEATURES = {
    "signals": "Findings by rules that read the diff.",
    "texts": "Changed files are read whole, to show lines with the function around them.",
    "verification": "A second look at each finding of the model.",
    "replacements": "Code to put in place of lines, ready to commit.",
    "summary": "A text about the whole change, by the model.",
    "walkthrough": "In that text: the table of what changes where.",
    "commits": "In that text: a word on each commit.",
    "diagram": "In that text: a diagram of the flow that changes.",
}
"""What the keys below `features` mean."""


class Configuration(Value):
    """Everything that a repository may choose."""

    enabled: bool = Field(default=True, description="Whether pull requests are reviewed at all.")
    language: str = Field(
        default="English",
        min_length=2,
        max_length=40,
        description="Language of the review, by its English name: `German`, `Brazilian Portuguese`.",
    )
    tone: str = Field(
        default="", max_length=300, description="How to word it: `terse`, `patient with beginners`."
    )
    threshold: Severity = Field(
        default=Severity.NIT,
        description="Findings below this severity are left out: critical, major, minor, nit.",
    )
    confidence: float = Field(
        default=0.5, ge=0, le=1, description="Findings that the model is less sure of than this are left out."
    )
    findings: int = Field(
        default=6, ge=0, le=50, description="The most comments on lines per review; the summary has the rest."
    )
    ignore: tuple[PathPattern, ...] = Field(
        default=(),
        max_length=500,
        description="Files not to review. Patterns as in .gitignore, but that the last that fits always "
        "wins: with a ! before it, it takes files back.",
    )
    instructions: tuple[Instruction, ...] = Field(
        default=(), max_length=50, description="What to look at in which files."
    )
    guidance: tuple[RepositoryPath, ...] = Field(
        default=("AGENTS.md", "CONTRIBUTING.md"),
        max_length=10,
        description="Files of the base branch that tell contributors what to do. The model is shown them, "
        "cut to size.",
    )
    on: tuple[Trigger, ...] = Field(
        default=(Trigger.OPENED, Trigger.PUSH, Trigger.READY),
        max_length=5,
        description="What makes a review begin: opened (or reopened), push, ready, checks (when all others "
        "are green), label. Commands always do.",
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
    prompts: dict[TemplateName, RepositoryPath] = Field(
        default_factory=dict,
        max_length=20,
        description="Prompt templates in place of the built-in ones, by name: a path in the repository that "
        "this file is in.",
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

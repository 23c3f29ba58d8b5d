"""The configuration keys after all files have been merged.

The names, types, bounds and descriptions here document `.github/code-review-bot.yml`, and its JSON Schema is
generated from them.
"""

from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from bot.core.config.patterns import fit
from bot.core.review import Features, Severity
from bot.core.value import Value


class Trigger(StrEnum):
    """Events that trigger a review without a command."""

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


def _not_all_negated(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if all(pattern.startswith("!") for pattern in patterns):
        raise ValueError('has only negated patterns; put "**" first to match all files')
    return patterns


PathPattern = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(fit)]
"""A pattern as in .gitignore."""

Wildcard = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""Matches a whole text: `*` matches any characters, `?` matches one."""

RepositoryPath = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(_inside_repository)
]
TemplateName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Skip(Value):
    """Pull requests that the bot reviews only on request."""

    drafts: bool = Field(default=True, description="Skip drafts.")
    bots: bool = Field(default=True, description="Skip pull requests opened by bots.")
    titles: tuple[Wildcard, ...] = Field(
        default=(),
        max_length=100,
        description="Skip titles that match a pattern, such as `WIP*`: * matches any characters, ? matches "
        "one; case is ignored.",
    )
    authors: tuple[Wildcard, ...] = Field(
        default=(), max_length=100, description="Skip authors by login: `octocat`, `*-sync`."
    )
    labels: tuple[Wildcard, ...] = Field(
        default=(),
        max_length=100,
        description="Skip pull requests with one of these labels: `no review`, `wip*`.",
    )
    bases: tuple[Wildcard, ...] = Field(
        default=(),
        max_length=100,
        description="Skip pull requests into these branches: `release/*`. With a leading !, into all others.",
    )


class Instruction(Value):
    """An instruction for the review of some files."""

    paths: Annotated[tuple[PathPattern, ...], AfterValidator(_not_all_negated)] = Field(
        min_length=1,
        max_length=20,
        description="Patterns as in .gitignore: `*.sql`, `web/**`, `!web/old/**`.",
    )
    text: str = Field(min_length=1, max_length=4000, description="The instruction, in plain language.")


class Budget(Value):
    """Token limits for prompts and answers together; 0: the operator's limit applies."""

    review: int = Field(default=0, ge=0, description="Limit for one review.")
    pull: int = Field(default=0, ge=0, description="Limit for all reviews of a pull request.")
    month: int = Field(default=0, ge=0, description="Limit for the repository in a calendar month (UTC).")


class Labels(Value):
    """Labels that the bot sets; an empty name disables a label."""

    effort: str = Field(
        default="",
        max_length=50,
        description="Label for the review effort, such as `review effort: {effort}`; "
        "{effort} becomes 1 to 5.",
    )
    critical: str = Field(
        default="", max_length=50, description="Label that is set while a critical finding is open."
    )


FEATURES = {
    "signals": "Findings of the built-in static rules.",
    "texts": "Read whole files, to show the model changed lines with their enclosing function.",
    "lookups": "Look-ups in the repository, to show the model what changed lines call and what uses them.",
    "verification": "Verify each finding of the model with a second request.",
    "replacements": "Suggested code changes, ready to commit.",
    "summary": "A summary of the whole change, written by the model.",
    "walkthrough": "In the summary: a table of the changes.",
    "commits": "In the summary: a note on each commit.",
    "diagram": "In the summary: a diagram of the changed control flow.",
}
"""Descriptions of the keys below `features`."""


class Configuration(Value):
    """All settings of a repository."""

    enabled: bool = Field(default=True, description="Review pull requests at all.")
    language: str = Field(
        default="English",
        min_length=2,
        max_length=40,
        description="Language of the review, by its English name: `German`, `Brazilian Portuguese`.",
    )
    tone: str = Field(
        default="", max_length=300, description="Tone of the review: `terse`, `patient with beginners`."
    )
    threshold: Severity = Field(
        default=Severity.NIT,
        description="Drop findings below this severity: critical, major, minor, nit.",
    )
    confidence: float = Field(default=0.5, ge=0, le=1, description="Drop findings whose confidence is lower.")
    findings: int = Field(
        default=6,
        ge=0,
        le=50,
        description="Maximum number of inline comments per review; the summary lists the rest.",
    )
    ignore: tuple[PathPattern, ...] = Field(
        default=(),
        max_length=500,
        description="Files to exclude from review. Patterns as in .gitignore, except that the last match "
        "always wins; a leading ! includes files again.",
    )
    instructions: tuple[Instruction, ...] = Field(
        default=(), max_length=50, description="Instructions for the review of certain files."
    )
    guidance: tuple[RepositoryPath, ...] = Field(
        default=("AGENTS.md", "CONTRIBUTING.md"),
        max_length=10,
        description="Files on the base branch with guidance for contributors. The model receives them, "
        "shortened if necessary.",
    )
    on: tuple[Trigger, ...] = Field(
        default=(Trigger.OPENED, Trigger.PUSH, Trigger.READY),
        max_length=5,
        description="Events that trigger a review: opened (or reopened), push, ready, checks (when all other "
        "checks have passed), label. Commands always do.",
    )
    label: str = Field(
        default="", max_length=50, description="The label that triggers a review, if `on` includes `label`."
    )
    skip: Skip = Field(default_factory=Skip, description="Pull requests to skip.")
    model: str = Field(
        default="",
        max_length=200,
        description="Which of the operator's models to use: `openai`, `llama`, `none`; "
        "empty: the operator's order.",
    )
    prompts: dict[TemplateName, RepositoryPath] = Field(
        default_factory=dict,
        max_length=20,
        description="Prompt templates that replace built-in ones, by name: a path in the repository of this "
        "file.",
    )
    budget: Budget = Field(
        default_factory=Budget, description="Token limits; they can only lower the operator's."
    )
    reports: bool = Field(
        default=True,
        description="Use what other tools have reported on the pull request: annotations of checks, and code "
        "scanning alerts. The review does not repeat it.",
    )
    features: Features = Field(default_factory=Features, description="Parts of a review, each on or off.")
    labels: Labels = Field(
        default_factory=Labels, description="Labels that the bot sets on the pull request."
    )
    request_changes: bool = Field(
        default=False, description="Request changes formally while a critical finding is open."
    )
    inline: bool = Field(
        default=True, description="Post findings as inline comments; if false, only in the summary."
    )
    resolve: bool = Field(default=True, description="Resolve the threads of fixed findings.")

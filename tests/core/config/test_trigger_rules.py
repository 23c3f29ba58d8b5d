"""Which pull requests are reviewed unasked, and what people are told of the others."""

import pytest

from bot.core.config import Configuration, EffectiveConfig, limits, reason_not_triggered, reason_to_skip
from bot.core.config.values import Budget
from bot.core.jobs import Cause
from bot.core.llm.budget import TokenLimits
from tests.core.config.stage import ROOT, effective, pull


def test_a_plain_pull_request_is_reviewed() -> None:
    assert reason_to_skip(pull(), (), EffectiveConfig()) is None


@pytest.mark.parametrize(
    ("text", "fields", "labels", "expected"),
    [
        (
            "",
            {"draft": True},
            (),
            "this is a draft (skipped by the default of `skip.drafts`).",
        ),
        ("skip: {drafts: no}", {"draft": True}, (), None),
        (
            "",
            {"author_is_bot": True, "author": "dep[bot]"},
            (),
            "its author, dep[bot], is a bot (skipped by the default of `skip.bots`)",
        ),
        (
            "skip: {titles: ['[wip]*']}",
            {"title": "[WIP] x"},
            (),
            "its title matches `[wip]*` (skipped by `skip.titles` in .gith",
        ),
        ("skip: {titles: [WIP]}", {"title": "WIPE the slate"}, (), None),
        ("skip: {authors: ['*-sync']}", {"author": "Repo-Sync"}, (), "its author matches `*-sync`"),
        ("skip: {labels: [no review]}", {}, ("bug", "No Review"), "it has the label `No Review`"),
        ("skip: {bases: [release/*]}", {"base": "release/1/x"}, (), "its base branch is `release/1/x`"),
        ("skip: {bases: [release/*]}", {"base": "main"}, (), None),
        ("skip: {bases: ['!main', '!next']}", {"base": "next"}, (), None),
        ("skip: {bases: ['!main', '!next']}", {"base": "topic"}, (), "its base branch is `topic`"),
        ("enabled: no", {}, (), "`enabled` in .github/code-review-bot.yml is false."),
    ],
)
def test_what_is_passed_over(
    text: str, fields: dict[str, object], labels: tuple[str, ...], expected: str | None
) -> None:
    reason = reason_to_skip(pull(**fields), labels, effective({ROOT: text}))
    if expected is None:
        assert reason is None
    else:
        assert reason is not None
        assert reason.startswith(f"Not reviewed: {expected}")


@pytest.mark.parametrize(
    ("text", "cause", "label", "expected"),
    [
        ("", Cause.OPENED, "", None),
        ("", Cause.REOPENED, "", None),
        ("", Cause.PUSHED, "", None),
        ("", Cause.READY, "", None),
        ("", Cause.MISSED, "", None),
        ("", Cause.CHECKED, "", "the default of `on` does not include `checks`."),
        ("on: [checks]", Cause.CHECKED, "", None),
        ("on: [checks]", Cause.PUSHED, "", f"`on` in {ROOT} does not include `push`."),
        ("on: [push]", Cause.MISSED, "", None),
        ("on: [checks]", Cause.MISSED, "", f"`on` in {ROOT} does not include `opened`."),
        ("on: []", Cause.COMMAND, "", None),
        ("on: [label]\nlabel: Review", Cause.LABELED, "review", None),
        ("on: [label]\nlabel: Review", Cause.LABELED, "bug", f"is `Review` (`label` in {ROOT})."),
        ("on: [label]", Cause.LABELED, "", "`label` does not name a trigger label."),
        ("label: review", Cause.LABELED, "review", "does not include `label`."),
        ("enabled: no", Cause.COMMAND, "", "is false."),
        ("enabled: no", Cause.CLOSED, "", None),
    ],
)
def test_what_begins_a_review(text: str, cause: Cause, label: str, expected: str | None) -> None:
    reason = reason_not_triggered(cause, label, effective({ROOT: text}))
    if expected is None:
        assert reason is None
    else:
        assert reason is not None
        assert reason.endswith(expected)


def test_a_repository_can_only_lower_a_limit() -> None:
    config = Configuration(budget=Budget(review=500, pull=9000, month=70))
    assert limits(TokenLimits(review=1000, pull=2000, month=3), config) == TokenLimits(
        review=500, pull=2000, repository=70, month=3
    )
    assert limits(TokenLimits(repository=5), config) == TokenLimits(review=500, pull=9000, repository=5)

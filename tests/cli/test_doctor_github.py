"""The doctor on GitHub: reached, known, permitted, told, installed."""

import json
from pathlib import Path

import pytest

from bot.app.doctor.github import EVENTS, FURTHER_EVENTS, FURTHER_PERMISSIONS, PERMISSIONS
from bot.github.webhooks import EVENTS as RECEIVED
from github_simulator import Fault, GrantApp
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.stage import private_key

ROOT = Path(__file__).parents[2]


def test_what_the_app_must_be_granted_is_what_its_manifest_asks_for() -> None:
    manifest = json.loads((ROOT / "deploy" / "app-manifest.json").read_text(encoding="utf-8"))

    assert manifest["default_permissions"] == PERMISSIONS | FURTHER_PERMISSIONS
    assert manifest["default_events"] == [*EVENTS, *FURTHER_EVENTS]
    assert set(manifest["default_events"]) < set(RECEIVED)


@pytest.mark.parametrize("level", [None, "read"])
def test_a_permission_that_is_missing_or_too_weak_is_named(
    run: Run, town: GitHubScene, level: str | None
) -> None:
    permissions = dict(town.simulator.world.app.permissions)
    del permissions["checks"]
    town.simulator.world.app.permissions = permissions | ({"checks": level} if level else {})
    ran = run("doctor", "--json")
    told = ran.found("permissions")

    assert (1, "problem") == (ran.status, told["status"])
    assert f"needs checks: write, but has checks: {level or 'none'}" in told["message"]


def test_an_event_that_is_not_subscribed_to_is_named(run: Run, town: GitHubScene) -> None:
    town.simulator.world.app.events = ("pull_request",)
    told = run("doctor", "--json").found("events")

    assert "problem" == told["status"]
    assert "not subscribed to issue_comment" in told["message"]


@pytest.mark.parametrize(
    ("event", "lack"),
    [
        ("pull_request_review", "the bot ignores commands in the text of a review"),
        ("check_run", "the button that re-runs the check"),
        ("merge_group", "the check never completes in a merge queue"),
    ],
)
def test_an_event_that_reviews_do_without_is_named_with_what_it_is_for(
    run: Run, town: GitHubScene, event: str, lack: str
) -> None:
    app = town.simulator.world.app
    app.events = tuple(name for name in app.events if name != event)
    ran = run("doctor", "--json")
    told = ran.found("events")

    assert (0, "warning") == (ran.status, told["status"])
    assert f"not subscribed to {event}, so {lack}" in told["message"]


def test_the_permission_for_merge_queues_is_named_when_it_is_missing(run: Run, town: GitHubScene) -> None:
    town.simulator.grant_app(GrantApp(permissions={"merge_queues": "none"}))
    ran = run("doctor", "--json")
    told = ran.found("permissions")

    assert (0, "warning") == (ran.status, told["status"])
    assert "lacks merge_queues: read, so the check never completes in a merge queue" in told["message"]


def test_an_app_that_is_installed_nowhere_is_told(run: Run, town: GitHubScene) -> None:
    ran = run("doctor", "--json")

    assert ["installations"] == ran.troubles
    assert 0 == ran.status


def test_the_key_of_another_app_is_told(run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_PRIVATE_KEY", private_key())
    ran = run("doctor", "--json")

    assert 1 == ran.status
    assert "belong to the same App" in ran.found("credentials")["message"]
    assert "ok" == ran.found("model openai")["status"]


@pytest.mark.parametrize("text", ["no key at all", ""])
def test_a_key_that_is_none_is_told_though_github_is_away(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GITHUB_PRIVATE_KEY", text)
    ran = run("doctor", "--json")

    assert "cannot be reached at http://127.0.0.1:9" in ran.found("github")["message"]
    assert "GITHUB_PRIVATE_KEY" in ran.found("credentials")["message"]


def test_what_is_not_github_is_told(run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", town.model.url)
    told = run("doctor", "--json").found("github")

    assert "problem" == told["status"]
    assert "is not GitHub's API" in told["message"]


def test_a_clock_that_is_wrong_is_told(run: Run, town: GitHubScene) -> None:
    """By a server that limits nothing, and so knows no such path."""
    headers = {"Date": "Mon, 01 Jan 2001 00:00:00 GMT", "X-GitHub-Request-Id": "1"}
    town.simulator.inject(Fault(path="/rate_limit", status=404, headers=headers))
    told = run("doctor", "--json").found("github")

    assert "warning" == told["status"]
    assert "ahead of GitHub's" in told["message"]


def test_a_plain_token_cannot_write_checks(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    monkeypatch.delenv("GITHUB_PRIVATE_KEY")
    monkeypatch.setenv("GITHUB_TOKEN", "a-token-of-somebody")
    ran = run("doctor", "--json")

    assert ["permissions"] == ran.troubles
    assert "cannot write check runs" in ran.found("permissions")["message"]
    assert "token-user" in ran.found("credentials")["message"]


def test_no_credentials_are_told(run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    ran = run("doctor", "--json")

    assert "no GitHub credentials" in ran.found("credentials")["message"]

"""The doctor as a whole: it finds what is wrong, hides nothing else for it, and gives no secret away."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.app.doctor import DoctorResult, database
from bot.app.doctor import run as checks
from bot.app.doctor.shared_parts import DoctorParts
from github_simulator import Fault
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import LOOP as DIFF
from tests.stories.stage import SECRET

ALL = (
    "settings",
    "webhook secret",
    "github",
    "credentials",
    "permissions",
    "events",
    "installations",
    "database",
    "vocabulary",
    "module code-review-function",
    "module openai-integration",
    "module llama-integration",
    "review function",
    "templates",
    "cache directory",
    "model openai",
    "model openai",
    "model openai",
)


def test_all_is_well(run: Run, town: GitHubScene) -> None:
    town.open(DIFF)
    ran = run("doctor", "--json")

    assert (0, []) == (ran.status, ran.troubles), ran.out
    assert {"checks", "ok"} == set(ran.json)
    assert ran.json["ok"] is True
    assert list(ALL) == [check["name"] for check in ran.json["checks"]]
    assert all({"name", "status", "message"} == set(check) for check in ran.json["checks"])
    assert "code-review-bot[bot]" in ran.found("credentials")["message"]


def test_people_get_a_line_for_each_check(run: Run, town: GitHubScene) -> None:
    town.open(DIFF)
    lines = run("doctor").out.splitlines()

    assert "No problems found" == lines[-1]
    assert all(line.startswith("✓ ") for line in lines[:-1])
    assert list(ALL) == [line[2:].partition(":")[0] for line in lines[:-1]]


def test_problems_and_warnings_are_marked_and_counted(run: Run) -> None:
    ran = run("doctor")
    lines = ran.out.splitlines()

    assert 1 == ran.status
    assert "✗ webhook secret: GITHUB_WEBHOOK_SECRET is not set" in ran.out
    assert "! models: none configured" in ran.out
    assert f"{sum(line.startswith('✗') for line in lines)} problems and 1 warning" == lines[-1]


def test_nothing_is_written_but_the_compiled_modules(run: Run, town: GitHubScene, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    run("doctor")

    assert before == sorted(tmp_path.iterdir())
    assert [] == [call for call in town.calls if not call.startswith("GET ")]


def test_modules_alone_need_no_other_setting(run: Run) -> None:
    ran = run("doctor", "--modules-only", "--json")

    assert 0 == ran.status
    assert ["settings", *ALL[9:15]] == [check["name"] for check in ran.json["checks"]]


def test_every_wrong_setting_is_named_and_the_rest_is_checked(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("REVIEW_THRESHOLD", "high")
    ran = run("doctor", "--json")
    told = [check["message"] for check in ran.json["checks"] if check["name"] == "settings"]

    assert 1 == ran.status
    assert ["PORT", "REVIEW_THRESHOLD"] == sorted(message.partition(":")[0] for message in told)
    assert "ok" == ran.found("review function")["status"]


def test_nothing_is_sent_anywhere_while_an_address_is_wrong(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "no where")
    ran = run("doctor", "--json")

    assert "warning" == ran.found("github")["status"]
    assert {} == town.calls
    assert [] == town.model.asked


def test_a_settings_file_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-bot.toml").write_text("port = ", encoding="utf-8")
    ran = run("doctor", "--json")

    assert 1 == ran.status
    assert "review-bot.toml is not valid TOML" in ran.found("settings")["message"]


def test_the_settings_file_in_use_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-bot.toml").write_text("port = 9000\n", encoding="utf-8")

    assert "review-bot.toml" in run("doctor", "--modules-only", "--json").found("settings")["message"]


def test_a_short_webhook_secret_is_told_but_not_shown(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", "zebra-42")
    ran = run("doctor", "--json")

    assert "warning" == ran.found("webhook secret")["status"]
    assert "zebra-42" not in ran.out


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_secret_is_ever_shown(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch, key: str, form: tuple[str, ...]
) -> None:
    secrets = {
        "OPENAI_API_KEY": "plain-looking-key-of-a-server",
        "GITHUB_WEBHOOK_SECRET_PREVIOUS": "the-secret-before",
    }
    for name, secret in secrets.items():
        monkeypatch.setenv(name, secret)
    echo = {"error": {"message": " ".join([*secrets.values(), SECRET, key])}}
    town.model.respond = lambda _: web.json_response(echo, status=400)
    town.simulator.inject(Fault(path="/app", status=422, body={"message": echo["error"]["message"]}))
    ran = run("doctor", *form)

    assert 1 == ran.status
    for secret in (*secrets.values(), SECRET, *key.splitlines()[1:-1]):
        assert secret not in ran.out + ran.err


def test_a_bug_in_a_check_hides_no_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "database_file", lambda _: 1 / 0)
    ran = run("doctor", "--json")

    assert "this is a bug: ZeroDivisionError" in ran.found("database")["message"]
    assert "ok" == ran.found("vocabulary")["status"]


def test_a_check_that_never_ends_is_given_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_: DoctorParts) -> list[DoctorResult]:
        await asyncio.Event().wait()
        return []

    slow = replace(checks._MODULES[0], run=hang, seconds=0.01)
    monkeypatch.setattr(checks, "_MODULES", (slow, checks._MODULES[-1]))
    ran = run("doctor", "--modules-only", "--json")

    assert "did not finish within 0.01 seconds" in ran.found("modules")["message"]
    assert "ok" == ran.found("cache directory")["status"]

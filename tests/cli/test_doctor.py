"""The doctor finds what is wrong, says what to do, and gives no secret away."""

import asyncio
import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app.checkup import Result, database, modules
from bot.app.checkup import run as checks
from bot.app.checkup.database import check_database
from bot.app.checkup.github import EVENTS, PERMISSIONS
from bot.app.checkup.machine import check_cache, check_vocabulary
from bot.app.checkup.parts import Parts
from bot.engine import connect
from bot.models import vocabulary
from bot.settings import load
from bot.simulator import Fault
from tests.cli.conftest import Ran, Run
from tests.cli.town import Town
from tests.gguf_models import make_model
from tests.stories.diffs import LOOP as DIFF
from tests.stories.stage import SECRET, private_key

ROOT = Path(__file__).parents[2]
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
)


def found(ran: Ran, name: str) -> dict[str, str]:
    """The first result of that name that is not well, or else the first."""
    results = [check for check in ran.json["checks"] if check["name"] == name]
    assert results, f"no check is called {name}: {ran.out}"
    return next((result for result in results if result["status"] != "ok"), results[0])


def troubles(ran: Ran) -> list[str]:
    return [check["name"] for check in ran.json["checks"] if check["status"] != "ok"]


# ── all is well ─────────────────────────────────────────────────────────────────────────────────


def test_all_is_well(run: Run, town: Town) -> None:
    town.open(DIFF)
    ran = run("doctor", "--json")

    assert (0, []) == (ran.status, troubles(ran)), ran.out
    assert {"checks", "ok"} == set(ran.json)
    assert ran.json["ok"] is True
    assert list(ALL) == [check["name"] for check in ran.json["checks"]]
    assert all({"name", "status", "message"} == set(check) for check in ran.json["checks"])
    assert "code-review-bot[bot]" in found(ran, "credentials")["message"]


def test_people_get_a_line_for_each_check(run: Run, town: Town) -> None:
    town.open(DIFF)
    lines = run("doctor").out.splitlines()

    assert "All is well" == lines[-1]
    assert all(line.startswith("✓ ") for line in lines[:-1])
    assert list(ALL) == [line[2:].partition(":")[0] for line in lines[:-1]]


def test_problems_and_warnings_are_marked_and_counted(run: Run) -> None:
    ran = run("doctor")
    lines = ran.out.splitlines()

    assert 1 == ran.status
    assert "✗ webhook secret: GITHUB_WEBHOOK_SECRET is not set" in ran.out
    assert "! models: none is configured" in ran.out
    assert f"{sum(line.startswith('✗') for line in lines)} problems and 1 warning" == lines[-1]


def test_nothing_is_written_but_the_compiled_modules(run: Run, town: Town, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    run("doctor")

    assert before == sorted(tmp_path.iterdir())
    assert [] == [call for call in town.calls if not call.startswith("GET ")]


def test_modules_alone_need_no_other_setting(run: Run) -> None:
    ran = run("doctor", "--modules-only", "--json")

    assert 0 == ran.status
    assert ["settings", *ALL[9:15]] == [check["name"] for check in ran.json["checks"]]


# ── settings ────────────────────────────────────────────────────────────────────────────────────


def test_every_wrong_setting_is_named_and_the_rest_is_checked(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("REVIEW_THRESHOLD", "high")
    ran = run("doctor", "--json")
    told = [check["message"] for check in ran.json["checks"] if check["name"] == "settings"]

    assert 1 == ran.status
    assert ["PORT", "REVIEW_THRESHOLD"] == sorted(message.partition(":")[0] for message in told)
    assert "ok" == found(ran, "review function")["status"]


def test_nothing_is_sent_anywhere_while_an_address_is_wrong(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "nowhere")
    ran = run("doctor", "--json")

    assert "warning" == found(ran, "github")["status"]
    assert {} == town.calls
    assert [] == town.model.asked


def test_a_settings_file_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-bot.toml").write_text("port = ", encoding="utf-8")
    ran = run("doctor", "--json")

    assert 1 == ran.status
    assert "review-bot.toml is not TOML" in found(ran, "settings")["message"]


def test_the_settings_file_in_use_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-bot.toml").write_text("port = 9000\n", encoding="utf-8")

    assert "review-bot.toml" in found(run("doctor", "--modules-only", "--json"), "settings")["message"]


def test_a_short_webhook_secret_is_told_but_not_shown(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", "zebra-42")
    ran = run("doctor", "--json")

    assert "warning" == found(ran, "webhook secret")["status"]
    assert "zebra-42" not in ran.out


# ── GitHub ──────────────────────────────────────────────────────────────────────────────────────


def test_what_the_app_must_be_granted_is_what_its_manifest_asks_for() -> None:
    manifest = json.loads((ROOT / "deploy" / "app-manifest.json").read_text(encoding="utf-8"))

    assert manifest["default_permissions"] == PERMISSIONS
    assert manifest["default_events"] == list(EVENTS)


@pytest.mark.parametrize("level", [None, "read"])
def test_a_permission_that_is_missing_or_too_weak_is_named(run: Run, town: Town, level: str | None) -> None:
    permissions = dict(town.simulator.world.app.permissions)
    del permissions["checks"]
    town.simulator.world.app.permissions = permissions | ({"checks": level} if level else {})
    ran = run("doctor", "--json")
    told = found(ran, "permissions")

    assert (1, "problem") == (ran.status, told["status"])
    assert f"needs checks: write, and has checks: {level or 'none'}" in told["message"]


def test_an_event_that_is_not_subscribed_to_is_named(run: Run, town: Town) -> None:
    town.simulator.world.app.events = ("pull_request",)
    told = found(run("doctor", "--json"), "events")

    assert "problem" == told["status"]
    assert "not told of issue_comment" in told["message"]


def test_an_app_that_is_installed_nowhere_is_told(run: Run, town: Town) -> None:
    ran = run("doctor", "--json")

    assert ["installations"] == troubles(ran)
    assert 0 == ran.status


def test_the_key_of_another_app_is_told(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_PRIVATE_KEY", private_key())
    ran = run("doctor", "--json")

    assert 1 == ran.status
    assert "of the same App" in found(ran, "credentials")["message"]
    assert "ok" == found(ran, "model openai")["status"]


@pytest.mark.parametrize("text", ["no key at all", ""])
def test_a_key_that_is_none_is_told_though_github_is_away(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GITHUB_PRIVATE_KEY", text)
    ran = run("doctor", "--json")

    assert "cannot be reached at http://127.0.0.1:9" in found(ran, "github")["message"]
    assert "GITHUB_PRIVATE_KEY" in found(ran, "credentials")["message"]


def test_what_is_not_github_is_told(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", town.model.url)
    told = found(run("doctor", "--json"), "github")

    assert "problem" == told["status"]
    assert "is not GitHub's API" in told["message"]


def test_a_clock_that_is_wrong_is_told(run: Run, town: Town) -> None:
    """By a server that limits nothing, and so knows no such path."""
    headers = {"Date": "Mon, 01 Jan 2001 00:00:00 GMT", "X-GitHub-Request-Id": "1"}
    town.simulator.inject(Fault(path="/rate_limit", status=404, headers=headers))
    told = found(run("doctor", "--json"), "github")

    assert "warning" == told["status"]
    assert "ahead of GitHub's" in told["message"]


def test_a_plain_token_cannot_write_checks(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    monkeypatch.delenv("GITHUB_PRIVATE_KEY")
    monkeypatch.setenv("GITHUB_TOKEN", "a-token-of-somebody")
    ran = run("doctor", "--json")

    assert ["permissions"] == troubles(ran)
    assert "cannot write check runs" in found(ran, "permissions")["message"]
    assert "token-user" in found(ran, "credentials")["message"]


def test_no_credentials_are_told(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    ran = run("doctor", "--json")

    assert "no GitHub credentials" in found(ran, "credentials")["message"]


# ── models ──────────────────────────────────────────────────────────────────────────────────────


def test_a_key_that_the_model_s_server_refuses_is_told_but_not_shown(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "sesame-open-0123456789"
    error = {"error": {"message": f"Incorrect API key provided: {key}.", "code": "invalid_api_key"}}
    town.model.respond = lambda _: web.json_response(error, status=401)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    ran = run("doctor", "--json")
    told = found(ran, "model openai")

    assert (1, "problem") == (ran.status, told["status"])
    assert "key" in told["message"]
    assert key not in ran.out


def test_a_model_that_the_server_does_not_have_is_told(run: Run, town: Town) -> None:
    error = {"error": {"message": "The model `gpt-5-mini` does not exist", "code": "model_not_found"}}
    town.model.respond = lambda _: web.json_response(error, status=404)
    told = found(run("doctor", "--json"), "model openai")

    assert "problem" == told["status"]
    assert "does not exist" in told["message"]
    assert "OPENAI_MODEL" in told["message"]


def test_a_server_that_is_away_is_told(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_TIMEOUT", "0.5")
    told = found(run("doctor", "--json"), "model openai")

    assert "problem" == told["status"]
    assert "127.0.0.1:9 cannot be reached" in told["message"]


def test_a_server_that_takes_no_schemas_is_told(run: Run, town: Town) -> None:
    def respond(body: dict[str, Any]) -> web.Response | str:
        if body.get("response_format", {}).get("type") == "json_schema":
            error = {"error": {"message": "Unsupported parameter: response_format.json_schema"}}
            return web.json_response(error, status=400)
        return '{"prime": true}'

    town.model.respond = respond
    told = found(run("doctor", "--json"), "model openai")

    assert "ok" == told["status"]
    assert "OPENAI_ENFORCEMENT=object" in told["message"]


@pytest.mark.parametrize("said", ["Seven is prime.", '{"answer": 7}', "[true]"])
def test_a_model_that_does_not_keep_to_the_form_is_told(run: Run, town: Town, said: str) -> None:
    town.model.respond = lambda _: said
    ran = run("doctor", "--json")
    told = found(ran, "model openai")

    assert (0, "warning") == (ran.status, told["status"])
    assert "not with the JSON that was asked for" in told["message"]


def test_a_context_without_room_for_the_prompts_is_told(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CONTEXT", "2048")
    monkeypatch.setenv("OPENAI_ANSWER", "1024")
    told = found(run("doctor", "--json"), "model openai")

    assert "problem" == told["status"]
    assert "is too small" in told["message"]


def test_private_code_that_no_model_may_see_is_told(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVATE_LOCAL_ONLY", "true")
    monkeypatch.setenv("OPENAI_LOCAL", "false")
    told = found(run("doctor", "--json"), "model openai")

    assert "warning" == told["status"]
    assert "PRIVATE_LOCAL_ONLY" in told["message"]


def test_a_model_that_the_order_leaves_out_is_told(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_ORDER", "llama")
    ran = run("doctor", "--json")

    assert "MODEL_ORDER leaves out openai" in found(ran, "models")["message"]
    assert [] == town.model.asked


def test_a_gguf_model_answers_through_wasi_nn(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "tiny.gguf", context=16_384)
    monkeypatch.setenv("LLAMA_MODEL", str(model))
    monkeypatch.setenv("LLAMA_CONTEXT", "16384")
    ran = run("doctor", "--json")
    told = [check for check in ran.json["checks"] if check["name"] == "model llama"]

    assert ["ok", "ok"] == [check["status"] for check in told], told
    assert "tiny answered in" in told[0]["message"]
    assert "16320 tokens of context" in told[1]["message"]


@pytest.mark.parametrize("contents", [b"not a model", b"GGUF" + b"\xff" * 5000])
def test_a_gguf_file_that_is_none_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contents: bytes
) -> None:
    (tmp_path / "broken.gguf").write_bytes(contents)
    monkeypatch.setenv("LLAMA_MODEL", str(tmp_path / "broken.gguf"))
    ran = run("doctor", "--json")
    told = found(ran, "model llama")

    assert (1, "problem") == (ran.status, told["status"])
    assert "LLAMA_MODEL" in told["message"]


# ── modules and machine ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chunk", "{% if diff %}"),
        ("digest", "{{ no_such_thing }}"),
        ("repair", "{{ error"),
        ("summary", None),
        ("system", "{{ langauge }}"),
    ],
)
def test_a_template_that_is_broken_or_missing_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str | None
) -> None:
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    if text is None:
        (tmp_path / "prompts" / f"{name}.md").unlink()
    else:
        (tmp_path / "prompts" / f"{name}.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PROMPTS_DIR", str(tmp_path / "prompts"))
    ran = run("doctor", "--modules-only", "--json")
    told = found(ran, "templates")

    assert (1, ["templates"]) == (ran.status, troubles(ran))
    assert f'"{name}"' in told["message"]
    assert "PROMPTS_DIR" in told["message"]


def test_a_module_that_is_none_is_named_and_the_others_are_checked(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "wasm_modules" / "dist", tmp_path / "dist")
    (tmp_path / "dist" / "code-review-function.wasm").write_bytes(b"\0asm\x0d\0\x01\0 and then noise")
    (tmp_path / "dist" / "llama-integration.wasm").unlink()
    monkeypatch.setenv("MODULES_DIR", str(tmp_path / "dist"))
    ran = run("doctor", "--modules-only", "--json")
    wrong = ["module code-review-function", "module llama-integration", "review function", "templates"]

    assert (1, wrong) == (ran.status, troubles(ran))
    assert "no valid component" in found(ran, wrong[0])["message"]
    assert "llama-integration.wasm is not there" in found(ran, wrong[1])["message"]


def test_a_module_with_a_right_that_it_may_not_have_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module for local models imports WASI-NN, which a review function is not granted."""
    other = ROOT / "wasm_modules" / "dist" / "llama-integration.wasm"
    monkeypatch.setenv("REVIEW_FUNCTION", str(other))
    told = found(run("doctor", "--modules-only", "--json"), "module code-review-function")

    assert "problem" == told["status"]
    assert "is not granted" in told["message"]


def test_a_module_other_than_the_one_that_was_built_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "wasm_modules" / "dist", tmp_path / "dist")
    manifest = tmp_path / "dist" / modules.MANIFEST
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["modules"]["openai-integration"]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(told), encoding="utf-8")
    monkeypatch.setenv("MODULES_DIR", str(tmp_path / "dist"))
    ran = run("doctor", "--modules-only", "--json")

    assert (0, ["module openai-integration"]) == (ran.status, troubles(ran))


@pytest.mark.parametrize("mode", [0o777, 0o755])
async def test_a_cache_that_others_can_enter_is_told(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    [told] = await check_cache(Parts(load(cache_dir=folder)))

    assert told.status == "warning"
    assert f"chmod 700 {folder}" in told.message
    assert mode == stat.S_IMODE(folder.stat().st_mode)


async def test_a_cache_that_is_no_directory_of_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link", "file/below"):
        [told] = await check_cache(Parts(load(cache_dir=tmp_path / name)))

        assert told.status == "warning"
        assert "CACHE_DIR" in told.message


async def test_a_cache_that_is_missing_is_made_private(tmp_path: Path) -> None:
    [told] = await check_cache(Parts(load(cache_dir=tmp_path / "new" / "cache")))

    assert told.status == "ok"
    assert stat.S_IMODE((tmp_path / "new" / "cache").stat().st_mode) == 0o700


async def test_a_damaged_vocabulary_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_loaded", [])
    monkeypatch.setattr(vocabulary, "SHA256", "0" * 64)
    [told] = await check_vocabulary(Parts(load()))

    assert told.status == "problem"
    assert "is damaged" in told.message


# ── the database ────────────────────────────────────────────────────────────────────────────────


async def test_a_database_that_is_there_is_opened(tmp_path: Path) -> None:
    async with await connect(load().database):
        pass
    [told] = await check_database(Parts(load()))

    assert told.status == "ok"
    assert "bot.db can be opened and written" in told.message


def test_a_database_that_is_not_there_is_not_made(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'far' / 'away' / 'bot.db'}")
    told = found(run("doctor", "--json"), "database")

    assert "ok" == told["status"]
    assert [] == list(tmp_path.iterdir())


async def test_a_place_where_no_database_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [told] = await check_database(Parts(load(database_url=f"sqlite:///{tmp_path}/file/bot.db")))

    assert told.status == "problem"
    assert "Not a directory" in told.message


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("dear diary, " * 100, encoding="utf-8")
    told = found(run("doctor", "--json"), "database")

    assert "problem" == told["status"]
    assert "file is not a database" in told["message"]


def test_a_database_of_another_kind_is_told_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:hunter22@db/bot")
    ran = run("doctor", "--json")

    assert "DATABASE_URL" in found(ran, "database")["message"]
    assert "hunter22" not in ran.out


# ── what never happens ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_secret_is_ever_shown(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch, key: str, form: tuple[str, ...]
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

    assert "fault of the bot: ZeroDivisionError" in found(ran, "database")["message"]
    assert "ok" == found(ran, "vocabulary")["status"]


def test_a_check_that_never_ends_is_given_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_: Parts) -> list[Result]:
        await asyncio.Event().wait()
        return []

    slow = replace(checks._MODULES[0], run=hang, seconds=0.01)
    monkeypatch.setattr(checks, "_MODULES", (slow, checks._MODULES[-1]))
    ran = run("doctor", "--modules-only", "--json")

    assert "could not be checked within 0.01 seconds" in found(ran, "modules")["message"]
    assert "ok" == found(ran, "cache directory")["status"]

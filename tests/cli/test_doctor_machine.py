"""The doctor on modules, templates, cache, vocabulary and database."""

import json
import shutil
import stat
from pathlib import Path

import psycopg
import pytest

from bot.app.doctor import modules
from bot.app.doctor.database import check_database
from bot.app.doctor.machine import check_cache, check_vocabulary
from bot.app.doctor.shared_parts import DoctorParts
from bot.engine import connect
from bot.models import vocabulary
from bot.settings import load
from tests.cli.conftest import Run
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]


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
    told = ran.found("templates")

    assert (1, ["templates"]) == (ran.status, ran.troubles)
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

    assert (1, wrong) == (ran.status, ran.troubles)
    assert "not a valid component" in ran.found(wrong[0])["message"]
    assert "llama-integration.wasm is missing" in ran.found(wrong[1])["message"]


def test_a_module_with_a_right_that_it_may_not_have_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module for local models imports WASI-NN, which a review function is not granted."""
    other = ROOT / "wasm_modules" / "dist" / "llama-integration.wasm"
    monkeypatch.setenv("REVIEW_FUNCTION", str(other))
    told = run("doctor", "--modules-only", "--json").found("module code-review-function")

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

    assert (0, ["module openai-integration"]) == (ran.status, ran.troubles)


@pytest.mark.parametrize("mode", [0o777, 0o755])
async def test_a_cache_that_others_can_enter_is_told(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    [told] = await check_cache(DoctorParts(load(cache_dir=folder)))

    assert told.status == "warning"
    assert f"chmod 700 {folder}" in told.message
    assert mode == stat.S_IMODE(folder.stat().st_mode)


async def test_a_cache_that_is_no_directory_of_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link", "file/below"):
        [told] = await check_cache(DoctorParts(load(cache_dir=tmp_path / name)))

        assert told.status == "warning"
        assert "CACHE_DIR" in told.message


async def test_a_cache_that_is_missing_is_made_private(tmp_path: Path) -> None:
    [told] = await check_cache(DoctorParts(load(cache_dir=tmp_path / "new" / "cache")))

    assert told.status == "ok"
    assert stat.S_IMODE((tmp_path / "new" / "cache").stat().st_mode) == 0o700


async def test_a_damaged_vocabulary_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_loaded", [])
    monkeypatch.setattr(vocabulary, "SHA256", "0" * 64)
    [told] = await check_vocabulary(DoctorParts(load()))

    assert told.status == "problem"
    assert "is damaged" in told.message


async def test_a_database_that_is_there_is_opened(tmp_path: Path) -> None:
    async with await connect(load().database):
        pass
    [told] = await check_database(DoctorParts(load()))

    assert told.status == "ok"
    assert "bot.db can be opened and written" in told.message


def test_a_database_that_is_not_there_is_not_made(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'far' / 'away' / 'bot.db'}")
    told = run("doctor", "--json").found("database")

    assert "ok" == told["status"]
    assert [] == list(tmp_path.iterdir())


async def test_a_place_where_no_database_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [told] = await check_database(DoctorParts(load(database_url=f"sqlite:///{tmp_path}/file/bot.db")))

    assert told.status == "problem"
    assert "Not a directory" in told.message


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("dear diary, " * 100, encoding="utf-8")
    told = run("doctor", "--json").found("database")

    assert "problem" == told["status"]
    assert "file is not a database" in told["message"]


def test_a_database_of_another_kind_is_told_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:hunter22@db/bot")
    ran = run("doctor", "--json")

    assert "DATABASE_URL" in ran.found("database")["message"]
    assert "hunter22" not in ran.out


def test_a_postgresql_server_is_reached_and_nothing_is_made_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, postgres: Cluster
) -> None:
    url = postgres.fresh()
    monkeypatch.setenv("DATABASE_URL", url)
    told = run("doctor", "--json").found("database")
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert "ok" == told["status"]
    assert "PostgreSQL" in told["message"]
    assert (0,) == tables


def test_a_postgresql_server_that_is_not_there_is_named_without_the_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, postgres: Cluster
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://bot:s3cret@127.0.0.1:{postgres.port}/missing")
    ran = run("doctor", "--json")
    told = ran.found("database")

    assert "problem" == told["status"]
    assert "DATABASE_URL" in told["message"]
    assert "s3cret" not in ran.out + ran.err

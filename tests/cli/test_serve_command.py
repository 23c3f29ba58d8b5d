"""`review-bot serve` starts, or says in one line why it does not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene

ROOT = Path(__file__).parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_WEBHOOK_SECRET", ""),
        ("GITHUB_APP_ID", ""),
        ("GITHUB_PRIVATE_KEY", "no key"),
        ("GITHUB_PRIVATE_KEY_FILE", "nowhere.pem"),
        ("GITHUB_TOKEN", "together-with-an-app"),
        ("GITHUB_API_URL", "api.github.com"),
        ("OPENAI_CONTEXT", "many"),
        ("PORT", "eighty"),
        ("WORKERS", "0"),
        ("DATABASE_URL", "mongodb://somewhere"),
        ("DATABASE_URL", "sqlite:////dev/null/bot.db"),
        ("MODULES_DIR", "nowhere"),
        ("PROMPTS_DIR", "nowhere"),
        ("REVIEW_BOT_SETTINGS", "nowhere.toml"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = run("serve", "--port", "0") if name != "PORT" else run("serve")

    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert ran.err.startswith("review-bot: ")
    assert name in ran.err or Path(value).name in ran.err


def test_a_port_that_is_taken_is_named(run: Run, town: GitHubScene, taken: int) -> None:
    ran = run("serve", "--port", str(taken))

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert f"HOST and PORT: cannot listen on 127.0.0.1:{taken}: " in ran.err
    assert "address already in use" in ran.err.lower()


def test_a_function_that_is_none_is_named(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.wasm").write_text("no module", encoding="utf-8")
    monkeypatch.setenv("REVIEW_FUNCTION", "mine.wasm")
    ran = run("serve", "--port", "0")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "not a WebAssembly component" in ran.err


def test_the_command_itself_shows_no_traceback() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot.cli", "serve"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert (1, "") == (ran.returncode, ran.stdout)
    assert "review-bot: GITHUB_WEBHOOK_SECRET is not set: " in ran.stderr
    assert 1 == ran.stderr.count("\n")


def test_an_option_that_is_not_known_is_a_wrong_use(run: Run) -> None:
    ran = run("serve", "--colour", "red")

    assert 2 == ran.status
    assert "--colour" in ran.err

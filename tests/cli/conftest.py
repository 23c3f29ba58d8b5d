"""Commands, run in this process with settings of their own."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives import serialization

from bot.cli import logs, main
from bot.settings import FILE_VARIABLE, Settings
from tests.cli.github_scene import GitHubScene
from tests.cli.github_scene import town as whole_town
from tests.sandbox.guests import product_cache
from tests.stories.stage import SECRET, private_key

ANCESTORS = ("LLM_API_KEY", "LLM_API_ENDPOINT", "LLM_MODEL_NAME", "LLM_CTX_SIZE")


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def paths(self) -> list[str]:
        """The files of a review."""
        return [file["path"] for file in self.json["files"]]

    @property
    def troubles(self) -> list[str]:
        """The checks of the doctor that are not well."""
        return [check["name"] for check in self.json["checks"] if check["status"] != "ok"]

    def found(self, name: str) -> dict[str, str]:
        """The doctor's first result of that name that is not well, or else the first."""
        results = [check for check in self.json["checks"] if check["name"] == name]
        assert results, f"no check is called {name}: {self.out}"
        return next((result for result in results if result["status"] != "ok"), results[0])


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def key() -> str:
    """The App's private key."""
    return private_key()


@pytest.fixture(scope="session")
def public_key(key: str) -> str:
    loaded = serialization.load_pem_private_key(key.encode(), password=None)
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return loaded.public_key().public_bytes(encoding, form).decode()


@pytest.fixture(scope="session")
def module_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All commands of a run share the compiled modules."""
    return product_cache(tmp_path_factory.mktemp("modules") / "cache")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module_cache: Path) -> None:
    """No setting of the machine that runs the tests leaks in, and nothing of a test out."""
    for name in [*(field.upper() for field in Settings.model_fields), *ANCESTORS, FILE_VARIABLE]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CACHE_DIR", str(module_cache))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")


@pytest.fixture(autouse=True)
def _own_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command sets logging up for its whole process, which here is the tests'."""
    monkeypatch.setattr(logs, "configure", lambda _level, _form: None)
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    yield
    structlog.reset_defaults()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `review-bot` with these words; `stdin` is what it reads."""

    def run(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["review-bot", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int | None)
        return Ran(code or 0, written.out, written.err)

    return run


@pytest.fixture
def town(public_key: str, key: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubScene]:
    """GitHub and a model that the settings know."""
    with whole_town(public_key) as town:
        monkeypatch.setenv("GITHUB_API_URL", town.simulator.url)
        monkeypatch.setenv("GITHUB_APP_ID", "1")
        monkeypatch.setenv("GITHUB_PRIVATE_KEY", key)
        monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", SECRET)
        monkeypatch.setenv("OPENAI_BASE_URL", town.model.url)
        monkeypatch.setenv("OPENAI_MODEL", "gpt-5-mini")
        yield town

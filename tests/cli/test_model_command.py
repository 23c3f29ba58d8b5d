"""`review-bot model` pulls, lists, checks and removes; LLAMA_MODEL may be a pulled model's name."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.qualification import qualifications
from bot.core.llm.qualification import Qualification
from bot.models import available_memory
from bot.models.gguf_store import fetch
from bot.models.gguf_store.fit import SUGGESTIONS, suggested
from bot.models.qualification.version import file_version
from bot.settings import load
from tests.cli.conftest import Run
from tests.gguf_models import make_model
from tests.hub import Hub, Repository, hub, let_the_library_ask

REPOSITORY = "acme/tiny-GGUF"
NAME = "tiny-Q4_K_M"


@pytest.fixture(scope="session")
def body(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "models"
    monkeypatch.setenv("MODELS_DIR", str(directory))
    monkeypatch.setattr(fetch, "SPARE", 0)
    return directory


@pytest.fixture
def shop(body: bytes, models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub that the library asks."""
    with hub() as running:
        files = {f"{NAME}.gguf": body, "tiny-Q8_0.gguf": body + bytes(8)}
        running.repositories[REPOSITORY] = Repository(files)
        let_the_library_ask(running.url, monkeypatch)
        yield running


def test_a_pull_shows_the_licence_and_ends_with_the_line_to_set(
    run: Run, shop: Hub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("model", "pull", REPOSITORY)

    assert ran.status == 0, ran.err
    assert "licence: apache-2.0" in ran.err
    assert f"from hf:{REPOSITORY}:{NAME}.gguf" in ran.err
    assert ran.out.splitlines()[-1] == f"LLAMA_MODEL={NAME}"
    monkeypatch.setenv("LLAMA_MODEL", NAME)
    assert load().llama_model == models / NAME / f"{NAME}.gguf"


def test_a_model_elsewhere_is_set_by_its_path(run: Run, shop: Hub, tmp_path: Path) -> None:
    ran = run("model", "pull", REPOSITORY, "--dir", f"{tmp_path}/other", "--file", "Q8_0", "--name", "big")

    assert ran.out.splitlines()[-1] == f"LLAMA_MODEL={tmp_path / 'other' / 'big' / 'tiny-Q8_0.gguf'}"


def test_a_path_and_an_unknown_name_are_left_as_they_are(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("unknown", "/models/a.gguf", "./a.gguf"):
        monkeypatch.setenv("LLAMA_MODEL", text)
        assert load().llama_model == Path(text)


def test_a_broken_index_is_told_when_a_name_is_looked_up(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.mkdir()
    (models / "index.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("LLAMA_MODEL", NAME)
    ran = run("config", "show")

    assert (ran.status, ran.out) == (1, "")
    assert "index.json is not a valid index" in ran.err


def test_what_is_there_is_listed(run: Run, shop: Hub, models: Path) -> None:
    run("model", "pull", REPOSITORY)
    run("model", "pull", f"hf:{REPOSITORY}:Q8_0", "--name", "big")
    table = run("model", "list").out.splitlines()
    listed = run("model", "list", "--json").json

    assert [line.split()[0] for line in table] == ["name", "big", NAME]
    assert all(word in table[2] for word in ("F32", "8192", "apache-2.0", "yes"))
    assert [entry["name"] for entry in listed] == ["big", NAME]
    assert listed[1]["path"] == str(models / NAME / f"{NAME}.gguf")
    assert listed[1]["fits"]


def test_the_list_says_which_models_reviews_use(run: Run, shop: Hub, models: Path) -> None:
    run("model", "pull", REPOSITORY)
    before = run("model", "list").out
    path = models / NAME / f"{NAME}.gguf"
    results = qualifications(load())
    results.write(file_version(path), Qualification(model=NAME, right=1, pairs=3))
    weak, listed = run("model", "list").out, run("model", "list", "--json").json
    results.write(file_version(path), Qualification(model=NAME, right=3, pairs=3))

    assert "not tried yet" in before
    assert "no, rules only (1 of 3 control questions)" in weak
    assert listed[0]["control_questions"] == "1 of 3"
    assert "yes (3 of 3 control questions)" in run("model", "list").out


def test_a_model_that_does_not_fit_says_so(run: Run, shop: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available_memory, "whole", lambda: 1_000_000)

    assert "this machine has 1 MB of RAM" in run("model", "pull", REPOSITORY).out
    assert "no: needs about" in run("model", "list").out


def test_an_empty_shelf_says_where_to_begin(run: Run, models: Path) -> None:
    assert "review-bot model recommend" in run("model", "list").out
    assert run("model", "list", "--json").json == []


def test_a_changed_file_is_found(run: Run, shop: Hub, models: Path) -> None:
    run("model", "pull", REPOSITORY)
    assert run("model", "verify").out == f"{NAME}: OK\n"
    path = models / NAME / f"{NAME}.gguf"
    with path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")
    ran = run("model", "verify", NAME)

    assert ran.status == 1
    assert f"{path} has changed" in ran.out
    path.unlink()
    assert "No such file" in run("model", "verify").out


def test_a_model_is_removed_when_somebody_said_so(run: Run, shop: Hub, models: Path) -> None:
    run("model", "pull", REPOSITORY)
    asked = run("model", "remove", NAME)
    assert (asked.status, (models / NAME).exists()) == (1, True)
    assert "--yes" in asked.err
    ran = run("model", "remove", NAME, "--yes")

    assert (ran.status, (models / NAME).exists()) == (0, False)
    assert run("model", "list", "--json").json == []
    assert f"no model {NAME}" in run("model", "remove", NAME, "--yes").err


def test_what_cannot_be_pulled_is_one_line(run: Run, shop: Hub) -> None:
    ran = run("model", "pull", "acme/none")

    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("review-bot: the repository acme/none does not exist")
    assert len(ran.err.splitlines()) == 1


def test_recommendations_say_that_nothing_was_measured(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available_memory, "whole", lambda: 16_700_000_000)
    ran = run("model", "recommend")

    assert "A rough guide, not measured on this machine." in ran.out
    assert sum(line.lstrip().startswith("→") for line in ran.out.splitlines()) == 1
    assert all(one.source in ran.out for one in SUGGESTIONS)
    assert len(run("model", "recommend", "--json").json) == len(SUGGESTIONS)


def test_suggestions_grow_with_the_memory_and_leave_room_for_more_than_the_file() -> None:
    assert [one.memory for one in SUGGESTIONS] == sorted(one.memory for one in SUGGESTIONS)
    assert all(one.size < one.memory * 0.75 for one in SUGGESTIONS)
    assert suggested(1_000_000_000) is None
    assert suggested(10**12) == SUGGESTIONS[-1]


def test_the_hubs_own_variables_are_respected(shop: Hub, models: Path, tmp_path: Path) -> None:
    """In a process of its own, for the hub's library reads them when it is imported."""
    shop.repositories[REPOSITORY].closed = "gated"
    given = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MODELS_DIR": str(models)}

    def pull(**more: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "bot.cli", "model", "pull", REPOSITORY]
        environment = {**given, "HF_ENDPOINT": shop.url, **more}
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    assert "is gated: accept the terms" in pull().stderr
    before = len(shop.asked)
    assert "HF_HUB_OFFLINE is set" in pull(HF_TOKEN=shop.token, HF_HUB_OFFLINE="1").stderr
    assert len(shop.asked) == before
    assert pull(HF_TOKEN=shop.token).stdout.splitlines()[-1] == f"LLAMA_MODEL={NAME}"

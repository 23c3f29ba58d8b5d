"""Models are fetched from a server that speaks the hub's protocol, by the hub's own library."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from huggingface_hub import constants

from bot.core.errors import Refused
from bot.models.gguf_store import ModelStore, fetch
from bot.models.gguf_store.entry import StoredModel
from bot.models.gguf_store.offer import ModelOffer
from bot.models.gguf_store.pull import PullOptions, pull
from bot.models.gguf_store.source import read_source
from tests.hub import COMMIT, Hub, Repository, hub, let_the_library_ask

REPOSITORY = "acme/tiny-GGUF"
FILE = "tiny-Q4_K_M.gguf"
NAME = "tiny-Q4_K_M"


@dataclass
class Told:
    """What a pull tells."""

    offers: list[ModelOffer] = field(default_factory=list)
    steps: list[tuple[str, int, int | None]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def offer(self, name: str, offer: ModelOffer) -> None:
        self.offers.append(offer)

    def at(self, file: str, done: int, total: int | None) -> None:
        self.steps.append((file, done, total))

    def checking(self, file: str) -> None:
        self.checked.append(file)


@pytest.fixture
def body(tiny: Path) -> bytes:
    return tiny.read_bytes()


@pytest.fixture
def town(body: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub, asked without waiting between two tries."""
    monkeypatch.setattr(fetch, "PAUSE", 0)
    monkeypatch.setattr(fetch, "SPARE", 0)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", "/nonexistent")
    with hub() as running:
        running.repositories[REPOSITORY] = Repository({"README.md": b"# Tiny", FILE: body})
        let_the_library_ask(running.url, monkeypatch)
        yield running


@pytest.fixture
def model_store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def pulled(model_store: ModelStore, source: str, file: str | None = None, **pull_options: Any) -> StoredModel:
    return pull(model_store, read_source(source, file), PullOptions(**pull_options), Told())[0]


def left_over(model_store: ModelStore) -> set[str]:
    """Files of the shelf that are neither the index nor locks."""
    found = {path.name for path in model_store.directory.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith((".lock", "index.json"))}


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_a_repositorys_model_is_fetched_checked_and_recorded(
    town: Hub, model_store: ModelStore, body: bytes
) -> None:
    told = Told()
    entry, is_new = pull(model_store, read_source(REPOSITORY), PullOptions(), told)

    assert is_new
    assert model_store.path(entry).read_bytes() == body
    assert (entry.name, entry.files[0].sha256, entry.size) == (NAME, sha256(body), len(body))
    assert (entry.source, entry.revision, entry.licence) == (f"hf:{REPOSITORY}:{FILE}", COMMIT, "apache-2.0")
    assert (entry.facts.architecture, entry.facts.template, entry.checked) == ("llama", True, True)
    assert entry.facts.cell == 2 * 2 * 2 * 64  # keys and values of two layers, each 64 numbers of two bytes
    assert told.offers[0].licence == "apache-2.0"
    assert told.steps[-1] == (FILE, len(body), len(body))
    assert told.checked == [FILE]
    assert model_store.models() == (entry,)
    assert left_over(model_store) == {FILE}


def test_the_token_goes_to_the_hub(
    town: Hub, model_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.repositories[REPOSITORY].closed = "gated"
    monkeypatch.setenv("HF_TOKEN", town.token)

    assert pulled(model_store, REPOSITORY).name == NAME


def test_the_token_does_not_go_on_to_where_the_bytes_are(
    town: Hub, model_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", town.token)
    with hub() as elsewhere:
        elsewhere.repositories = town.repositories
        town.cdn = elsewhere.url
        pulled(model_store, REPOSITORY)

        assert town.fetched("/resolve/")[0]["authorization"] == f"Bearer {town.token}"
        assert [headers.get("authorization") for headers in elsewhere.fetched()] == [None]


def test_two_pulls_of_one_name_do_not_mix(town: Hub, model_store: ModelStore) -> None:
    with model_store.room(NAME), pytest.raises(Refused, match=f"{NAME} is being pulled by another process"):
        pulled(model_store, REPOSITORY)


@pytest.mark.parametrize(
    ("closed", "advice"), [("gated", "accept the terms.*HF_TOKEN"), ("private", "HF_TOKEN")]
)
def test_a_closed_repository_is_explained(
    town: Hub, model_store: ModelStore, closed: str, advice: str
) -> None:
    town.repositories[REPOSITORY].closed = closed
    with pytest.raises(Refused, match=advice) as caught:
        pulled(model_store, REPOSITORY)

    assert REPOSITORY in str(caught.value)


def test_a_repository_or_a_revision_that_is_not_there_is_named(town: Hub, model_store: ModelStore) -> None:
    with pytest.raises(Refused, match="acme/none does not exist"):
        pulled(model_store, "acme/none")
    with pytest.raises(Refused, match="no revision v9"):
        pulled(model_store, REPOSITORY, revision="v9")


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_broken_connection_is_taken_up_again(
    town: Hub, model_store: ModelStore, body: bytes, *, stubborn: bool
) -> None:
    """By a range, where the server knows them."""
    town.cuts, town.stubborn = [1000, 2000], stubborn
    entry = pulled(model_store, REPOSITORY)

    assert model_store.path(entry).read_bytes() == body
    assert [headers.get("range") for headers in town.fetched()] == [
        None,
        "bytes=1000-",
        "bytes=2000-" if stubborn else "bytes=3000-",
    ]


def test_a_later_pull_goes_on_where_an_earlier_one_gave_up(
    town: Hub, model_store: ModelStore, body: bytes
) -> None:
    town.cuts = [5000, 0, 0, 0]
    with pytest.raises(Refused, match="run the command again to resume"):
        pulled(model_store, REPOSITORY)
    assert model_store.models() == ()
    entry = pulled(model_store, REPOSITORY)

    assert town.fetched()[-1]["range"] == "bytes=5000-"
    assert model_store.path(entry).read_bytes() == body


def test_another_version_is_not_put_behind_the_beginning_of_the_first(
    town: Hub, model_store: ModelStore, body: bytes
) -> None:
    town.cuts = [5000, 0, 0, 0]
    with pytest.raises(Refused):
        pulled(model_store, REPOSITORY)
    changed = body[:-4] + b"\0\0\0\0"
    town.repositories[REPOSITORY].files[FILE] = changed

    assert model_store.path(pulled(model_store, REPOSITORY)).read_bytes() == changed


def test_a_busy_server_is_asked_again(town: Hub, model_store: ModelStore) -> None:
    town.busy = 3
    assert pulled(model_store, REPOSITORY).name == NAME
    town.busy = 99
    with pytest.raises(Refused, match="503"):
        pulled(model_store, REPOSITORY, name="other")


def test_of_a_wrong_file_nothing_is_kept(town: Hub, model_store: ModelStore, body: bytes) -> None:
    town.tampered = True
    with pytest.raises(Refused, match=f"{FILE} is damaged.*instead of {sha256(body)}"):
        pulled(model_store, REPOSITORY)

    assert left_over(model_store) == set()
    assert model_store.models() == ()
    town.tampered = False
    assert model_store.path(pulled(model_store, REPOSITORY)).read_bytes() == body


def test_the_operators_checksum_holds(town: Hub, model_store: ModelStore, body: bytes) -> None:
    url = f"{town.url}/{REPOSITORY}/resolve/main/{FILE}"
    with pytest.raises(Refused, match=f"instead of {'0' * 64}"):
        pulled(model_store, url, sha256="0" * 64)
    with pytest.raises(Refused, match="the hub states"):
        pulled(model_store, REPOSITORY, sha256="0" * 64)
    with pytest.raises(Refused, match="64 hexadecimal digits"):
        pulled(model_store, url, sha256="abc")

    assert left_over(model_store) == set()
    assert pulled(model_store, url, sha256=sha256(body).upper()).checked


def test_a_url_is_fetched_and_says_that_nobody_stated_its_checksum(
    town: Hub, model_store: ModelStore, body: bytes
) -> None:
    url = f"{town.url}/cdn/{REPOSITORY}/{FILE}"
    town.cuts = [7000]
    entry = pulled(model_store, f"{url}?secret=1")

    assert model_store.path(entry).read_bytes() == body
    assert (entry.source, entry.licence, entry.checked) == (url, None, False)
    assert town.fetched()[-1]["range"] == "bytes=7000-"


def test_a_file_is_copied(town: Hub, model_store: ModelStore, tiny: Path, body: bytes) -> None:
    entry = pulled(model_store, str(tiny))

    assert (entry.name, entry.source) == ("tiny", str(tiny))
    assert model_store.path(entry).read_bytes() == tiny.read_bytes() == body
    assert town.asked == []


def test_what_is_no_model_is_not_kept(town: Hub, model_store: ModelStore, tmp_path: Path) -> None:
    page = tmp_path / "page.gguf"
    page.write_text("<!doctype html>", encoding="utf-8")
    with pytest.raises(Refused, match="does not begin with GGUF"):
        pulled(model_store, str(page))

    assert left_over(model_store) == set()


def test_what_would_end_llama_cpp_is_not_kept(
    town: Hub, model_store: ModelStore, tmp_path: Path, body: bytes
) -> None:
    """A block count of zero, for one."""
    key = b"llama.block_count"
    at = body.index(key) + len(key) + 4
    town.repositories[REPOSITORY].files[FILE] = body[:at] + bytes(4) + body[at + 4 :]
    with pytest.raises(Refused, match=f"{FILE} is not a usable GGUF file: block_count is 0"):
        pulled(model_store, REPOSITORY)

    assert left_over(model_store) == set()


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    town: Hub, model_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 10**6 - 1000, 1000))
    with pytest.raises(Refused, match=r"not enough disk space .* are needed.*1 kB are free.*MODELS_DIR"):
        pulled(model_store, REPOSITORY)

    assert town.fetched() == []


def test_the_same_model_again_is_not_fetched_again(town: Hub, model_store: ModelStore) -> None:
    first = pulled(model_store, REPOSITORY)
    again, is_new = pull(model_store, read_source(REPOSITORY), PullOptions(), Told())

    assert (again, is_new) == (first, False)
    assert len(town.fetched()) == 1


def test_another_model_of_the_same_name_is_never_overwritten(
    town: Hub, model_store: ModelStore, body: bytes
) -> None:
    first = pulled(model_store, REPOSITORY)
    town.repositories["evil/tiny-GGUF"] = Repository({FILE: body + b"x"})
    with pytest.raises(Refused, match=f"a different model {NAME}, from hf:{REPOSITORY}"):
        pulled(model_store, "evil/tiny-GGUF")

    assert model_store.path(first).read_bytes() == body
    assert pulled(model_store, "evil/tiny-GGUF", name="evil").name == "evil"


def test_a_directory_that_nobody_recorded_is_left_alone(town: Hub, model_store: ModelStore) -> None:
    (model_store.directory / NAME).mkdir(parents=True)
    with pytest.raises(Refused, match="not in the index"):
        pulled(model_store, REPOSITORY)


@pytest.mark.parametrize("name", ["../x", "", "a/b", ".hidden", "index.json", "x" * 200])
def test_a_name_cannot_lead_elsewhere(town: Hub, model_store: ModelStore, name: str) -> None:
    wanted = {"name": name} if name else {"name": " "}
    with pytest.raises(Refused, match="is not a valid model name"):
        pulled(model_store, REPOSITORY, **wanted)


def part(path: Path, number: int, total: int) -> bytes:
    """One of `total` files of a model with a weight each."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint16("split.no", number)
    writer.add_uint16("split.count", total)
    writer.add_tensor(f"t{number}", np.ones((4, 5), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


@pytest.fixture
def parts(town: Hub, tmp_path: Path) -> dict[str, bytes]:
    names = [f"big-Q8_0-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    files = {name: part(tmp_path / name, number, 3) for number, name in enumerate(names)}
    town.repositories["acme/big-GGUF"] = Repository(files)
    return files


def test_all_parts_are_pulled_and_the_first_is_the_one_to_load(
    town: Hub, model_store: ModelStore, parts: dict[str, bytes]
) -> None:
    entry = pulled(model_store, "acme/big-GGUF")

    assert [file.name for file in entry.files] == list(parts)
    assert (entry.name, model_store.path(entry).name) == ("big-Q8_0", next(iter(parts)))
    assert (entry.facts.parameters, entry.size) == (60, sum(map(len, parts.values())))


def test_parts_that_came_already_are_not_fetched_again(
    town: Hub, model_store: ModelStore, parts: dict[str, bytes]
) -> None:
    first, _, third = parts
    town.cuts = [10**6, 10, 0, 0, 0]
    with pytest.raises(Refused, match="run the command again to resume"):
        pulled(model_store, "acme/big-GGUF")
    assert model_store.models() == ()
    pulled(model_store, "acme/big-GGUF")

    # Each is asked for at one address, which leads on to another.
    assert [len(town.fetched(name)) for name in (first, third)] == [
        2,
        2,
    ]


def test_one_part_alone_is_refused(town: Hub, model_store: ModelStore, parts: dict[str, bytes]) -> None:
    with pytest.raises(Refused, match="one of 3 parts: pull the repository"):
        pulled(model_store, f"{town.url}/cdn/acme/big-GGUF/{next(iter(parts))}")


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ({"license": "other", "license_name": "acme-1", "license_link": "https://x"}, "acme-1 https://x"),
        ({"license": "other"}, "other"),
        ({"license": None}, None),
    ],
)
def test_a_licence_of_its_own_is_shown_by_name(
    town: Hub, model_store: ModelStore, card: dict[str, Any], licence: str | None
) -> None:
    town.repositories[REPOSITORY].card = card

    assert pulled(model_store, REPOSITORY).licence == licence


def test_offline_means_that_nothing_is_asked(
    town: Hub, model_store: ModelStore, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    for source in (REPOSITORY, f"{town.url}/cdn/{REPOSITORY}/{FILE}"):
        with pytest.raises(Refused, match="HF_HUB_OFFLINE is set"):
            pulled(model_store, source)

    assert pulled(model_store, str(tiny)).name == "tiny"
    assert town.asked == []


def test_a_hub_that_cannot_be_reached_is_told(
    town: Hub, model_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_the_library_ask("http://127.0.0.1:1", monkeypatch)
    with pytest.raises(Refused, match=r"cannot be reached.*HF_ENDPOINT"):
        pulled(model_store, REPOSITORY)


def test_a_broken_index_is_named(town: Hub, model_store: ModelStore) -> None:
    pulled(model_store, REPOSITORY)
    index = model_store.directory / "index.json"
    index.write_text(json.dumps({"models": [{"name": "x"}]}), encoding="utf-8")
    with pytest.raises(Refused, match=r"index\.json is not a valid index"):
        model_store.models()

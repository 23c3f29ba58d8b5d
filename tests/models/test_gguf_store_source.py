"""Where a model is to come from, as an operator writes it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.models.gguf_store.source import DiskSource, HubSource, UrlSource, read_source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Qwen/Coder-GGUF", HubSource("Qwen/Coder-GGUF")),
        ("hf:Qwen/Coder-GGUF", HubSource("Qwen/Coder-GGUF")),
        ("hf:Qwen/Coder-GGUF:a/b-q8_0.gguf", HubSource("Qwen/Coder-GGUF", "a/b-q8_0.gguf")),
        (" Qwen/Coder-GGUF:Q5_K_M ", HubSource("Qwen/Coder-GGUF", "Q5_K_M")),
        ("https://models.example/a/b.gguf?x=1", UrlSource("https://models.example/a/b.gguf?x=1")),
    ],
)
def test_a_source_is_understood(text: str, source: object) -> None:
    assert read_source(text) == source


def test_a_file_that_is_there_goes_before_a_repository_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "repo").touch()
    monkeypatch.chdir(tmp_path)

    assert read_source("org/repo") == DiskSource(tmp_path / "org" / "repo")
    assert read_source("hf:org/repo") == HubSource("org/repo")


@pytest.mark.parametrize(
    "text", ["", "model.gguf", "/no/such/file.gguf", "ftp://host/x.gguf", "a/b/c", "../x"]
)
def test_what_is_no_source_is_told_what_is_one(text: str) -> None:
    with pytest.raises(Refused, match=r"org/repo.*URL.*file"):
        read_source(text)


@pytest.mark.parametrize("text", ["https://", "https://host", "https://host/", "http://[::1/x.gguf"])
def test_a_url_without_a_file_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="names no file"):
        read_source(text)


def test_a_url_is_shown_without_its_secrets() -> None:
    source = read_source("https://mira:hunter2@host/a.gguf?signature=s3cret")

    assert str(source) == "https://host/a.gguf"


def test_a_pattern_chooses_in_a_repository_only() -> None:
    assert read_source("org/repo", "*q8*") == HubSource("org/repo", "*q8*")
    with pytest.raises(Refused, match="--file"):
        read_source("https://host/a.gguf", "*q8*")
    with pytest.raises(Refused, match="use only one"):
        read_source("org/repo:a.gguf", "b.gguf")


@given(st.text())
def test_whatever_is_written_is_a_source_or_refused(text: str) -> None:
    try:
        source = read_source(text)
    except Refused:
        return
    assert str(source)

"""What a model is, by its file."""

import struct
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.models.gguf_store.facts import read_facts
from tests.gguf_models import make_model


def test_a_models_facts_are_read(tiny: Path) -> None:
    facts = read_facts(tiny)

    assert (facts.architecture, facts.name, facts.quantisation) == ("llama", "tiny", "F32")
    assert (facts.context, facts.template, facts.parts) == (8192, True, 1)
    assert facts.cell == 512


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"<!doctype html>", "is not a usable GGUF file: the file does not begin with GGUF"),
        (b"GGUF" + struct.pack("<IQQ", 99, 0, 0), "a GGUF version other than"),
    ],
)
def test_what_is_no_model_is_named(tmp_path: Path, body: bytes, wrong: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(body)

    with pytest.raises(Refused, match=wrong) as caught:
        read_facts(path)

    assert str(path) in str(caught.value)


def test_what_would_end_llama_cpp_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="block_count is 0"):
        read_facts(make_model(tmp_path / "flat.gguf", layers=0))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.gguf: No such file"):
        read_facts(tmp_path / "gone.gguf")

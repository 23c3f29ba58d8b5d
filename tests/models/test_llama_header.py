"""How much memory a model takes is known before it is loaded, and what llama.cpp would abort over."""

from pathlib import Path
from typing import Any

import gguf
import pytest

from bot.core.errors import NNError
from bot.models.gguf_metadata import BrokenFileError, Metadata
from bot.models.llama.gguf import Gguf, check
from bot.models.llama.header import Header, header, read
from tests.gguf_models import make_model


def test_a_model_is_read(tiny: Path) -> None:
    assert read(tiny) == Header(
        size=tiny.stat().st_size,
        train_context=8192,
        layers=2,
        kv_bytes=2 * 4 * (16 + 16) * 2,  # layers, heads, sizes of key and value, bytes
        pooling=False,
    )


def test_heads_may_differ_by_layer_and_have_a_size_of_their_own(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "mixed.gguf", "llama")
    writer.add_block_count(3)
    writer.add_head_count([8, 8, 8])
    writer.add_head_count_kv([2, 0, 1])
    writer.add_embedding_length(64)
    writer.add_key_length(10)
    writer.add_value_length(20)
    writer.add_pooling_type(gguf.PoolingType.CLS)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()

    known = read(tmp_path / "mixed.gguf")

    assert known
    assert (known.kv_bytes, known.pooling, known.train_context) == (3 * 30 * 2, True, 0)


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("block_count", 0, "block_count is 0"),
        ("block_count", 100_000, "block_count is 100000"),
        ("block_count", "many", "block_count is many"),
        ("context_length", 0, "context_length is 0"),
    ],
)
def test_what_would_abort_llama_cpp_is_named(name: str, value: Any, wrong: str) -> None:
    values = {"general.architecture": "llama", f"llama.{name}": value}

    with pytest.raises(BrokenFileError, match=wrong):
        header(Metadata(1000, values, 0))


def test_another_familys_numbers_do_not_count() -> None:
    values = {"general.architecture": "llama", "llama4.block_count": 0, "block_count": 0}

    assert header(Metadata(1000, values, 0)).layers == 0


def test_a_broken_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = make_model(tmp_path / "flat.gguf", layers=0)

    with pytest.raises(NNError, match=r"block_count is 0.*LLAMA_MODEL is .*download it again") as caught:
        check("flat", Gguf(path, 1024, setting="LLAMA_MODEL"))

    assert caught.value.code == "invalid-encoding"

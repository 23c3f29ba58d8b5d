"""What a GGUF file says about itself is read before llama.cpp, which aborts over some of it."""

import contextlib
import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import NNError
from bot.models.llama.gguf import check
from bot.models.llama.header import Header, read
from tests.gguf_models import make_model


def _number(name: str, value: int, kind: str = "I", code: int = 4) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode() + struct.pack(f"<I{kind}", code, value)


def _text(name: str, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode() + struct.pack("<IQ", 8, len(value)) + value


def _texts(name: str, values: list[bytes], *, said: int | None = None) -> bytes:
    head = struct.pack("<Q", len(name)) + name.encode()
    head += struct.pack("<IIQ", 9, 8, len(values) if said is None else said)
    return head + b"".join(struct.pack("<Q", len(value)) + value for value in values)


def _file(path: Path, *keys: bytes, said: int | None = None, version: int = 3) -> Path:
    head = b"GGUF" + struct.pack("<IQQ", version, 0, len(keys) if said is None else said)
    path.write_bytes(head + b"".join(keys))
    return path


LLAMA = _text("general.architecture", b"llama")


def test_a_model_is_read(tiny: Path) -> None:
    header = read(tiny)

    assert header == Header(
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

    header = read(tmp_path / "mixed.gguf")

    assert header
    assert (header.kv_bytes, header.pooling, header.train_context) == (3 * 30 * 2, True, 0)


@pytest.mark.parametrize(
    ("keys", "said", "names"),
    [
        ([LLAMA, _number("llama.block_count", 0)], None, "block_count is 0"),
        ([LLAMA, _number("llama.block_count", 100_000)], None, "block_count is 100000"),
        ([LLAMA, _number("llama.context_length", 0)], None, "context_length is 0"),
        ([LLAMA, _text("llama.block_count", b"many")], None, "block_count is many"),
        ([_texts("tokenizer.ggml.tokens", [b"a", b"b", b"a"])], None, "token 2, b'a', is there twice"),
        ([_texts("tokenizer.ggml.merges", [], said=2**40)], None, "texts"),
        ([_texts("tokenizer.ggml.tokens", [b"a"], said=5)], None, "breaks off"),
        ([_number("x", 1, code=77)], None, "unknown type 77"),
        ([struct.pack("<QIIQ", 0, 9, 9, 1)], None, "array of the type 9"),
        ([], 2**40, "metadata keys"),
        ([], 1, "breaks off"),
        ([struct.pack("<Q", 2**63)], None, "breaks off"),
    ],
)
def test_what_would_abort_llama_cpp_is_named(
    tmp_path: Path, keys: list[bytes], said: int | None, names: str
) -> None:
    path = _file(tmp_path / "hostile.gguf", *keys, said=said)

    with pytest.raises(NNError) as caught:
        read(path)

    assert caught.value.code == "invalid-encoding"
    assert names in str(caught.value)


def test_other_versions_are_left_to_llama_cpp(tmp_path: Path) -> None:
    assert read(_file(tmp_path / "old.gguf", version=1)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(place=st.integers(0, 400), value=st.binary(min_size=1, max_size=12), cut=st.integers(0, 20_000))
def test_no_file_is_too_broken_to_be_refused(
    tiny: Path, tmp_path: Path, place: int, value: bytes, cut: int
) -> None:
    whole = tiny.read_bytes()[:20_000]
    changed = b"GGUF" + (whole[4:place] + value + whole[max(place, 4) + len(value) :])[:cut]
    path = tmp_path / "changed.gguf"
    path.write_bytes(changed)

    with contextlib.suppress(NNError):
        read(path)


def test_a_broken_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = make_model(tmp_path / "flat.gguf", layers=0)

    with pytest.raises(NNError, match=r"block_count is 0.*LLAMA_MODEL is .*download it again"):
        check("flat", path)

"""What a GGUF file says of itself is read without llama.cpp; hostile files are named and cost little."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from gguf import GGUFReader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.models import gguf_metadata
from bot.models.gguf_metadata import BrokenFileError, read
from tests.gguf_models import CHATML


def number(value: int, form: str = "<Q") -> bytes:
    return struct.pack(form, value)


def text(value: bytes) -> bytes:
    return number(len(value)) + value


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + number(kind, "<I") + value


def texts(*values: bytes, said: int | None = None) -> bytes:
    return number(8, "<I") + number(len(values) if said is None else said) + b"".join(map(text, values))


def gguf(*pairs: bytes, keys: int | None = None, tensors: int = 0, version: int = 3) -> bytes:
    head = b"GGUF" + number(version, "<I") + number(tensors)
    return head + number(len(pairs) if keys is None else keys) + b"".join(pairs)


def test_a_model_is_read_as_the_formats_own_library_reads_it(tiny: Path) -> None:
    found = read(tiny)

    assert found
    assert found.size == tiny.stat().st_size
    assert found.text("general.architecture") == "llama"
    assert found.text("tokenizer.chat_template") == CHATML
    assert found.number("llama.context_length") == 8192
    assert found.text("llama.context_length") == ""
    assert found.number("general.name") is None
    assert found.weights == sum(int(tensor.n_elements) for tensor in GGUFReader(tiny).tensors)


def test_what_is_long_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    pairs = [
        pair(b"a", 9, texts(b"a", b"bc")),
        pair(b"b", 9, number(12, "<I") + number(2) + bytes(16)),
        pair(b"c", 9, number(0, "<I") + number(5000) + bytes(5000)),
        pair(b"d", 8, text(bytes(300_000))),
        pair(b"odd.context_length", 4, number(77, "<I")),
    ]
    path.write_bytes(gguf(*pairs, version=2))

    found = read(path)

    assert found
    assert found.values == {"b": [0.0, 0.0], "odd.context_length": 77}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "does not begin with GGUF"),
        (b"<!doctype html>", "does not begin with GGUF"),
        (b"GGUF", "truncated"),
        (gguf()[:-4], "truncated"),
        (gguf(keys=3), "truncated"),
        (gguf(keys=2**62), f"declares {2**62} metadata keys"),
        (gguf(tensors=2**63), f"declares {2**63} tensors"),
        (gguf(number(2**63)), "truncated"),
        (gguf(pair(b"k", 8, number(2**40))), "truncated"),
        (gguf(pair(b"k", 77, b"")), "unknown type 77"),
        (gguf(pair(b"k", 9, number(0, "<I") + number(2**60))), "truncated"),
        (gguf(pair(b"k", 9, texts(said=2**40))), f"declares {2**40} texts in k"),
        (gguf(pair(b"k", 9, texts(b"a", said=5))), "truncated"),
        (gguf(pair(b"k", 9, (number(9, "<I") + number(1)) * 50)), "array of the unsupported type 9"),
        (gguf(pair(b"tokenizer.ggml.tokens", 9, texts(b"a", b"b", b"a"))), "token 2, b'a', is a duplicate"),
        (gguf(text(b"t") + number(2**31, "<I"), keys=0, tensors=1), "dimensions"),
    ],
)
def test_a_broken_or_hostile_file_is_named(tmp_path: Path, body: bytes, wrong: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(body)

    with pytest.raises(BrokenFileError, match=wrong):
        read(path)


def test_a_header_without_an_end_is_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf_metadata, "MOST_BYTES", 1000)
    path = tmp_path / "long.gguf"
    path.write_bytes(gguf(pair(b"k", 8, text(bytes(2000)))))

    with pytest.raises(BrokenFileError, match="longer than 1000 bytes"):
        read(path)


def test_other_versions_are_left_to_llama_cpp(tmp_path: Path) -> None:
    path = tmp_path / "old.gguf"
    path.write_bytes(gguf(version=1))

    assert read(path) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    where=st.integers(4, 400) | st.integers(4, 4000),
    bytes_=st.binary(min_size=1, max_size=16),
    cut=st.integers(0, 20_000),
)
def test_whatever_is_changed_it_is_read_or_refused(
    tmp_path: Path, tiny: Path, where: int, bytes_: bytes, cut: int
) -> None:
    whole = tiny.read_bytes()[:20_000]
    path = tmp_path / "changed.gguf"
    path.write_bytes((whole[:where] + bytes_ + whole[where + len(bytes_) :])[:cut])

    with suppress(BrokenFileError):
        found = read(path)
        assert found is None or found.weights >= 0

"""What a GGUF file says of itself; hostile files are named and cost little."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from gguf import GGUFReader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.models.store import header
from bot.models.store.header import read_facts


def number(value: int, form: str = "<Q") -> bytes:
    return struct.pack(form, value)


def text(value: bytes) -> bytes:
    return number(len(value)) + value


def gguf(*pairs: bytes, keys: int | None = None, tensors: int = 0, version: int = 3) -> bytes:
    head = b"GGUF" + number(version, "<I") + number(tensors)
    return head + number(len(pairs) if keys is None else keys) + b"".join(pairs)


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + number(kind, "<I") + value


def test_a_models_facts_are_read(tiny: Path) -> None:
    facts = read_facts(tiny)

    assert (facts.architecture, facts.name, facts.quantisation) == ("llama", "tiny", "F32")
    assert (facts.context, facts.template, facts.parts) == (8192, True, 1)

    # What the format's own library reads.
    reader = GGUFReader(tiny)
    assert facts.parameters == sum(int(tensor.n_elements) for tensor in reader.tensors)


def test_lists_of_every_kind_are_passed_over(tmp_path: Path) -> None:
    strings = number(8, "<I") + number(2) + text(b"a") + text(b"bc")
    lists = number(9, "<I") + number(1) + number(4, "<I") + number(3) + bytes(12)
    path = tmp_path / "m.gguf"
    pairs = [
        pair(b"a", 9, strings),
        pair(b"b", 9, lists),
        pair(b"c", 9, number(12, "<I") + number(2) + bytes(16)),
        pair(b"general.architecture", 8, text(b"odd")),
        pair(b"odd.context_length", 4, number(77, "<I")),
    ]
    path.write_bytes(gguf(*pairs, version=2))

    assert (read_facts(path).architecture, read_facts(path).context) == ("odd", 77)


DEEP = number(9, "<I") + number(1)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "ends within its header"),
        (b"<!doctype html>", "does not begin with GGUF"),
        (gguf(version=99), "version 99"),
        (gguf()[:-4], "ends within its header"),
        (gguf(keys=2**62), f"says that it has {2**62} keys"),
        (gguf(tensors=2**63), f"says that it has {2**63} tensors"),
        (gguf(keys=3), "ends within its header"),
        (gguf(number(2**50)), "bytes in one text"),
        (gguf(pair(b"k", 8, number(2**40))), "bytes in one text"),
        (gguf(pair(b"k", 99, b"")), "unknown kind 99"),
        (gguf(pair(b"k", 9, number(0, "<I") + number(2**60))), "items in one list"),
        (gguf(pair(b"k", 9, number(8, "<I") + number(1_000_000))), "ends within its header"),
        (gguf(pair(b"k", 9, DEEP * 50)), "too deep"),
        (gguf(text(b"t") + number(2**31, "<I"), keys=0, tensors=1), "dimensions"),
    ],
)
def test_a_broken_or_hostile_file_is_named(tmp_path: Path, body: bytes, wrong: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(body)
    with pytest.raises(Refused, match=wrong) as caught:
        read_facts(path)

    assert str(path) in str(caught.value)


def test_a_header_without_an_end_is_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(header, "MOST_BYTES", 1000)
    path = tmp_path / "long.gguf"
    path.write_bytes(gguf(pair(b"k", 8, text(bytes(2000)))))
    with pytest.raises(Refused, match="far too long"):
        read_facts(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.gguf: No such file"):
        read_facts(tmp_path / "gone.gguf")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(0, 4000), bytes_=st.binary(min_size=1, max_size=16), cut=st.integers(0, 20_000))
def test_whatever_is_changed_it_is_read_or_refused(
    tmp_path: Path, tiny: Path, where: int, bytes_: bytes, cut: int
) -> None:
    whole = tiny.read_bytes()[:20_000]
    path = tmp_path / "changed.gguf"
    path.write_bytes((whole[:where] + bytes_ + whole[where + len(bytes_) :])[:cut])
    with suppress(Refused):
        assert read_facts(path).parameters >= 0

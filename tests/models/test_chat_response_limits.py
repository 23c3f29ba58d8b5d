"""Answers that are compressed although that was not asked for, or said to be and are not."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.chat.response_limits import EndlessError, _Unpacked

BODY = b'{"choices": [{"message": {"content": "' + b"hello " * 40 + b'"}}]}'


def packed(body: bytes) -> bytes:
    """By gzip, the same bytes each time: they are in the names of tests, which all workers must agree on."""
    return gzip.compress(body, mtime=0)


def _raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _read(encoding: str, data: bytes, step: int, most: int = 1_000_000) -> bytes:
    unpacked = _Unpacked(encoding)
    parts = [unpacked.feed(data[at : at + step], most) for at in range(0, len(data), step)]
    return b"".join(parts) + unpacked.end()


@pytest.mark.parametrize("step", [1, 3, 10_000])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", BODY),
        ("utf-8", BODY),
        ("none", BODY),
        ("aws-chunked", BODY),
        ("gzip, identity", BODY),
        ("deflate", BODY),
        ("br", BODY),
        ("gzip", packed(BODY)),
        ("gzip, identity", packed(BODY)),
        ("", packed(BODY)),
        ("gzip", packed(BODY[:9]) + packed(BODY[9:])),
        ("gzip", packed(BODY) + b"\0" * 8),
        ("gzip, gzip", packed(packed(BODY))),
        ("deflate", zlib.compress(BODY)),
        ("", zlib.compress(BODY)),
        ("deflate", _raw(BODY)),
    ],
)
def test_what_an_answer_is_shows_in_its_bytes(encoding: str, data: bytes, step: int) -> None:
    assert BODY == _read(encoding, data, step)


@pytest.mark.parametrize("text", ["{", "", "\n\n{}", "请求过于频繁", "Hello", "x^2"])
def test_text_is_left_as_it_is(text: str) -> None:
    assert text.encode() == _read("", text.encode(), 1)


@pytest.mark.parametrize("data", [b"\x0b\x02\x80hello\x03", b"\x28\xb5\x2f\xfd\x20"])
def test_what_cannot_be_unpacked_is_told(data: bytes) -> None:
    with pytest.raises(EndlessError, match="compresses its responses"):
        _read("br", data, 100)


@pytest.mark.parametrize("data", [zlib.compress(b" " * 10**7), packed(packed(b" " * 10**7))])
def test_no_more_is_unpacked_than_is_wanted(data: bytes) -> None:
    assert 1000 == len(_Unpacked("").feed(data, 1000))


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "br"]))
def test_no_bytes_make_it_fail(data: bytes, encoding: str) -> None:
    try:
        _read(encoding, data, 7)
    except (EndlessError, zlib.error):
        return  # what is told

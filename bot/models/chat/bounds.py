"""How much of a server's answer is taken in."""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

import httpx2
from openai import OpenAIError

# A completion is some ten thousand tokens; whatever is longer is none.
MOST_BYTES = 16 * 1024 * 1024
# Bits of the window, and which header to expect: gzip's or zlib's.
_ENCODINGS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class EndlessError(OpenAIError):
    """An answer that is too long to be one. Of the SDK's kind, so that the SDK lets it through."""


class _Decoder(Protocol):
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class _Plain:
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        return data[:max_length]


class _Bounded(httpx2.AsyncByteStream):
    """A stream that is unpacked on the way, as far as the bound goes."""

    def __init__(self, stream: httpx2.AsyncByteStream, decoder: _Decoder) -> None:
        self._stream = stream
        self._decoder = decoder

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for chunk in self._stream:
            try:
                data = self._decoder.decompress(chunk, left + 1)
            except zlib.error as error:
                raise EndlessError(f"compresses its answers in a way that cannot be read: {error}") from None
            left -= len(data)
            if left < 0:
                raise EndlessError(f"answers more than {MOST_BYTES} bytes")
            yield data

    async def aclose(self) -> None:
        await self._stream.aclose()


async def bound(response: httpx2.Response) -> None:
    """Bounds what is read of an answer, also of one that is compressed although that was not asked for."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", *_ENCODINGS):
        raise EndlessError(f"compresses its answers ({encoding:.20}) although it was asked not to")
    bits = _ENCODINGS.get(encoding)
    if bits is not None:
        del response.headers["content-encoding"]
    if isinstance(response.stream, httpx2.AsyncByteStream):
        decoder: _Decoder = _Plain() if bits is None else zlib.decompressobj(bits)
        response.stream = _Bounded(response.stream, decoder)

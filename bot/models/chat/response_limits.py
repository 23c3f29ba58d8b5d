"""Limits the size of a server's response, and decompresses one that is compressed without being asked to.

The first bytes show the encoding; the header may be wrong.
"""

import codecs
import zlib
from collections.abc import AsyncIterator

import httpx2
from openai import OpenAIError

# A completion has about ten thousand tokens; a longer response is not a completion.
MOST_BYTES = 16 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_LAYERS = 3  # of compression, one within the other
_ENOUGH = 2  # bytes show what it is
_MARKS = (b"\xef\xbb", b"\xff\xfe", b"\xfe\xff")  # of Unicode, at the beginning of a text


class EndlessError(OpenAIError):
    """A response that is too long to be an answer. A subclass of the SDK's error, so that the SDK passes
    it on.
    """


class _Unpacked:
    """Unpacks data as it comes. `encoding` is what the header says. Raises `EndlessError`, `zlib.error`."""

    def __init__(self, encoding: str, layers: int = _LAYERS) -> None:
        self._encoding = encoding
        self._layers = layers
        self._start: bytes | None = b""
        self._bits: int | None = None
        self._decoder: zlib._Decompress | None = None
        self._members = 0
        self._is_over = False
        self._tail = b""
        self._inner = _Unpacked("", layers - 1) if layers > 1 else None

    def feed(self, data: bytes, most: int) -> bytes:
        """No more than `most` bytes."""
        if self._start is not None:
            self._start += data
            if len(self._start) < _ENOUGH:
                return b""
            data = self._begin()
        return data[:most] if self._bits is None else self._unpack(data, most)

    def end(self) -> bytes:
        """What was too short to show what it is."""
        rest = self._start or b""
        return rest + (self._inner.end() if self._inner else b"")

    def _begin(self) -> bytes:
        start, self._start = self._start or b"", None
        self._bits = _bits(start, self._encoding)
        if self._bits is None and self._encoding and not _is_text(start):
            raise EndlessError(f"compresses its responses ({self._encoding:.20}) although asked not to")
        return start

    def _unpack(self, data: bytes, most: int) -> bytes:
        """Of several members in a row, all; what is behind the last is none."""
        out = b""
        data, self._tail = self._tail + data, b""
        while data and len(out) < most and not self._is_over:
            decoder = self._decoder or self._next(data)
            if decoder is None:
                break
            plain = decoder.decompress(data, most - len(out))
            out += self._inner.feed(plain, most - len(out)) if self._inner else plain
            data = decoder.unconsumed_tail or decoder.unused_data
            self._decoder = None if decoder.eof else decoder
        return out

    def _next(self, data: bytes) -> "zlib._Decompress | None":
        """For the member that begins; None where none does, or where that does not show yet."""
        if self._members and len(data) < _ENOUGH:
            self._tail = data
            return None
        self._is_over = self._members > 0 and not data.startswith(_GZIP)
        self._members += 1
        return None if self._is_over else zlib.decompressobj(self._bits or zlib.MAX_WBITS)


def _bits(start: bytes, encoding: str) -> int | None:
    """How zlib is to read it; None: as it is."""
    if start.startswith(_GZIP):
        return zlib.MAX_WBITS | 16
    is_marked = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:_ENOUGH], "big") % 31 == 0
    if is_marked and ("deflate" in encoding or not start[:_ENOUGH].isascii()):
        return zlib.MAX_WBITS
    return -zlib.MAX_WBITS if "deflate" in encoding and not _is_text(start) else None


def _is_text(start: bytes) -> bool:
    """Whether a text may begin so, in UTF-8 or UTF-16."""
    if start.startswith(_MARKS):
        return True
    first = start.replace(b"\0", b"")[:1]
    is_control = first < b" " and first not in (b"\t", b"\n", b"\r")
    return not is_control and _is_utf8(start[:_ENOUGH])


def _is_utf8(start: bytes) -> bool:
    """Also where a letter is cut at the end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


class _Bounded(httpx2.AsyncByteStream):
    """A stream that is unpacked on the way, as far as the bound goes."""

    def __init__(self, stream: httpx2.AsyncByteStream, encoding: str) -> None:
        self._stream = stream
        self._unpacked = _Unpacked(encoding)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for chunk in self._stream:
            try:
                data = self._unpacked.feed(chunk, left + 1)
            except zlib.error as error:
                raise EndlessError(f"compresses its responses in an unreadable way: {error}") from None
            left -= len(data)
            if left < 0:
                raise EndlessError(f"sent a response of more than {MOST_BYTES} bytes")
            yield data
        yield self._unpacked.end()

    async def aclose(self) -> None:
        await self._stream.aclose()


async def bound(response: httpx2.Response) -> None:
    """Bounds the bytes that are read of a response, after decompression."""
    encoding = response.headers.pop("content-encoding", "").strip().lower()
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream, "" if encoding == "identity" else encoding)

"""A minimal HTTP/1.1 client with one persistent connection, to leave the CPU to the servers."""

import asyncio
import re
from typing import Self

_status = re.compile(rb"HTTP/1\.[01] (\d{3})")
_length = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_closes = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Broken(Exception):
    """The connection was closed before the answer was complete, or the answer has no length."""


class Connection(asyncio.Protocol):
    """A connection with one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._read = b""
        self.usable = False

    @classmethod
    async def to(cls, port: int) -> Self:
        """Opens a connection. Raises `OSError`."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def post(self, head: bytes, body: bytes) -> int:
        """The status of the answer, after all of it was read. Raises `Broken`."""
        if self._transport is None or not self.usable:
            raise Broken("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._read = b""
        self._transport.write(head + body)
        return await self._answer

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport, self.usable = transport, True

    def connection_lost(self, _: Exception | None) -> None:
        self.usable = False
        self._fail("the connection ended before the answer did")

    def data_received(self, piece: bytes) -> None:
        self._read += piece
        head, end, rest = self._read.partition(b"\r\n\r\n")
        if not end:
            return
        status, length = _status.match(head), _length.search(head)
        if not status or not length:
            self._fail("the answer has no status or no length")
        elif len(rest) >= int(length[1]):
            self.usable = self.usable and not _closes.search(head)
            self._settle(int(status[1]))

    def _settle(self, status: int) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(status)

    def _fail(self, reason: str) -> None:
        self.usable = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(Broken(reason))

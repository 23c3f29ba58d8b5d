"""A network between a program and a PostgreSQL server that freezes or breaks at a chosen moment."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Conduct = Literal["forward", "freeze", "cut"]

_PIECE = 65536


@dataclass
class Network:
    """Forwards connections on `port` until a message to the server contains `at`.

    Then that connection misbehaves: with "freeze" it forwards nothing more and stays open, as after a power
    cut or a pulled cable; with "cut" the server gets the message, and its answer never arrives. With `then`,
    this happens at the first message after it that contains `then`. `struck` is set then. Other connections
    go on, and the next one is not struck unless `arm` is called again.
    """

    target: int
    port: int = 0
    conduct: Conduct = "forward"
    at: bytes = b""
    then: bytes = b""
    struck: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, conduct: Conduct, at: bytes) -> None:
        with self._lock:
            self.struck.clear()
            self.conduct, self.at, self.then = conduct, at, b""

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                connection = _Connection(self, client, server)
                self._open += [client, server]
                for forward in (connection.ask, connection.answer):
                    threading.Thread(target=forward, daemon=True).start()

    def takes(self, data: bytes) -> Conduct:
        """What to do with a message to the server."""
        with self._lock:
            if self.conduct == "forward" or self.at not in data:
                return "forward"
            if self.then:
                self.at, self.then = self.then, b""
                return "forward"
            conduct, self.conduct = self.conduct, "forward"
            self.struck.set()
            return conduct

    def close(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.close()


@dataclass
class _Connection:
    network: Network
    client: socket.socket
    server: socket.socket
    frozen: bool = False
    cut: bool = False

    def ask(self) -> None:
        """From the client to the server."""
        with suppress(OSError):
            while data := self.client.recv(_PIECE):
                if self.frozen:
                    continue
                conduct = self.network.takes(data)
                self.frozen, self.cut = conduct == "freeze", conduct == "cut"
                self.server.sendall(data)
        self._end()

    def answer(self) -> None:
        with suppress(OSError):
            while data := self.server.recv(_PIECE):
                if self.cut:
                    break
                if not self.frozen:
                    self.client.sendall(data)
        if not self.frozen:
            self._end()

    def _end(self) -> None:
        """Ends both sides; a client that is frozen hears nothing of it."""
        ends = (self.server,) if self.frozen else (self.client, self.server)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(target: int) -> Iterator[Network]:
    """A network to the server on loopback port `target`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Network(target, listener.getsockname()[1])
        thread = threading.Thread(target=running.accept, args=(listener,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            running.close()

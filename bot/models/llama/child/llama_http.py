"""The parts of llama.cpp that only its HTTP server shows."""

import contextlib
import http.client
import json
import select
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError

SECONDS = 60.0


class LlamaHttp:
    """llama.cpp's own server behind the socket at `path`; from any thread, a connection per question."""

    def __init__(self, path: str, key: str) -> None:
        self._path = path
        self._key = key

    def props(self) -> dict[str, Any]:
        """How the model was loaded. The context in it is what one question may take: as configured, or
        as many tokens as the model was trained for.
        """
        props: dict[str, Any] = self._ask("GET", "/props")
        return props

    def train_context(self) -> int:
        """Tokens that the model was trained for."""
        return int(self._ask("GET", "/v1/models")["data"][0]["meta"]["n_ctx_train"])

    def tokens(self, text: str, *, special: bool, begin: bool = False) -> list[int]:
        """Tokens of `text`; with `special`, the names of special tokens are those tokens, with `begin`,
        the token that begins a prompt comes first, if the model wants one.
        """
        asked = {"content": text, "add_special": begin, "parse_special": special}
        tokens: list[int] = self._ask("POST", "/tokenize", asked)["tokens"]
        return tokens

    def chat(self, messages: list[dict[str, str]]) -> str:
        """The messages in the model's chat template, up to where the answer begins."""
        return str(self._ask("POST", "/apply-template", {"messages": messages})["prompt"])

    def completion(self, body: dict[str, Any], end: float, stop: CancellationToken) -> dict[str, Any] | None:
        """A whole answer or an error, as llama.cpp writes them; None at `end` (monotonic), or once `stop`
        is set. Then the connection ends, and llama.cpp notices that within a second.
        """
        with self._asked("POST", "/v1/completions", body) as connection:
            with stop.calling(partial(_hang_up, connection.sock)):
                answered = _readable(connection.sock, end)
            if stop.is_set() or not answered:
                return None
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        with self._asked(method, path, body) as connection:
            response = connection.getresponse()
            answer = json.loads(response.read())
        if response.status != http.client.OK:
            reason = " ".join(answer["error"]["message"].split())
            raise NNError("invalid-argument", f"llama.cpp rejected {path}: {reason:.500}")
        return answer

    @contextlib.contextmanager
    def _asked(self, method: str, path: str, body: object) -> Iterator[http.client.HTTPConnection]:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        with contextlib.closing(_Connection(self._path)) as connection:
            connection.request(method, path, json.dumps(body), headers)
            yield connection


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _readable(connection: socket.socket, end: float) -> bool:
    """Waits until there is something to read, at most until `end` (monotonic)."""
    arrives = select.poll()
    arrives.register(connection, select.POLLIN)
    return bool(arrives.poll(max(end - time.monotonic(), 0) * 1000))


def _hang_up(connection: socket.socket) -> None:
    """Ends pending reads of the connection."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

r"""What parent and child say to each other: JSON objects, each after its length in four bytes.

| parent says | child answers |
|---|---|
| `{id: 0, op: "load", model, context, slots, threads, batch, gpu_layers, embedding, special, tuning, \
pooling}`, once, first | \
`{id: 0, ok: {context, slots, train_context, build, commit, template, gpu, threads, embedding}}` |
| `{id, op: "complete", messages, options, seconds}` | `{id, ok: answer}` |
| `{id, op: "generate", prompt, options, seconds, stream}` | with `stream` any number of \
`{id, piece, tokens, read}`, at last `{id, ok: answer}` |
| `{id, op: "embed", text, seconds}` | `{id, ok: {embedding, input}}` |
| `{id, op: "tokens", text, special}` | `{id, ok: {tokens}}` |
| `{op: "cancel", target}` | nothing; the question whose id is `target` ends with an error |

A prompt is text, in which the names of special tokens are those tokens, or token numbers. Options are
`n-predict`, `temp`, `top-p`, `top-k`, `min-p`, `repeat-penalty`, `presence-penalty`, `frequency-penalty`,
`seed`, `json-schema`, `grammar`, `stop` (texts) and `ignore-eos`. An answer is `{text, finish, input,
output, cached, reading, writing}`: how it ended (stop, length: its `n-predict`, limit: the context), tokens
(of the input, `cached` did not need to be read), and seconds. A piece is UTF-8 in base 64, and
may be empty; `tokens` were written so far, `read` of the prompt were read.

An answer may be `{id, error: {code, message}}` instead, with a code of WASI-NN. While it can, the child
says `{beat: true}` every so often. Either side takes the end of the connection for the end of the other.
"""

import contextlib
import json
import socket
import struct
import threading
from typing import Any

MOST_BYTES = 256 * 1024 * 1024
BEAT = 0.5  # seconds

_LENGTH = struct.Struct("!I")


class Frames:
    """One end of the connection. `send` may be called from any thread, `receive` from one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, frame: dict[str, Any]) -> None:
        """Raises `OSError` when the other side is gone or takes nothing any more."""
        text = json.dumps(frame).encode("ascii")
        if len(text) > MOST_BYTES:
            raise ValueError(f"a frame of {len(text)} bytes is too large")
        with self._sending:
            self._connection.sendall(_LENGTH.pack(len(text)) + text)

    def receive(self) -> dict[str, Any] | None:
        """The next frame; None at the end. Raises `OSError` or `ValueError` when there is nonsense."""
        head = self._read(_LENGTH.size)
        if head is None:
            return None
        (length,) = _LENGTH.unpack(head)
        if length > MOST_BYTES:
            raise ValueError(f"a frame of {length} bytes is too large")
        text = self._read(length)
        return None if text is None else json.loads(text)

    def hang_up(self) -> None:
        """Ends the connection for both sides, also for a `receive` that waits. From any thread."""
        with contextlib.suppress(OSError):  # the other side was first
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """For the thread that receives, when it is done."""
        self.hang_up()
        with self._sending:
            self._connection.close()

    def _read(self, length: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < length:
            part = self._connection.recv(min(length - len(parts), 1024 * 1024))
            if not part:
                return None
            parts += part
        return bytes(parts)

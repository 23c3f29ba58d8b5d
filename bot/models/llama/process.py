"""In the parent: one child process, from its start to its end."""

import contextlib
import math
import re
import subprocess
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import IO, Any

import structlog

from bot.core.errors import NNError
from bot.models.llama.launch import connection, ending, spawn

log = structlog.get_logger()

_LOG_LINES = 40
_ERROR = re.compile(r"(?: E [^:]*: *|: (?=GGML_ASSERT))(.+)")


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, a child may take to load its model, show no sign of life, and go on after
    the time of a question is over, before it is held to hang and killed.
    """

    load: float = 600
    silence: float = 20
    grace: float = 60


class LostError(Exception):
    """The child died, or was killed because it hung, before it answered. The text says how."""


class Process:
    """A running child. Its methods may be called from any thread."""

    def __init__(self, load: dict[str, Any], patience: Patience) -> None:
        self._load = load
        self._patience = patience
        self._pending: dict[int, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._next = 0
        self._heard = time.monotonic()
        self._why = ""
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._ended = threading.Event()
        self._frames, self._child_end = connection(patience.silence)
        self._child: subprocess.Popen[str] | None = None

    @property
    def alive(self) -> bool:
        return not self._ended.is_set()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> dict[str, Any]:
        """Starts the child and waits until its model is loaded. Returns `{context}`.

        Raises:
            NNError: llama.cpp will not have the model; the text has the reason from its log.
            LostError: the child died or hung over it.
        """
        # One thread starts the child and stays until its end: Linux kills the child with that thread.
        threading.Thread(target=self._keep, name="llama", daemon=True).start()
        begun = time.monotonic()
        try:
            return self._ask("load", begun + self._patience.load, self._load, silence=self._patience.load)
        except NNError as error:
            self.close()
            raise NNError(error.code, "; ".join(self._errors()) or str(error)) from None

    def ask(self, op: str, end: float, fields: dict[str, Any]) -> dict[str, Any]:
        """The child's answer, which it is to give before `end` (monotonic). Blocks.

        Raises:
            NNError: what the child refused.
            LostError: it died or hung; a child that hangs is killed.
        """
        return self._ask(op, end + self._patience.grace, fields, silence=self._patience.silence)

    def glance(self, op: str, seconds: float, fields: dict[str, Any]) -> dict[str, Any] | None:
        """Like `ask`, but None when the child has not answered after so many seconds."""
        number, future = self._put(op, fields)
        try:
            return _read(future.result(seconds))
        except TimeoutError:
            self._judge(self._heard, math.inf, self._patience.silence)
            return None
        finally:
            self._pending.pop(number, None)

    def kill(self, why: str) -> None:
        self._why = self._why or why
        if self._child:
            self._child.kill()

    def close(self) -> None:
        """Ends the child; waits until it is gone."""
        self._frames.hang_up()
        if not self._ended.wait(2):
            self.kill("it did not end when asked to")
            self._ended.wait(10)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────

    def _ask(self, op: str, end: float, fields: dict[str, Any], silence: float) -> dict[str, Any]:
        asked = time.monotonic()
        number, future = self._put(op, fields)
        try:
            while not _done(future, min(1.0, silence / 4)):
                self._judge(asked, end, silence)
            return _read(future.result())
        finally:
            self._pending.pop(number, None)

    def _put(self, op: str, fields: dict[str, Any]) -> tuple[int, Future[dict[str, Any]]]:
        """Sends a question; its number, and where the answer will be."""
        number, future = self._expect()
        try:
            self._frames.send({"id": number, "op": op, **fields})
        except OSError as error:
            self.kill(f"it takes no questions any more ({error.strerror})")
        except ValueError as error:
            self._pending.pop(number, None)
            raise NNError("too-large", str(error)) from None
        return number, future

    def _expect(self) -> tuple[int, Future[dict[str, Any]]]:
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._ended.is_set():
                raise LostError(self._why)
            number = self._next
            self._next += 1
            self._pending[number] = future
        return number, future

    def _judge(self, asked: float, end: float, silence: float) -> None:
        """Kills the child if it hangs."""
        now = time.monotonic()
        if now - max(self._heard, asked) > silence:
            self.kill(f"it gave no sign of life for {silence:g} seconds")
        elif now > end:
            self.kill("it did not stop when its time was over")

    # ── the thread that keeps the child ─────────────────────────────────────────────────────────

    def _keep(self) -> None:
        try:
            with (
                TemporaryDirectory(prefix="review-bot-llama-", ignore_cleanup_errors=True) as room,
                self._child_end,
            ):
                self._child = spawn(room, self._child_end)
                self._child_end.close()
                reader = threading.Thread(target=self._read_log, args=(self._child.stderr,), daemon=True)
                reader.start()
                self._listen()
                self._reap(self._child)
                reader.join(1)
        except OSError as error:
            self._why = self._why or f"it could not be started: {error}"
        finally:
            self._end()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (frame := self._frames.receive()) is not None:
                self._heard = time.monotonic()
                future = self._pending.pop(frame.get("id", -1), None)
                if future:
                    future.set_result(frame)

    def _reap(self, child: subprocess.Popen[str]) -> None:
        """Whoever has hung up is given a moment to end."""
        try:
            child.wait(2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self._why = self._why or ending(child.returncode)

    def _end(self) -> None:
        self._frames.close()
        with self._lock:
            self._ended.set()
            lost = list(self._pending.values())
        reason = "; ".join([self._why, *self._errors()[:1]])
        for future in lost:
            if not future.done():
                future.set_exception(LostError(reason))

    def _read_log(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._log.append(line.rstrip())
                log.debug("llama.cpp", line=line.rstrip())

    def _errors(self) -> list[str]:
        """The first different errors in the child's log, without time and place."""
        found = (_ERROR.search(line) for line in list(self._log))
        return list(dict.fromkeys(match[1] for match in found if match))[:2]


def _done(future: Future[dict[str, Any]], seconds: float) -> bool:
    """Waits that long; whether there is an answer or an end by then."""
    with contextlib.suppress(TimeoutError, LostError):
        future.result(seconds)
    return future.done()


def _read(frame: dict[str, Any]) -> dict[str, Any]:
    if "error" in frame:
        raise NNError(frame["error"]["code"], frame["error"]["message"])
    answer: dict[str, Any] = frame["ok"]
    return answer

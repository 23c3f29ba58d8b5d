"""A child process with a loaded model, from its start to its end."""

import contextlib
import queue
import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import structlog

from bot.core.errors import NNError
from bot.models.llama.child_directory import ChildDirectory
from bot.models.llama.child_request import ChildLostError, ChildRequest, is_piece
from bot.models.llama.launch import connection, ending, spawn

__all__ = ["ChildLostError", "Patience", "Process"]

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


class Process:
    """A running child. Its methods may be called from any thread."""

    def __init__(self, load: dict[str, Any], patience: Patience) -> None:
        self._load = load
        self._patience = patience
        self._pending: dict[int, ChildRequest] = {}
        self._lock = threading.Lock()
        self._next = 0
        self._quiet = 0.0
        self._most_quiet = patience.load
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

    @property
    def why(self) -> str:
        """How it ended; empty while it has not."""
        return "; ".join([self._why, *self._errors()[:1]]) if self._why else ""

    @property
    def pending(self) -> int:
        """Questions under way."""
        return len(self._pending)

    def start(self) -> dict[str, Any]:
        """Starts the child and waits until its model is loaded. Returns what it says about the model.

        Raises:
            NNError: llama.cpp will not have the model; the text has the reason from its log.
            LostError: the child died or hung over it.
        """
        # One thread starts the child and stays until its end: Linux kills the child with that thread.
        threading.Thread(target=self._keep, name="llama", daemon=True).start()
        threading.Thread(target=self._watch, name="llama-watch", daemon=True).start()
        try:
            about: dict[str, Any] = self._put("load", self._load, self._patience.load).take()["ok"]
        except NNError as error:
            self.close()
            raise NNError(error.code, "; ".join(self._errors()) or str(error)) from None
        self._most_quiet = self._patience.silence
        return about

    def ask(
        self, op: str, end: float, fields: dict[str, Any], ended: Callable[[], None] | None = None
    ) -> ChildRequest:
        """Sends a question; the child is killed if it does not answer before `end` (monotonic). Another
        thread calls `ended` when no more frames will come.

        Raises:
            NNError: the question is too large.
            ChildLostError: the child has ended. `ended` is not called.
        """
        seconds = end - time.monotonic()
        return self._put(op, {**fields, "seconds": seconds}, seconds + self._patience.grace, ended)

    def glance(self, op: str, seconds: float, fields: dict[str, Any]) -> dict[str, Any] | None:
        """An answer that is there at once, or after so many seconds; else None. Raises like
        `ChildRequest.take`.
        """
        call = self._put(op, fields, float("inf"))
        try:
            answer: dict[str, Any] = call.take(seconds)["ok"]
        except queue.Empty:
            return None
        finally:
            self._pending.pop(call.number, None)
        return answer

    def cancel(self, call: ChildRequest) -> None:
        """Tells the child to cancel the question."""
        if call.number in self._pending:
            call.overdue = min(call.overdue, time.monotonic() + self._patience.grace)
            with contextlib.suppress(OSError):  # then it ends by itself, or is found to hang
                self._frames.send({"op": "cancel", "target": call.number})

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

    def _put(
        self, op: str, fields: dict[str, Any], seconds: float, ended: Callable[[], None] | None = None
    ) -> ChildRequest:
        call = self._expect(time.monotonic() + seconds, ended)
        try:
            self._frames.send({"id": call.number, "op": op, **fields})
        except OSError as error:
            self.kill(f"it takes no questions any more ({error.strerror})")
        except ValueError as error:
            self._pending.pop(call.number, None)
            raise NNError("too-large", str(error)) from None
        return call

    def _expect(self, overdue: float, ended: Callable[[], None] | None) -> ChildRequest:
        with self._lock:
            if self._ended.is_set():
                raise ChildLostError(self._why)
            call = self._pending[self._next] = ChildRequest(self._next, overdue, ended)
            self._next += 1
            return call

    # ── the thread that watches the child ───────────────────────────────────────────────────────

    def _watch(self) -> None:
        """Kills the child when it hangs. Silence is counted, not measured: after this whole machine has
        slept, the child's next sign of life is waited for.
        """
        step = min(1.0, self._patience.silence / 4, self._patience.load / 4)
        while not self._ended.wait(step):
            self._quiet += step
            if self._quiet > self._most_quiet:
                self.kill(f"it gave no sign of life for {self._most_quiet:g} seconds")
            elif any(time.monotonic() > call.overdue for call in list(self._pending.values())):
                self.kill("it did not stop when its time was over")

    # ── the thread that keeps the child ─────────────────────────────────────────────────────────

    def _keep(self) -> None:
        try:
            with ChildDirectory() as room, self._child_end:
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
                self._quiet = 0
                self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        number = frame.get("id", -1)
        call = self._pending.get(number)
        if call is None:
            return
        if not is_piece(frame):
            self._pending.pop(number, None)
        call.put(frame)

    def _reap(self, child: subprocess.Popen[str]) -> None:
        """Waits briefly for a child that has closed the connection to end."""
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
        for call in lost:
            call.put(ChildLostError(self.why))

    def _read_log(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._log.append(line.rstrip())
                log.debug("llama_cpp_output", line=line.rstrip())

    def _errors(self) -> list[str]:
        """The first different errors in the child's log, without time and place."""
        found = (_ERROR.search(line) for line in list(self._log))
        return list(dict.fromkeys(match[1] for match in found if match))[:2]

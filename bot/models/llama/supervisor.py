"""In the parent: keeps one model answering, whatever happens to the processes that hold it."""

import threading
import time
from typing import Any

import structlog

from bot.core.errors import NNError
from bot.models.llama.gguf import Gguf, check
from bot.models.llama.process import LostError, Patience, Process

log = structlog.get_logger()

LONGEST_WAIT = 60.0  # seconds between two starts
UNCOUNTED = 10.0  # seconds without counting after a count that took too long


class Supervisor:
    """Starts a child at the first question, and anew when it is lost; a question that was under way is
    asked a second time. At most `gguf.slots` are under way. Blocks; may be called from any thread.

    A loss while nothing else was answered makes the next start wait: a second, two, four, at most a minute.
    """

    def __init__(self, name: str, gguf: Gguf, patience: Patience) -> None:
        self._name = name
        self._gguf = gguf
        self._patience = patience
        self._turns = threading.Semaphore(gguf.slots)
        self._starting = threading.Lock()
        self._process: Process | None = None
        self._context: int | None = None
        self._losses = 0
        self._not_before = 0.0
        self._count_after = 0.0
        self._trouble: NNError | None = None
        self._closed = False

    @property
    def slots(self) -> int:
        return self._gguf.slots

    @property
    def context(self) -> int | None:
        """Tokens that a question may take; None until the model has been loaded once."""
        return self._context

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        process = self._process
        return process.pid if process and process.alive else None

    def start(self) -> None:
        """Makes sure that the model is loaded. Raises `NNError`."""
        self._running()

    def ask(self, op: str, end: float, fields: dict[str, Any]) -> dict[str, Any]:
        """The model's answer, before `end` (monotonic). Raises `NNError`, of code timeout for what may
        pass: the model is busy until `end`, or its processes die.
        """
        if not self._turns.acquire(timeout=max(end - time.monotonic(), 0)):
            raise NNError("timeout", f"the model {self._name} was busy with other questions")
        try:
            return self._ask_twice(op, end, fields)
        finally:
            self._turns.release()

    def count(self, text: str, seconds: float) -> int | None:
        """Tokens of `text`; None when the model is not loaded, or cannot tell in so many seconds. Then
        it is not asked again for a while.
        """
        process = self._process
        if not process or not process.alive or self._context is None or time.monotonic() < self._count_after:
            return None
        try:
            answer = process.glance("count", seconds, {"text": text})
        except (NNError, LostError):
            return None
        if answer is None:
            self._count_after = time.monotonic() + UNCOUNTED
        return None if answer is None else int(answer["tokens"])

    def close(self) -> None:
        """Ends the child, for good."""
        self._closed = True
        process = self._process
        if process:
            process.close()

    def _ask_twice(self, op: str, end: float, fields: dict[str, Any]) -> dict[str, Any]:
        for first in (True, False):
            process = self._running()
            try:
                answer = process.ask(op, end, {**fields, "seconds": end - time.monotonic()})
            except LostError as loss:
                self._lose(process, str(loss))
                if not first:
                    raise self._lost(str(loss)) from None
            else:
                self._losses = 0
                return answer
        raise AssertionError("the second loss raises")

    def _running(self) -> Process:
        """The child, started if there is none."""
        with self._starting:
            if self._closed:
                raise NNError("timeout", "the bot is stopping")
            if self._process and self._process.alive:
                return self._process
            if self._trouble and time.monotonic() < self._not_before:
                raise self._trouble
            return self._start()

    def _start(self) -> Process:
        check(self._name, self._gguf.path)
        process = self._process = Process(self._gguf.load(), self._patience)
        try:
            self._context = int(process.start()["context"])
        except (NNError, LostError) as error:
            self._losses += 1  # what does not load will not load at once
            self._put_off()
            self._trouble = NNError(
                "runtime-error",
                f"llama.cpp cannot load LLAMA_MODEL, which is {self._gguf.path}: {error}",
            )
            raise self._trouble from None
        log.info("model loaded", model=self._name, context=self._context, pid=process.pid)
        return process

    def _lose(self, process: Process, reason: str) -> None:
        """Counts a loss once, whoever notices it."""
        with self._starting:
            if self._process is not process:
                return
            self._process = None
            self._put_off()
            self._trouble = self._lost(reason)
        log.warning("the model's process was lost", model=self._name, reason=reason)

    def _put_off(self) -> None:
        """The first start after a loss is not put off."""
        wait = 0 if self._losses == 0 else min(2.0 ** (self._losses - 1), LONGEST_WAIT)
        self._losses += 1
        self._not_before = time.monotonic() + wait

    def _lost(self, reason: str) -> NNError:
        return NNError("timeout", f"the process of the model {self._name} was lost: {reason}")

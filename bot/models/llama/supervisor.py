"""Supervises the child process of one model: starts it on demand and restarts it when it is lost."""

import threading
import time
from typing import Any

import structlog

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.child_request import ChildLostError, ChildRequest
from bot.models.llama.gguf import Gguf, check
from bot.models.llama.process import Patience, Process
from bot.models.llama.slots import SlotQueue
from bot.models.llama.statistics import GenerationStats, Statistics
from bot.models.llama.stream import RunningGeneration

log = structlog.get_logger()

LONGEST_WAIT = 60.0  # seconds between two starts
UNCOUNTED = 10.0  # seconds without counting after a count that took too long
MOST_WAITING = 256  # questions beyond those under way; one more is refused at once


class _DelayedStartError(NNError):
    """The child was lost, and the time of its next start has not come. The text is that of the loss."""


class Supervisor:
    """Starts a child at the first question and again after a loss; the interrupted questions are then asked a
    second time, one after the other. At most `slots` questions run concurrently, the others wait in order of
    arrival. Blocks; may be called from any thread.

    A loss without an answer since the previous one delays the next start: one, two, four seconds, at most a
    minute.
    """

    def __init__(self, name: str, gguf: Gguf, patience: Patience) -> None:
        self._name = name
        self._gguf = gguf
        self._patience = patience
        self._plan = gguf.plan()
        self._turns = SlotQueue(name, self._plan.slots, MOST_WAITING)
        self._tally = GenerationStats()
        self._starting = threading.Lock()
        self._process: Process | None = None
        self._about: dict[str, Any] = {}
        self._losses = 0
        self._not_before = 0.0
        self._count_after = 0.0
        self._trouble: NNError | None = None
        self._closed = False

    @property
    def slots(self) -> int:
        """Number of concurrent questions."""
        return self._plan.slots

    @property
    def context(self) -> int | None:
        """Tokens of context per question; None until the model has been loaded once."""
        return self._about.get("context")

    @property
    def about(self) -> dict[str, Any]:
        """The child's description of the loaded model (see `frames`), and `plan`, the reason for the
        number of slots. Empty before loading.
        """
        return dict(self._about)

    @property
    def pid(self) -> int | None:
        """The child's process ID; None without a child."""
        process = self._process
        return process.pid if process and process.alive else None

    def stats(self) -> Statistics:
        """Statistics; does not load the model."""
        process = self._process
        running = process.pending if process and process.alive else 0
        return self._tally.read(slots=self.slots, running=running, waiting=self._turns.waiting)

    def start(self) -> None:
        """Loads the model if necessary. Raises `NNError`."""
        self._running()

    def ask(
        self, op: str, end: float, fields: dict[str, Any], cancelled: CancellationToken | None = None
    ) -> dict[str, Any]:
        """The model's answer, before `end` (monotonic). Setting `cancelled` stops the question.

        Raises:
            NNError: the question is invalid; code timeout for temporary failures: the model is busy until
                `end`, the queue is full, its processes die, or the question was cancelled.
        """
        for again in (False, True):
            process = None
            try:
                process, call = self._begin(op, end, fields, cancelled, again=again)
                answer: dict[str, Any] = (
                    call.answer(cancelled, process.cancel) if cancelled else call.take()["ok"]
                )
            except NNError:
                self._tally.add(refused=1)
                raise
            except ChildLostError as loss:
                error = self._lose(process, loss)
                if again:
                    raise error from None
            else:
                self._answered(answer)
                return answer
        raise AssertionError("the second loss raises")

    def generate(
        self,
        prompt: str | list[int],
        options: dict[str, Any],
        end: float,
        *,
        stream: bool = True,
        cancelled: CancellationToken | None = None,
    ) -> RunningGeneration:
        """Generates text after `prompt`, in which the names of special tokens are those tokens, until `end`
        (monotonic). Waits for a slot until `cancelled` is set. Without `stream` there are no pieces, but a
        `result` with a text. Raises `NNError` like `ask`; for an invalid prompt, at the first `next`.
        """
        fields = {"prompt": prompt, "options": options, "stream": stream}

        def begin(again: bool) -> tuple[Process, ChildRequest]:
            return self._begin("generate", end, fields, cancelled, again=again)

        return RunningGeneration(begin, self._lose, self._record)

    def embed(self, text: str, end: float, cancelled: CancellationToken | None = None) -> list[float]:
        """The embedding of `text`, by a model that was loaded with embedding. Raises `NNError` like `ask`."""
        embedding: list[float] = self.ask("embed", end, {"text": text}, cancelled)["embedding"]
        return embedding

    def tokens(self, text: str, special: bool) -> int:
        """Tokens of `text`; with `special` as a prompt, that is, with the initial token and with names of
        special tokens read as such. Needs no slot. Raises `NNError`.
        """
        try:
            answer = self._running().glance(
                "tokens", self._patience.grace, {"text": text, "special": special}
            )
        except ChildLostError as loss:
            raise self._lost(str(loss)) from None
        if answer is None:
            raise NNError("timeout", f"the model {self._name} did not count tokens in time")
        return int(answer["tokens"])

    def count(self, text: str, seconds: float) -> int | None:
        """Tokens of `text`, without special tokens; None if the model is not loaded or does not answer within
        `seconds`. It is then not asked again for `UNCOUNTED` seconds.
        """
        process = self._process
        if not process or not process.alive or self.context is None or time.monotonic() < self._count_after:
            return None
        try:
            answer = process.glance("tokens", seconds, {"text": text, "special": False})
        except (NNError, ChildLostError):
            return None
        if answer is None:
            self._count_after = time.monotonic() + UNCOUNTED
        return None if answer is None else int(answer["tokens"])

    def close(self) -> None:
        """Ends the child; it is not started again."""
        self._closed = True
        process = self._process
        if process:
            process.close()

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    def _begin(
        self, op: str, end: float, fields: dict[str, Any], cancelled: CancellationToken | None, *, again: bool
    ) -> tuple[Process, ChildRequest]:
        """Sends a question to the child once it has a slot, and keeps the slot until the child is done."""
        turn = self._turns.take(end, cancelled, again=again)
        try:
            process = self._restarted(end) if again else self._running(end)
            return process, process.ask(op, end, fields, turn.release)
        except BaseException:
            turn.release()
            raise

    def _restarted(self, end: float) -> Process:
        """The child for an interrupted question, which waits for the next start; a new one fails at once.
        The child may be lost once more in the meantime, which delays that start again.
        """
        while True:
            try:
                return self._running(end)
            except _DelayedStartError:
                wait = self._not_before - time.monotonic()
                if time.monotonic() + wait >= end:
                    raise
                time.sleep(max(wait, 0))

    def _record(self, answer: dict[str, Any] | NNError) -> None:
        """Records the end of a generation."""
        if isinstance(answer, NNError):
            self._tally.add(refused=1)
        else:
            self._answered(answer)

    def _answered(self, answer: dict[str, Any]) -> None:
        self._losses = 0
        self._tally.answered(answer)

    # ── processes ───────────────────────────────────────────────────────────────────────────────

    def _running(self, end: float | None = None) -> Process:
        """The child, started if there is none. Waits until `end` while another thread starts it."""
        if not self._starting.acquire(timeout=-1 if end is None else max(end - time.monotonic(), 0)):
            raise NNError("timeout", f"the model {self._name} is still loading")
        try:
            if self._closed:
                raise NNError("timeout", "the bot is stopping")
            if self._process and self._process.alive:
                return self._process
            if self._process:
                self._count_loss(self._process.why)  # before its unanswered questions count it
            if self._trouble and time.monotonic() < self._not_before:
                raise _DelayedStartError(self._trouble.code, str(self._trouble)) from self._trouble
            return self._start()
        finally:
            self._starting.release()

    def _start(self) -> Process:
        check(self._name, self._gguf)
        process = self._process = Process(self._gguf.load(self._plan), self._patience)
        try:
            self._about = {**process.start(), "plan": self._plan.why}
        except (NNError, ChildLostError) as error:
            self._process = None
            self._losses += 1  # a model that fails to load will hardly load at once
            self._delay_start()
            self._trouble = self._not_loaded(error)
            raise self._trouble from None
        self._log_loaded(process)
        return process

    def _not_loaded(self, error: Exception) -> NNError:
        """The error of a failed start. A child that was killed from outside may load the next time."""
        code = "timeout" if "SIGKILL" in str(error) or "SIGTERM" in str(error) else "runtime-error"
        return NNError(code, f"llama.cpp cannot load the model {self._name}: {self._gguf.source}: {error}")

    def _log_loaded(self, process: Process) -> None:
        if self._plan.tight:
            log.warning("model_memory_low", model=self._name, why=self._plan.why)
        about = {name: value for name, value in self._about.items() if name != "template"}
        log.info("model_loaded", model=self._name, pid=process.pid, **about)

    def _lose(self, process: Process | None, loss: ChildLostError) -> NNError:
        """Counts a loss once, and returns the error for it."""
        with self._starting:
            if process and self._process is process:
                self._count_loss(str(loss))
        return self._lost(str(loss))

    def _count_loss(self, reason: str) -> None:
        """With `_starting` held."""
        self._process = None
        self._delay_start()
        self._trouble = self._lost(reason)
        self._tally.add(losses=1)
        log.warning("model_process_lost", model=self._name, reason=reason)

    def _delay_start(self) -> None:
        """Delays the next start, except the first one after a loss."""
        wait = 0 if self._losses == 0 else min(2.0 ** (self._losses - 1), LONGEST_WAIT)
        self._losses += 1
        self._not_before = time.monotonic() + wait

    def _lost(self, reason: str) -> NNError:
        return NNError("timeout", f"the process of the model {self._name} was lost: {reason}")

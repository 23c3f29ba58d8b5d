"""Keeps one model answering, whatever happens to the processes that hold it."""

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


class Supervisor:
    """Starts a child at the first question, and anew when it is lost; the questions that were under way
    are asked a second time, one after the other. At most `slots` are under way, the others wait in the
    order they came in. Blocks; may be called from any thread.

    A loss while nothing else was answered makes the next start wait: a second, two, four, at most a minute.
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
        """Questions at the same time."""
        return self._plan.slots

    @property
    def context(self) -> int | None:
        """Tokens that a question may take; None until the model has been loaded once."""
        return self._about.get("context")

    @property
    def about(self) -> dict[str, Any]:
        """What the child said when it had loaded the model (see `frames`), and `plan`: why it has so many
        slots. Empty until then.
        """
        return dict(self._about)

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        process = self._process
        return process.pid if process and process.alive else None

    def stats(self) -> Statistics:
        """Costs nothing; also while the model is not loaded."""
        process = self._process
        running = process.pending if process and process.alive else 0
        return self._tally.read(slots=self.slots, running=running, waiting=self._turns.waiting)

    def start(self) -> None:
        """Makes sure that the model is loaded. Raises `NNError`."""
        self._running()

    def ask(
        self, op: str, end: float, fields: dict[str, Any], cancelled: CancellationToken | None = None
    ) -> dict[str, Any]:
        """The model's answer, before `end` (monotonic). Once `cancelled` is set, it is asked no longer.

        Raises:
            NNError: what is wrong with the question; code timeout for what may pass: the model is busy
                until `end`, too many wait already, its processes die, or the question was cancelled.
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
        """Goes on from `prompt`, in which the names of special tokens are those tokens, until `end`
        (monotonic). Waits for its turn, until `cancelled` is set. Without `stream` there are no pieces,
        but a `result` with a text. Raises `NNError`, like `ask`; what is wrong with the prompt, at the
        first `next`.
        """
        fields = {"prompt": prompt, "options": options, "stream": stream}

        def begin(again: bool) -> tuple[Process, ChildRequest]:
            return self._begin("generate", end, fields, cancelled, again=again)

        return RunningGeneration(begin, self._lose, self._told)

    def embed(self, text: str, end: float, cancelled: CancellationToken | None = None) -> list[float]:
        """The embedding of `text`, by a model that was loaded for it. Raises `NNError`, like `ask`."""
        embedding: list[float] = self.ask("embed", end, {"text": text}, cancelled)["embedding"]
        return embedding

    def tokens(self, text: str, special: bool) -> int:
        """Tokens of `text`; with `special` as a prompt: with the token that begins it, and with the names
        of special tokens read as those. Waits for no turn. Raises `NNError`.
        """
        try:
            answer = self._running().glance(
                "tokens", self._patience.grace, {"text": text, "special": special}
            )
        except ChildLostError as loss:
            raise self._lost(str(loss)) from None
        if answer is None:
            raise NNError("timeout", f"the model {self._name} did not count in time")
        return int(answer["tokens"])

    def count(self, text: str, seconds: float) -> int | None:
        """Tokens of `text`, all of it text; None when the model is not loaded, or cannot tell in so many
        seconds. Then it is not asked again for a while.
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
        """Ends the child, for good."""
        self._closed = True
        process = self._process
        if process:
            process.close()

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    def _begin(
        self, op: str, end: float, fields: dict[str, Any], cancelled: CancellationToken | None, *, again: bool
    ) -> tuple[Process, ChildRequest]:
        """Puts a question to the child when it is its turn, which lasts until the child is done with it."""
        turn = self._turns.take(end, cancelled, again=again)
        try:
            if again:
                self._sit_out(end)
            process = self._running(end)
            return process, process.ask(op, end, fields, turn.release)
        except BaseException:
            turn.release()
            raise

    def _sit_out(self, end: float) -> None:
        """A question that was lost with others waits for the next start; new ones are told at once."""
        wait = min(self._not_before, end) - time.monotonic()
        if self._trouble and wait > 0:
            time.sleep(wait)

    def _told(self, answer: dict[str, Any] | NNError) -> None:
        """How a generation ended."""
        if isinstance(answer, NNError):
            self._tally.add(refused=1)
        else:
            self._answered(answer)

    def _answered(self, answer: dict[str, Any]) -> None:
        self._losses = 0
        self._tally.answered(answer)

    # ── processes ───────────────────────────────────────────────────────────────────────────────

    def _running(self, end: float | None = None) -> Process:
        """The child, started if there is none. While others start it, it is waited for until `end`."""
        if not self._starting.acquire(timeout=-1 if end is None else max(end - time.monotonic(), 0)):
            raise NNError("timeout", f"the model {self._name} was still being loaded")
        try:
            if self._closed:
                raise NNError("timeout", "the bot is stopping")
            if self._process and self._process.alive:
                return self._process
            if self._process:
                self._count_loss(self._process.why)  # before those whom it left without an answer do
            if self._trouble and time.monotonic() < self._not_before:
                raise self._trouble
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
            self._losses += 1  # what does not load will not load at once
            self._put_off()
            self._trouble = self._not_loaded(error)
            raise self._trouble from None
        self._tell(process)
        return process

    def _not_loaded(self, error: Exception) -> NNError:
        """Whoever is killed from outside while he loads may be luckier next time."""
        code = "timeout" if "SIGKILL" in str(error) or "SIGTERM" in str(error) else "runtime-error"
        return NNError(code, f"llama.cpp cannot load the model {self._name}: {self._gguf.told}: {error}")

    def _tell(self, process: Process) -> None:
        if self._plan.tight:
            log.warning("there may be too little memory for the model", model=self._name, why=self._plan.why)
        told = {name: about for name, about in self._about.items() if name != "template"}
        log.info("model loaded", model=self._name, pid=process.pid, **told)

    def _lose(self, process: Process | None, loss: ChildLostError) -> NNError:
        """Counts a loss once, whoever notices it. Returns it in words."""
        with self._starting:
            if process and self._process is process:
                self._count_loss(str(loss))
        return self._lost(str(loss))

    def _count_loss(self, reason: str) -> None:
        """With `_starting` held."""
        self._process = None
        self._put_off()
        self._trouble = self._lost(reason)
        self._tally.add(losses=1)
        log.warning("the model's process was lost", model=self._name, reason=reason)

    def _put_off(self) -> None:
        """The first start after a loss is not put off."""
        wait = 0 if self._losses == 0 else min(2.0 ** (self._losses - 1), LONGEST_WAIT)
        self._losses += 1
        self._not_before = time.monotonic() + wait

    def _lost(self, reason: str) -> NNError:
        return NNError("timeout", f"the process of the model {self._name} was lost: {reason}")

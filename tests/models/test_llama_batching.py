"""Several questions at the same time on one process: together when it answers, together when it is lost."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import NNError
from bot.models.llama.child_request import ChildRequest
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience, Process
from bot.models.llama.slots import SlotPermit, SlotQueue
from bot.models.llama.supervisor import Supervisor

SLOTS = 4
LONG = 600  # tokens


@pytest.fixture
def model(tiny: Path) -> Iterator[Supervisor]:
    gguf = Gguf(tiny, context=4096, slots=SLOTS)
    supervisor = Supervisor("tiny", gguf, Patience(load=60, silence=2, grace=30))
    yield supervisor
    supervisor.close()


def _ask(model: Supervisor, digit: str, tokens: int = LONG) -> str:
    """Answers can be told apart, and do not hang on who else is answered at the time."""
    options = {"n-predict": tokens, "temp": 0.0, "grammar": f'root ::= "{digit}" root', "ignore-eos": True}
    fields = {"prompt": f"say {digit}", "options": options, "stream": False}
    text: str = model.ask("generate", time.monotonic() + 120, fields)["text"]
    return text


def _all(model: Supervisor, digits: str, tokens: int = LONG) -> list[str]:
    with ThreadPoolExecutor(len(digits)) as threads:
        return list(threads.map(lambda digit: _ask(model, digit, tokens), digits))


def _said(digits: str) -> list[str]:
    return [digit * LONG for digit in digits]


def _wait_for(model: Supervisor, running: int) -> None:
    end = time.monotonic() + 30
    while model.stats().running < running:
        assert time.monotonic() < end, "they never ran together"
        time.sleep(0.001)


def test_questions_run_together_up_to_the_slots_and_the_others_wait(model: Supervisor) -> None:
    model.start()
    with ThreadPoolExecutor() as threads:
        answers = threads.submit(_all, model, "0123456789")
        _wait_for(model, SLOTS)
        seen = model.stats()
        texts = answers.result()

    assert (seen.running, seen.slots) == (SLOTS, SLOTS)
    assert texts == _said("0123456789")
    after = model.stats()
    assert (after.answered, after.output, after.running) == (10, 10 * LONG, 0)
    assert after.writing > 0


@pytest.mark.parametrize("how", [signal.SIGABRT, signal.SIGSTOP])
def test_all_questions_under_way_survive_the_loss_of_their_process(
    model: Supervisor, how: signal.Signals
) -> None:
    model.start()
    pid = model.pid
    assert pid
    with ThreadPoolExecutor() as threads:
        answers = threads.submit(_all, model, "012345")
        _wait_for(model, SLOTS)
        os.kill(pid, how)
        texts = answers.result()

    assert texts == _said("012345")
    assert model.pid != pid
    assert model.stats().losses == 1


def test_questions_that_are_lost_twice_are_told_why_and_the_slots_are_free_again(model: Supervisor) -> None:
    stop = threading.Event()

    def slay() -> None:
        while not stop.wait(0.005):
            pid = model.pid
            if pid and model.context and model.stats().running:
                with contextlib.suppress(ProcessLookupError):  # it has just been reaped
                    os.kill(pid, signal.SIGKILL)

    model.start()
    slayer = threading.Thread(target=slay)
    slayer.start()
    try:
        with ThreadPoolExecutor(SLOTS) as threads:
            lost = [threads.submit(_ask, model, digit) for digit in "01"]
            failures = [answer.exception() for answer in lost]
    finally:
        stop.set()
        slayer.join()

    assert all(isinstance(failure, NNError) for failure in failures)
    assert all("SIGKILL" in str(failure) for failure in failures)
    while not _answers(model):
        time.sleep(0.1)
    stats = model.stats()
    assert (stats.running, stats.waiting) == (0, 0)


def test_a_question_that_kills_its_process_takes_no_other_with_it(
    model: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is lost twice; who was beside it at the first time is not beside it at the second."""
    put = Process.ask

    def ask(process: Process, op: str, end: float, fields: dict[str, Any], *rest: Any) -> ChildRequest:
        call = put(process, op, end, fields, *rest)
        if fields["prompt"] == "say 9" and process.pid:
            os.kill(process.pid, signal.SIGABRT)
        return call

    model.start()
    monkeypatch.setattr(Process, "ask", ask)
    with ThreadPoolExecutor(SLOTS) as threads:
        innocent = [threads.submit(_ask, model, digit) for digit in "012"]
        _wait_for(model, 3)
        hostile = threads.submit(_ask, model, "9")
        texts = [answer.result() for answer in innocent]

    assert texts == _said("012")
    assert "SIGABRT" in str(hostile.exception())
    stats = model.stats()
    assert (stats.losses, stats.answered, stats.refused) == (2, 3, 0)


def test_an_interrupted_question_waits_when_the_next_process_is_lost_before_it_is_asked(
    model: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = SlotQueue.take

    def lose(pid: int | None) -> None:
        assert pid
        os.kill(pid, signal.SIGABRT)
        while model.pid == pid:
            time.sleep(0.001)

    def take_and_lose(turns: SlotQueue, *rest: Any, again: bool) -> SlotPermit:
        turn = take(turns, *rest, again=again)
        if again:
            model.start()
            lose(model.pid)
        return turn

    model.start()
    monkeypatch.setattr(SlotQueue, "take", take_and_lose)
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(_ask, model, "0")
        _wait_for(model, 1)
        lose(model.pid)
        text = answer.result()

    assert text == "0" * LONG
    assert model.stats().losses == 2


def _answers(model: Supervisor) -> bool:
    try:
        return _all(model, "0123", 1) == ["0", "1", "2", "3"]
    except NNError:
        return False


def test_reviews_side_by_side_share_what_their_slots_have_read(model: Supervisor) -> None:
    """Each slot reads the instructions once; whichever slot comes next knows them."""
    shared = "Review it well. " * 100
    model.start()

    def review(number: int) -> None:
        model.generate(f"{shared}{number}", {"n-predict": 2}, time.monotonic() + 60, stream=False).next()

    with ThreadPoolExecutor(SLOTS) as threads:
        list(threads.map(review, range(40)))

    stats = model.stats()
    instructions = model.tokens(shared, special=True)
    assert stats.input > 40 * instructions
    assert stats.input - stats.cached < (SLOTS + 1) * instructions

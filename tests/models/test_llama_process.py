"""The process that holds a model dies or hangs; nobody else does."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.core.errors import NNError
from bot.models.llama import child_directory, frames
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience
from tests.gguf_models import make_model

LONG = 1000  # tokens, which take a while
QUICK = Patience(load=60, silence=2, grace=5)

Make = Callable[..., LlamaBackend]


@pytest.fixture
def make(tiny: Path) -> Iterator[Make]:
    made: list[LlamaBackend] = []

    def backend(patience: Patience | None = None) -> LlamaBackend:
        made.append(LlamaBackend({"tiny": Gguf(tiny, context=8192)}, patience))
        return made[-1]

    yield backend
    for one in made:
        one.close()


def _compute(backend: LlamaBackend, tokens: int = 1, seconds: float = 60) -> str:
    inputs = {
        "messages": b'[{"role": "user", "content": "hello"}]',
        "options": json.dumps({"n-predict": tokens}).encode(),
    }
    return backend.compute("tiny", inputs, time.monotonic() + seconds)["text"].decode()


def _pid(backend: LlamaBackend) -> int:
    backend.load("tiny")
    pid = backend.model("tiny").pid
    assert pid
    return pid


def _gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True


def _wait(until: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def _asked(backend: LlamaBackend) -> bool:
    """Whether a question is under way."""
    process = backend.model("tiny")._process
    return bool(process and process._pending)


def _during_an_answer(backend: LlamaBackend, act: Callable[[int], None]) -> str:
    """Asks for a long answer, does something to the process while it is made, returns the answer."""
    pid = _pid(backend)
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(_compute(backend, LONG)))
    thread.start()
    _wait(lambda: _asked(backend))
    act(pid)
    thread.join(60)
    assert answers, "the question was not answered"
    assert backend.model("tiny").pid != pid
    return answers[0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT, signal.SIGSTOP])
def test_a_question_survives_the_process_that_was_answering_it(make: Make, how: signal.Signals) -> None:
    undisturbed = _compute(make(), LONG)

    assert _during_an_answer(make(QUICK), lambda pid: os.kill(pid, how)) == undisturbed


def test_a_process_that_hung_while_nobody_asked_is_replaced(make: Make) -> None:
    backend = make(QUICK)
    pid = _pid(backend)
    os.kill(pid, signal.SIGSTOP)

    assert _compute(backend)
    assert _gone(pid)


def test_counting_does_not_wait_for_a_process_that_hangs(make: Make) -> None:
    model = make().model("tiny")
    model.start()
    assert model.pid
    assert model.count("the inner", 60) == 6
    os.kill(model.pid, signal.SIGSTOP)

    assert model.count("the inner", 0.1) is None
    os.kill(model.pid, signal.SIGCONT)
    assert model.count("the inner", 60) is None  # not so soon


def test_a_question_too_large_for_the_process_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = make()
    pid = _pid(backend)
    monkeypatch.setattr(frames, "MOST_BYTES", 50)

    with pytest.raises(NNError) as caught:
        _compute(backend)

    assert caught.value.code == "too-large"
    assert backend.model("tiny").pid == pid


def test_a_question_that_kills_every_process_fails_and_the_next_one_is_answered(make: Make) -> None:
    backend = make()
    stop = threading.Event()

    def slay() -> None:
        while not stop.wait(0.02):
            pid = backend.model("tiny").pid
            if pid and backend.model("tiny").context:
                with contextlib.suppress(ProcessLookupError):  # it has just been reaped
                    os.kill(pid, signal.SIGKILL)

    slayer = threading.Thread(target=slay)
    _pid(backend)
    slayer.start()
    try:
        with pytest.raises(NNError) as caught:
            _compute(backend, LONG)
    finally:
        stop.set()
        slayer.join()

    assert "SIGKILL" in str(caught.value)
    _wait(lambda: _answers(backend))


def _answers(backend: LlamaBackend) -> bool:
    try:
        return bool(_compute(backend))
    except NNError:
        return False


def test_a_model_that_cannot_be_loaded_is_not_loaded_over_and_over(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    backend = LlamaBackend({"broken": Gguf(path, context=1024)})
    with pytest.raises(NNError) as first:
        backend.load("broken")

    with pytest.raises(NNError) as second:
        backend.load("broken")

    assert second.value.__cause__ is first.value  # it was not loaded a second time
    assert str(second.value) == str(first.value)


def test_a_model_that_never_stops_loading_is_given_up(tmp_path: Path) -> None:
    endless = "{% for i in range(1000) %}{% for j in range(100000000) %}{% endfor %}{% endfor %}"
    path = make_model(tmp_path / "endless.gguf", template=endless)
    backend = LlamaBackend({"endless": Gguf(path, context=1024)}, Patience(load=1.5))

    with pytest.raises(NNError, match=r"no sign of life|when its time was over") as caught:
        backend.load("endless")

    assert str(path) in str(caught.value)
    assert backend.model("endless").pid is None


def test_a_busy_model_is_waited_for_no_longer_than_there_is_time(make: Make) -> None:
    backend = make()
    _pid(backend)
    thread = threading.Thread(target=lambda: _compute(backend, LONG))
    thread.start()
    _wait(lambda: _asked(backend))

    with pytest.raises(NNError, match="busy") as caught:
        _compute(backend, 1, seconds=0.05)

    assert caught.value.code == "timeout"
    thread.join()


def test_the_process_outlives_the_thread_that_asked_first(make: Make) -> None:
    backend = make()
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(_pid(backend)))
    thread.start()
    thread.join()

    time.sleep(0.3)
    assert _compute(backend)
    assert backend.model("tiny").pid == pids[0]


def test_the_process_knows_no_secret(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-children")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "none")

    environment = Path(f"/proc/{_pid(make())}/environ").read_bytes()

    assert b"sk-not-for-children" not in environment
    assert b"CUDA_VISIBLE_DEVICES=none" in environment


def test_closing_ends_the_process_and_leaves_nothing_behind(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    backend = make()
    pid = _pid(backend)
    assert list(tmp_path.iterdir())

    backend.close()

    assert _gone(pid)
    assert not list(tmp_path.iterdir())
    with pytest.raises(NNError, match="stopping"):
        _compute(backend)


def test_closing_does_not_wait_for_answers(make: Make) -> None:
    backend = make(Patience(load=60, silence=60, grace=60))
    failures: list[str] = []

    def ask() -> None:
        try:
            _compute(backend, LONG)
        except NNError as error:
            failures.append(error.code)

    _pid(backend)
    thread = threading.Thread(target=ask)
    thread.start()
    _wait(lambda: _asked(backend))
    backend.close()
    thread.join(10)

    assert failures == ["timeout"]


_PARENT = """
import sys, time
from pathlib import Path
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.gguf import Gguf
backend = LlamaBackend({"tiny": Gguf(Path(sys.argv[1]), context=8192)})
backend.load("tiny")
print(backend.model("tiny").pid, flush=True)
inputs = {"messages": b'[{"role": "user", "content": "hello"}]'}
while True:
    backend.compute("tiny", inputs, time.monotonic() + 60)
"""


@pytest.mark.parametrize("stopped", [False, True])
def test_nothing_is_left_when_its_parent_is_killed_and_another_starts(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tiny)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout
        pid = int(next(line for line in parent.stdout if line.strip().isdigit()))
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        parent.kill()
        parent.wait()

        _wait(lambda: _gone(pid))

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(child_directory, "YOUNG", -1.0)
    left = list(tmp_path.iterdir())
    with child_directory.ChildDirectory() as mine:
        assert list(tmp_path.iterdir()) == [Path(mine)]
    assert len(left) == 1
    assert not list(tmp_path.iterdir())


def test_a_directory_in_use_or_somebody_elses_is_not_swept_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    young = tmp_path / f"{child_directory.PREFIX}young"
    young.mkdir()
    other = tmp_path / f"{child_directory.PREFIX}link"
    other.symlink_to(tmp_path)
    with child_directory.ChildDirectory() as used:
        monkeypatch.setattr(child_directory, "YOUNG", -1.0)
        with pytest.MonkeyPatch.context() as still:
            still.setattr(child_directory, "YOUNG", 60.0)
            child_directory.sweep()
            assert young.exists()
        child_directory.sweep()
        assert Path(used).exists()
    assert not young.exists()
    assert other.is_symlink()

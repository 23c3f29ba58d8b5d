"""Whoever waits for an answer is called when it is no longer wanted."""

import threading

from bot.core.cancellation import CancellationToken


def test_whoever_waits_is_called_once_and_nobody_else() -> None:
    stop = CancellationToken()
    calls: list[str] = []

    with stop.calling(lambda: calls.append("gone before")):
        pass
    with stop.calling(lambda: calls.append("waits")):
        stop.set()
        stop.set()

    assert calls == ["waits"]
    assert stop.is_set()


def test_whoever_comes_too_late_is_called_at_once() -> None:
    stop = CancellationToken()
    stop.set()
    came = threading.Event()

    with stop.calling(came.set):
        assert came.is_set()


def test_a_call_is_not_lost_when_it_comes_with_the_stop() -> None:
    for _ in range(300):
        stop, came = CancellationToken(), threading.Event()
        setter = threading.Thread(target=stop.set)
        setter.start()
        with stop.calling(came.set):
            assert came.wait(10)
        setter.join()

"""The holder of a job: ended processes of this machine are detected, others are not."""

import subprocess
import sys

import pytest

from bot.app import process_identity as holder_module
from bot.app.process_identity import holder, is_gone


def named_by_another_process() -> str:
    """The name of a process that has ended since."""
    program = "from bot.app.process_identity import holder; print(holder())"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return said.stdout.strip()


def test_this_process_is_not_gone() -> None:
    assert not is_gone(holder())


def test_a_process_that_ended_is_gone() -> None:
    assert is_gone(named_by_another_process())


def test_a_number_that_is_used_again_is_not_the_same_process() -> None:
    place, pid, start = holder().split("/")

    assert is_gone(f"{place}/{pid}/{int(start) - 1}")


@pytest.mark.parametrize("name", ["", "w1", "elsewhere:1:2/1/99", "elsewhere/x/y", "old-host/1/1"])
def test_of_others_nothing_is_known(name: str) -> None:
    assert not is_gone(name)


@pytest.mark.parametrize("part", ["_boot", "_container"])
def test_a_host_or_a_container_of_the_same_name_is_another_place(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = named_by_another_process()
    monkeypatch.setattr(holder_module, part, lambda: "another")
    holder_module._place.cache_clear()
    try:
        assert not is_gone(gone)
    finally:
        monkeypatch.undo()
        holder_module._place.cache_clear()

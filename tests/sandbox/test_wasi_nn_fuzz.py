"""Guests made at random: what they do to wasi:nn ends in an answer or an error with a name."""

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.fuzz_component import try_one

ENDS = {"answer", "invalid", "memory", "trap", "timeout", "output"}


@pytest.mark.parametrize("number", range(30))
def test_whatever_a_guest_does_it_gets_an_answer_or_an_error_with_a_name(number: int) -> None:
    """More of them: `python -m tests.sandbox.fuzz_component --minutes 10`."""
    assert try_one(Sandbox(), number) in ENDS


def test_guests_get_somewhere() -> None:
    sandbox = Sandbox()

    assert {try_one(sandbox, number) for number in range(20)} >= {"answer", "memory", "invalid"}

"""Programs that pass anything at all: each call is answered with an error number, and the host goes on."""

import json
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.ephemeral import config
from bot.sandbox.ephemeral.errno import Errno, Fault
from bot.sandbox.ephemeral.functions import FUNCTIONS
from tests.sandbox.ephemeral_guest import guest
from tests.sandbox.fuzz_ephemeral import EDGES, Moody, try_one

NUMBERS = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**32 - 1), st.integers(0, 70_000))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(config._KEYS)), inner),
)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_program_gets_error_numbers(seed: int) -> None:
    try_one(seed)


def test_random_programs_get_far_enough_to_mean_something() -> None:
    answers: Counter[int] = Counter()
    chance = random.Random(1)
    with guest(Moody(chance)) as program:
        for _ in range(50):
            errno, graph = program.load(config={"n-predict": 3})
            answers[errno] += 1
            errno, context = program.context(graph)
            answers[errno] += 1
            answers[program.set(context, b"abc")] += 1
            answers[program.call("compute_single", context)] += 1
    assert answers[0] > 50
    assert len(answers) > 5


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(NUMBERS, min_size=5, max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_numbers_are_answered(name: str, numbers: list[int]) -> None:
    with guest(Moody(random.Random(1))) as program:
        program.load()
        program.context(0)
        assert program.call(name, *numbers[: FUNCTIONS[name][0]]) in set(Errno)
        assert program.door.error is None


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_json_is_read_or_refused(told: object) -> None:
    read = _read(json.dumps(told).encode())
    if isinstance(read, dict):
        assert isinstance(told, dict)
        assert set(read) <= set(told)
    else:
        assert read in {Errno.INVALID_ARGUMENT, Errno.INVALID_ENCODING}


@given(st.binary())
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(contents: bytes) -> None:
    read = _read(contents)
    assert isinstance(read, dict) or read in {Errno.INVALID_ARGUMENT, Errno.INVALID_ENCODING}


def _read(contents: bytes) -> dict[str, object] | Errno:
    try:
        return config.read(contents)
    except Fault as fault:
        return fault.errno

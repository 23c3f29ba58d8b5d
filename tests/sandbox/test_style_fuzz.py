"""However a change is written, the review function in its sandbox comes to an end."""

from tests.sandbox.fuzz_style import change, failures, seeds
from tests.sandbox.styles import WAYS


def test_no_style_stops_a_review() -> None:
    every = sum(seed.whole for seed in seeds()) * len(WAYS)

    assert not failures(0, every)
    assert not failures(every, 200)


def test_the_same_number_is_the_same_change() -> None:
    every = seeds()

    assert all(change(every, number) == change(every, number) for number in range(0, 3000, 100))

"""Short runs of the benchmark and the soak test of local models; speed is not asserted."""

import tempfile
import threading
from pathlib import Path

import pytest

from tests.bench import local_soak
from tests.bench.local import ANSWER, UnequalError, check, measure
from tests.bench.local_models import kept
from tests.bench.local_sides import OURS, THEIRS, Counts
from tests.bench.local_table import HEAD, line
from tests.bench.local_turn import Turn, question


def turn(seconds: float, answer: int = 64) -> Turn:
    return Turn(0.01, seconds, Counts(256, answer), cpu=seconds / 2, memory=50, parent=90)


async def test_both_sides_read_and_write_as_many_tokens(tmp_path: Path) -> None:
    turns = await measure(kept("0.5 MB", tmp_path), rounds=1, parallel=(1, 3), slots=2)

    for many, lanes in {1: 4, 3: 3}.items():
        [ours], [theirs] = turns[many][OURS], turns[many][THEIRS]
        assert ours.counts == theirs.counts
        assert lanes * ANSWER == ours.counts.answer
        assert lanes * 240 < ours.counts.prompt < lanes * 270
        assert min(ours.memory, ours.parent, theirs.memory) > 10


def test_a_model_is_made_once(tmp_path: Path) -> None:
    made = kept("0.5 MB", tmp_path)
    made.write_bytes(b"kept")

    assert b"kept" == kept("0.5 MB", tmp_path).read_bytes()
    assert [made] == list(tmp_path.iterdir())


@pytest.mark.parametrize("theirs", [turn(1, answer=63), Turn(0, 1, Counts(255, 64), 1, 1, 1)])
def test_unequal_work_is_no_measurement(theirs: Turn) -> None:
    with pytest.raises(UnequalError):
        check({OURS: turn(1), THEIRS: theirs}, 64)


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    taken = {THEIRS: [turn(1), turn(1), turn(4)], OURS: [turn(2), turn(1), turn(2)]}

    head, row = HEAD.split(), line(16, taken).split()
    assert ["16", "32.0", "64.0", "1.000"] == row[:4]  # ratios of 0.5, 1 and 2
    assert "ratio" in head


def test_no_two_questions_begin_alike() -> None:
    questions = [question(number, 256) for number in range(300)]

    assert 300 == len({one[:6] for one in questions})
    assert 1 == len({len(one) for one in questions})


def test_a_soak_leaves_nothing_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests use models at the same time
    ends, _, left = local_soak.run(kept("0.5 MB", tmp_path), requests=60, seed=3)

    assert {} == left
    assert 60 == ends.total()
    assert ends["answered"] > 0
    assert not ends["wrong length"]


def test_what_a_soak_left_over_is_seen(tmp_path: Path) -> None:
    before = local_soak.held()
    event = threading.Event()
    thread = threading.Thread(target=event.wait, name="stays")
    thread.start()
    with (tmp_path / "open").open("w"):
        left = local_soak.settled(before, seconds=0)
    event.set()
    thread.join()

    assert "stays" in str(left["threads"])
    assert 1 == left["files"]
    assert {} == local_soak.settled(before)

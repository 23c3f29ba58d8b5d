"""A finding is right by place and meaning, and cannot be right by accident."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evaluation.baselines import babble
from bot.core.evaluation.dataset import Golden
from bot.core.evaluation.matching import FEW, FindingMatch, Matcher
from tests.core.evaluation.cases import LOCK, case, finding
from tests.evaluation.seeded import read_cases

SEEDED = list(read_cases())


def match(findings: list[tuple[int, str]], *golden: Golden) -> list[FindingMatch]:
    of = case(*golden)
    return Matcher(of.golden).match([finding(line, title) for line, title in findings], of)


def test_place_and_key_terms_make_a_match() -> None:
    right = "The lock is not released if write fails"

    assert match([(3, right)], LOCK) == [FindingMatch(0, 0)]
    assert match([(40, right)], LOCK) == []
    assert match([(3, "Source changed without tests")], LOCK) == []
    assert match([(3, "The lock has a misleading name")], LOCK) == []


def test_terms_are_found_at_the_beginning_of_a_word_only() -> None:
    assert match([(3, "Blocks upheld everywhere")], LOCK) == []
    assert match([(3, "Locking: never RELEASED")], LOCK) == [FindingMatch(0, 0)]


def test_of_two_in_the_same_place_the_closer_one_is_taken() -> None:
    findings = [(3, "Lock held"), (2, "The lock is still held if the file cannot be written")]

    assert match(findings, LOCK) == [FindingMatch(1, 0)]


def test_without_key_terms_the_words_decide() -> None:
    wanted = Golden(text="The transaction is never committed when the queue is empty")

    assert match([(2, "Transaction never committed for an empty queue")], wanted) == [FindingMatch(0, 0)]
    assert match([(2, "Off by one")], wanted) == []


def test_copied_text_means_nothing() -> None:
    diff = (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@\n one\n-two\n"
        "+with lock: value = held(lock, release)\n+trois\n"
    )
    of = case(LOCK, diff=diff)
    matcher = Matcher(of.golden)
    echo = finding(2, "The diff is: with lock: value = held(lock, release)")
    own = finding(2, "with lock: value = held(lock, release) is held for ever: the lock leaks")

    assert matcher.match([echo], of) == []
    assert matcher.match([own], of) == [FindingMatch(0, 0)]


def test_a_finding_that_fits_every_golden_comment_fits_none() -> None:
    words = [f"defect{letter}" for letter in "abcdefghijkl"]
    golden = [
        Golden(text=f"It has a {word} fault.", path="a.py", line=2, terms=((word,), ("fault",)))
        for word in words
    ]
    of = case(golden[0])
    everything = finding(2, f"fault: {' '.join(words)}")
    some = finding(2, f"fault: {' '.join(words[:FEW])}")

    assert Matcher(golden).match([everything], of) == []
    assert Matcher(golden).match([some], of) == [FindingMatch(0, 0)]


def test_a_babbler_is_hardly_ever_right() -> None:
    matcher = Matcher(golden for of in SEEDED for golden in of.golden)
    right = sum(len(matcher.match(babble(of), of)) for of in SEEDED)

    assert sum(len(babble(of)) for of in SEEDED) >= len(SEEDED)
    assert right <= 0.1 * sum(len(of.golden) for of in SEEDED)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["lock held", "off by one", "leak"]))),
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["the lock is held", "a leak", "x"]))),
)
def test_nobody_is_matched_twice(found: list[tuple[int, str]], wanted: list[tuple[int, str]]) -> None:
    golden = [Golden(text=text, path="a.py", line=line) for line, text in wanted]
    pairs = match(found, *golden)

    assert len({pair.finding for pair in pairs}) == len(pairs) == len({pair.golden for pair in pairs})
    assert pairs == match(found, *golden)

"""Findings are stored with their status by pull request, and dismissals by repository."""

from datetime import timedelta

from bot.core.change import PullRef
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding
from bot.core.review import Side
from bot.engine import RetentionLimits, Store
from tests.engine.conftest import HandClock

PULL = PullRef(repository="octo/spoon", number=7)
OTHER = PullRef(repository="octo/spoon", number=8)


def known(fingerprint: str, **fields: object) -> TrackedFinding:
    usual = {
        "fingerprint": fingerprint,
        "path": "a.py",
        "text": "x = items[0]",
        "category": "correctness",
        "title": "Fails on an empty list",
        "severity": "major",
        "seen": "a1",
    }
    return TrackedFinding.model_validate(usual | fields)


def dismissal(fingerprint: str, by: str = "mira") -> Dismissal:
    return Dismissal(
        fingerprint=fingerprint, path="a.py", text="x", category="style", title="So", by=by, how="command"
    )


async def test_findings_are_kept_in_the_order_in_which_they_came(store: Store) -> None:
    first, second = known("f", side=Side.LEFT, around=("def f():",)), known("b", comment=12)

    await store.findings.save(PULL, [first])
    await store.findings.save(PULL, [second])
    await store.findings.save(OTHER, [])

    assert [first, second] == await store.findings.of(PULL)
    assert [] == await store.findings.of(OTHER)


async def test_what_became_of_a_finding_takes_the_place_of_what_was_known(store: Store) -> None:
    await store.findings.save(PULL, [known("f"), known("b")])
    fixed = known("f", fate=FindingStatus.FIXED, closed="b2")

    await store.findings.save(PULL, [fixed, fixed])

    assert [fixed, known("b")] == await store.findings.of(PULL)


async def test_a_dismissal_holds_in_its_repository_and_the_first_word_stays(store: Store) -> None:
    await store.findings.dismiss("octo/spoon", [dismissal("f"), dismissal("b")])
    await store.findings.dismiss("octo/spoon", [dismissal("f", by="eve")])
    await store.findings.dismiss("octo/spoon", [])

    assert [dismissal("f"), dismissal("b")] == await store.findings.dismissals("octo/spoon")
    assert [] == await store.findings.dismissals("octo/fork")


async def test_findings_are_forgotten_with_their_reviews_and_dismissals_never(
    store: Store, clock: HandClock
) -> None:
    await store.findings.save(PULL, [known("f")])
    await store.findings.dismiss("octo/spoon", [dismissal("f")])
    clock.pass_by(timedelta(days=300).total_seconds())
    await store.findings.save(OTHER, [known("f")])
    clock.pass_by(timedelta(days=100).total_seconds())

    forgotten = await store.retention.prune(RetentionLimits(reviews=timedelta(days=365)))

    assert {"findings": 1} == forgotten
    assert [] == await store.findings.of(PULL)
    assert [known("f")] == await store.findings.of(OTHER)
    assert [dismissal("f")] == await store.findings.dismissals("octo/spoon")

"""What the set consists of, as a short table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from tests.evaluation.registry.building import Built


def figures(built: Sequence[Built]) -> str:
    """Counts by ecosystem, by what the defects need and by category, and the median of the changed lines."""
    if not built:
        return "nothing was built"
    golden = [place for one in built for place in one.case.golden]
    middle = f"{median(one.changed for one in built):.0f} changed lines in the median"
    faulty, clean = ([one for one in built if one.case.is_clean is is_clean] for is_clean in (False, True))
    return "\n".join(
        (
            f"{len(faulty)} with a regression, {len(clean)} without, {middle}",
            "with: " + _counts(_ecosystem(one) for one in faulty),
            "without: " + _counts(_ecosystem(one) for one in clean),
            "needs: " + _counts(str(place.needs) for place in golden),
            "categories: " + _counts(place.category for place in golden),
            "severities: " + _counts(str(place.severity) for place in golden),
        )
    )


def _ecosystem(one: Built) -> str:
    return one.case.id.partition("/")[0]


def _counts(names: Iterable[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in Counter(names).most_common()) or "none"

"""Prints scores of evaluations and their comparisons, as tables or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.core.evaluation.comparison import RunComparison
from bot.core.evaluation.results import CaseReview, RunHeader
from bot.core.evaluation.scores import (
    Ratio,
    RecallSlice,
    Score,
    best_bar,
    by_category,
    by_confidence,
    by_language,
    by_needs,
    by_size,
    score,
)
from bot.core.llm.messages import Usage

_WIDTH = 120  # columns of a table; a narrower terminal wraps it
_COLUMNS = ("", "pulls", "golden", "found", "right", "P", "R", "F1", "/pull", "lines", "clean", "tokens")
_LEGEND = (
    "right: findings with place and meaning of a golden comment; P: precision; R: recall; /pull: findings "
    "per pull request; lines: share of findings on lines that accept comments; clean: share of clean pull "
    "requests without findings above nit. A range is the lowest and highest value of the repetitions."
)
_SIGNIFICANT = 0.05

Prices = tuple[float, float] | None


@dataclass(frozen=True)
class EvaluationReport:
    """The reviews of a run, of the rules alone and of the babbler; None: not requested, or the same."""

    header: RunHeader
    reviews: Sequence[CaseReview]
    rules: Sequence[CaseReview] | None
    babbler: Sequence[CaseReview] | None

    @property
    def scores(self) -> list[Score]:
        """The score of the run, then those of the baselines."""
        baselines = (("rules only", self.rules), ("babbler", self.babbler))
        return [
            score(self.header.model if self.header.model != "none" else "rules only", self.reviews),
            *(score(name, reviews) for name, reviews in baselines if reviews is not None),
        ]

    @property
    def parts(self) -> dict[str, list[Score]]:
        parts = {"language": by_language(self.reviews), "size": by_size(self.reviews)}
        return parts | ({"confidence": by_confidence(self.reviews)} if self.header.model != "none" else {})

    @property
    def bar(self) -> str | None:
        """The bar of confidence with the best score for this model."""
        return best_bar(self.parts.get("confidence", []))

    @property
    def recalls(self) -> dict[str, list[RecallSlice]]:
        return {"category": by_category(self.reviews), "needs": by_needs(self.reviews)}


def as_json(report: EvaluationReport, price: Prices) -> dict[str, Any]:
    """The report for programs: `scores`, the run first; then `language`, `size`, `category` and `needs`; of a
    model also `confidence`, by the bar below which its findings would not be posted, and `best_confidence`.
    """
    return {
        "run": report.header.model_dump(mode="json"),
        "scores": [_row(row, price) for row in report.scores],
        **{name: [_row(row, price) for row in rows] for name, rows in report.parts.items()},
        **{name: [row.model_dump(mode="json") for row in rows] for name, rows in report.recalls.items()},
        **({"best_confidence": float(report.bar)} if report.bar else {}),
    }


def show(report: EvaluationReport, price: Prices) -> None:
    """Prints the report."""
    table = Table(*_COLUMNS, *(("cost",) if price else ()), box=None, caption=_LEGEND, pad_edge=False)
    sections = {"": report.scores, **report.parts}
    for title, rows in sections.items():
        if title:
            table.add_row(f"[bold]by {title}[/bold]")
        for row in rows:
            table.add_row(*_cells(row), *([f"{_cost(row.usage, price):.4f}"] if price else []))
    for title, recalls in report.recalls.items():
        table.add_row(f"[bold]by {title}[/bold]")
        for part in recalls:
            table.add_row(
                escape(part.name), "", str(part.golden), "", str(part.right), "", _ratio(part.recall)
            )
    _print(table)
    if report.bar:
        Console().print(f"REVIEW_CONFIDENCE={report.bar} scores best for this model on this dataset.")


def show_comparison(comparison: RunComparison) -> None:
    """Prints the differences of the measures, then the findings that differ."""
    table = Table("", "first", "second", "difference", "95 % interval", "p", box=None, pad_edge=False)
    for row in comparison.differences:
        table.add_row(
            row.name,
            f"{row.first:.3f}",
            f"{row.second:.3f}",
            f"{row.second - row.first:+.3f}",
            f"{row.low:+.3f} to {row.high:+.3f}",
            f"{row.p:.3f}{' *' if row.p < _SIGNIFICANT else ''}",
        )
    _print(table)
    first, second = comparison.repetitions
    console = Console()
    console.print(f"{comparison.cases} pull requests; {first} and {second} repetitions; * p < {_SIGNIFICANT}")
    for name, cases in (("first", comparison.only_first), ("second", comparison.only_second)):
        if cases:
            console.print(escape(f"only in the {name}: {', '.join(cases)}"))
    for change in comparison.golden:
        word = "gained" if change.second * first > change.first * second else "lost"
        place = f"{change.golden.path}:{change.golden.line}" if change.golden.path else "no place"
        counts = f"{change.first}/{first} -> {change.second}/{second}"
        console.print(escape(f"{word:7} {counts}  {change.case}  {place}  {change.golden.text}"))
    for wrong in comparison.wrong:
        word = "noise" if wrong.second * first > wrong.first * second else "quieter"
        counts = f"{wrong.first}/{first} -> {wrong.second}/{second}"
        finding = wrong.finding
        text = f"{finding.path}:{finding.line}  {finding.severity}: {finding.title}"
        console.print(escape(f"{word:7} {counts}  {wrong.case}  {text}"))


def _print(table: Table) -> None:
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)


def _cells(row: Score) -> list[str]:
    counts = [str(count) for count in (row.pulls, row.golden, row.findings, row.right)]
    ratios = [_ratio(ratio) for ratio in (row.precision, row.recall, row.f1)]
    shares = [_share(row.per_pull), _share(row.anchors), _ratio(row.spotless)]
    return [escape(row.name), *counts, *ratios, *shares, f"{row.usage.tokens:,}"]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _ratio(ratio: Ratio | None) -> str:
    if ratio is None:
        return "-"
    spread = f" ({ratio.low:.2f}-{ratio.high:.2f})" if ratio.low != ratio.high else ""
    return f"{ratio.mean:.2f}{spread}"


def _row(row: Score, price: Prices) -> dict[str, Any]:
    cost = {"cost": _cost(row.usage, price)} if price else {}
    return {**row.model_dump(mode="json"), **cost}


def _cost(usage: Usage, price: tuple[float, float]) -> float:
    return round((usage.prompt * price[0] + usage.answer * price[1]) / 1e6, 6)

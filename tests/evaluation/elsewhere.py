"""The elsewhere set: is the code that a reviewer needs in the prompt?

The defect of each case can only be seen with a text that the diff does not show. The tool reviews each change
as the product does, with a scripted model, and looks for this text in the questions about the change.

    python -m tests.evaluation.elsewhere [--out FILE] [--only PREFIX] [--language L] [--misses]
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.evaluation.elsewhere_cases import Needed, Repository, plain, read_repositories
from tests.evaluation.elsewhere_prompts import CaseResult, begin, measure, prompts


async def run(repositories: Sequence[Repository]) -> list[CaseResult]:
    """The results of all cases. Raises `ValueError` if one is invalid."""
    problems = [text for each in repositories for case in each.cases for text in each.problems(case)]
    if problems:
        raise ValueError("\n".join(problems))
    results = []
    with tempfile.TemporaryDirectory() as folder:
        async with prompts(Path(folder, "cache")) as made:
            for repository in repositories:
                checkout = Path(folder, repository.language)
                begin(checkout, repository)
                results += [await measure(made, repository, case, checkout) for case in repository.cases]
    return results


def chosen(only: str = "", language: str = "") -> list[Repository]:
    """The repositories with the cases of the language whose id or kind begins with `only`."""
    narrowed = []
    for repository in read_repositories():
        cases = tuple(
            case
            for case in repository.cases
            if language in ("", case.language) and (case.id.startswith(only) or case.kind.startswith(only))
        )
        if cases:
            narrowed.append(repository.model_copy(update={"cases": cases}))
    return narrowed


def report(results: Sequence[CaseResult]) -> str:
    """The tables by kind and by language, and the tokens."""
    tokens, without = (
        statistics.mean(one.tokens for one in results),
        statistics.mean(one.tokens_without for one in results),
    )
    lines = [
        *_table("kind", results, lambda result: result.case.kind),
        *_table("language", results, lambda result: result.case.language),
        _row("all", results),
        "",
        f"prompt tokens of a review: {tokens:,.0f} with look-ups, {without:,.0f} without",
    ]
    return "\n".join(lines)


def misses(results: Sequence[CaseResult]) -> str:
    """The cases whose needed text is not in the prompt, with that text."""
    lines = []
    for result in results:
        for needed in result.missing:
            lines.append(f"{result.case.id}: {needed.path or 'an earlier commit'}")
            lines += [f"    {line}" for line in plain(needed.text).splitlines()]
    return "\n".join(lines)


def _table(name: str, results: Sequence[CaseResult], group: Callable[[CaseResult], str]) -> list[str]:
    groups = sorted({group(result) for result in results})
    rows = [_row(each, [result for result in results if group(result) == each]) for each in groups]
    return [f"{name:<16} {'found':>5} {'of':>5} {'rate':>6}  without look-ups", *rows, ""]


def _row(name: str, results: Sequence[CaseResult]) -> str:
    found, without = (sum(not each for each in missing) for missing in _missing(results))
    return f"{name:<16} {found:>5} {len(results):>5} {found / len(results):>6.2f} {without:>17}"


def _missing(results: Sequence[CaseResult]) -> Iterator[list[tuple[Needed, ...]]]:
    yield [result.missing for result in results]
    yield [result.missing_without for result in results]


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.elsewhere")
    parser.add_argument("--out", type=Path, help="a file for the result of each case, as JSON a line")
    parser.add_argument(
        "--only", default="", metavar="PREFIX", help="cases whose id or kind begins like this"
    )
    parser.add_argument("--language", default="", help="cases of this language")
    parser.add_argument("--misses", action="store_true", help="print what was not in a prompt")
    options = parser.parse_args()
    repositories = chosen(options.only, options.language)
    if not repositories:
        parser.error("no case fits")
    try:
        results = asyncio.run(run(repositories))
    except ValueError as error:
        sys.exit(str(error))
    if options.out:
        lines = (result.model_dump_json() + "\n" for result in results)
        options.out.write_text("".join(lines), encoding="utf-8")
    texts = [report(results)] + ([misses(results)] if options.misses else [])
    sys.stdout.write("\n\n".join(texts) + "\n")


if __name__ == "__main__":
    _main()

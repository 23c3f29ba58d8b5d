"""Fetches the packages of the registry set and writes its dataset."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.core.errors import Refused
from tests.evaluation.registry.building import Built, build, write_head
from tests.evaluation.registry.entries import Entry, read_index
from tests.evaluation.registry.fetching import fetcher
from tests.evaluation.registry.figures import figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the dataset of the entries that could be built; 1 if one could not."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.registry", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the dataset to write, as JSON Lines")
    parser.add_argument("--cache", type=Path, help="a folder for archives, so that the next run fetches none")
    parser.add_argument("--checkouts", type=Path, help="a folder for the whole new version of each case")
    parser.add_argument(
        "--only", nargs="+", metavar="ID", help="ids such as pypi/requests-proxies, or parts of ids"
    )
    options = parser.parse_args(arguments)
    try:
        entries = _chosen(read_index(), options.only)
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        built = list(_build_all(entries, options.cache or Path(temporary), options.checkouts))
    options.out.write_text(
        "".join(one.case.model_dump_json(exclude_defaults=True) + "\n" for one in built), encoding="utf-8"
    )
    sys.stdout.write(figures(built) + "\n")
    return int(len(built) < len(entries))


def _chosen(entries: Sequence[Entry], only: Sequence[str] | None) -> list[Entry]:
    chosen = [entry for entry in entries if only is None or any(part in entry.name for part in only)]
    if not chosen:
        raise Refused(f"no entry has an id with {' or '.join(only or ())}")
    return chosen


def _build_all(entries: Sequence[Entry], cache: Path, checkouts: Path | None) -> Iterator[Built]:
    fetch = fetcher(cache)
    for entry in entries:
        try:
            built = build(entry, fetch)
            if checkouts:
                write_head(entry, fetch, checkouts / entry.name)
        except Refused as error:
            sys.stderr.write(f"{error}\n")
            continue
        places = ", ".join(f"{golden.path}:{golden.line}" for golden in built.case.golden)
        said = (f"{entry.name}: {built.changed} changed lines; {places or 'clean'}", *built.remarks)
        sys.stdout.write("\n    ".join(said) + "\n")
        yield built


if __name__ == "__main__":
    sys.exit(main())

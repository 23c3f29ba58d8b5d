"""Reports as CSV, in the form that spreadsheets take."""

import csv
import io
from collections.abc import Iterable, Iterator

from reports.store import Report

BYTE_ORDER_MARK = "\ufeff"
HEADER = ("id", "project", "title", "day", "amount")
CHUNK = 64 * 1024

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_chunks(reports: Iterable[Report], size: int = CHUNK) -> Iterator[bytes]:
    """The file in chunks of at least `size` characters, except for the last."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    for report in reports:
        writer.writerow(_cells(report))
        if buffer.tell() >= size:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cells(report: Report) -> tuple[object, ...]:
    return (
        report.id,
        _text(report.project),
        _text(report.title),
        report.day.isoformat(),
        _amount(report.amount_cents),
    )


def _text(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(cents: int) -> str:
    # Integers only: a float would show 0.1 + 0.2 in somebody's tax return.
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"

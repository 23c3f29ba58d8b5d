from datetime import date

from reports.export import csv_chunks
from reports.store import Report


def report(number: int, title: str = "Travel", cents: int = 1050) -> Report:
    return Report(number, "north", title, date(2024, 5, number), cents)


def text(reports: list[Report]) -> str:
    return b"".join(csv_chunks(reports)).decode("utf-8-sig")


def test_a_row_for_each_report() -> None:
    assert text([report(1), report(2)]).splitlines() == [
        "id,project,title,day,amount",
        "1,north,Travel,2024-05-01,10.50",
        "2,north,Travel,2024-05-02,10.50",
    ]


def test_formulas_are_quoted() -> None:
    assert "'=HYPERLINK" in text([report(1, "=HYPERLINK(1)")])


def test_refunds_keep_their_sign() -> None:
    assert text([report(1, cents=-5)]).splitlines()[1].endswith(",-0.05")


def test_chunks_make_the_same_file() -> None:
    reports = [report(day) for day in range(1, 29)]

    chunks = list(csv_chunks(reports, size=100))

    assert len(chunks) > 5
    assert b"".join(chunks) == b"".join(csv_chunks(reports))

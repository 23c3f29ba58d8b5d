import sqlite3
from pathlib import Path

import pytest

from search import feeder
from search.feeder import SETTLE_SECONDS, Feeder

SCHEMA = Path(__file__).parent.parent / "search/schema.sql"
NOW = 1_700_000_000


class FakeIndex:
    def __init__(self) -> None:
        self.documents: dict[object, object] = {}
        self.puts: list[int] = []

    def put(self, documents: list[dict[str, object]]) -> None:
        self.puts.append(len(documents))
        self.documents |= {document["id"]: document["title"] for document in documents}

    def drop(self, ids: list[int]) -> None:
        assert ids, "the index takes no empty list"
        for number in ids:
            self.documents.pop(number, None)


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    return connection


def add(connection: sqlite3.Connection, number: int, age: int) -> None:
    connection.execute(
        "INSERT INTO documents (id, title, body, updated_at) VALUES (?, ?, '', ?)",
        (number, f"title {number}", NOW - age),
    )


def feed(connection: sqlite3.Connection, index: FakeIndex, now: int = NOW) -> int:
    return Feeder(connection, index, clock=lambda: now).run()


def test_only_changes_are_fed(connection: sqlite3.Connection) -> None:
    index = FakeIndex()
    add(connection, 1, age=100)
    add(connection, 2, age=90)

    assert feed(connection, index) == 2
    assert feed(connection, index) == 0
    add(connection, 3, age=80)
    assert feed(connection, index) == 1
    assert sorted(index.documents.values()) == ["title 1", "title 2", "title 3"]


def test_long_lists_come_in_batches(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeder, "BATCH", 2)
    index = FakeIndex()
    for number in range(1, 6):
        add(connection, number, age=100 - number)

    assert feed(connection, index) == 5
    assert index.puts == [2, 2, 1]


def test_deleted_documents_are_dropped(connection: sqlite3.Connection) -> None:
    index = FakeIndex()
    add(connection, 1, age=100)
    feed(connection, index)
    connection.execute("UPDATE documents SET is_deleted = 1")

    feed(connection, index, now=2**40)

    assert index.documents == {}


def test_young_changes_wait(connection: sqlite3.Connection) -> None:
    add(connection, 1, age=SETTLE_SECONDS - 1)

    assert feed(connection, FakeIndex()) == 0
    assert feed(connection, FakeIndex(), now=NOW + 1) == 1

"""Column types: a number from outside, a text from outside, a moment in UTC, a value of the core as JSON."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from bot.core.value import Value
from bot.engine.db.safe_text import as_json, storable

# 64 bits, for all that comes from outside or is counted without end. `Integer` is for small counters of
# ours: PostgreSQL's has 32 bits. SQLite numbers the rows of a table by a column that is called INTEGER only;
# its integers have 64 bits in any case.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class SafeString(TypeDecorator[str]):
    """Text in which what cannot be stored is replaced (see `storable`), also where it is compared."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return storable(value) if value else value


class SafeText(SafeString):
    """The same, where the tables say TEXT."""

    impl = Text
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC: the text that SQLite stores sorts and reads as time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Document(TypeDecorator[Value]):
    """A value as JSON text, validated again when it is read."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Value]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Value | None, _dialect: Dialect) -> str | None:
        return as_json(value) if value else None

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Value | None:
        return self.kind.model_validate_json(value) if value else None

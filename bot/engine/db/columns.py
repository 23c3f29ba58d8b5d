"""Column types: 64-bit numbers, safe text, times in UTC, values of the core as JSON."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from bot.core.value import Value
from bot.engine.db.safe_text import as_json, storable

# 64 bits, for numbers from outside and unbounded counters. `Integer` is for our small counters: PostgreSQL's
# has 32 bits. SQLite autoincrements only columns of type INTEGER, which has 64 bits there.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class SafeString(TypeDecorator[str]):
    """Text with unstorable characters replaced (see `storable`), also in comparisons."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return storable(value) if value else value


class SafeText(SafeString):
    """The same with the SQL type TEXT."""

    impl = Text
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    """A time, stored in UTC: SQLite's text form sorts by time."""

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
    """A value as JSON text, validated when it is read."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Value]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Value | None, _dialect: Dialect) -> str | None:
        return as_json(value) if value else None

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Value | None:
        return self.kind.model_validate_json(value) if value else None

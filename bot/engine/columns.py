"""Column types: a moment in UTC, and a value of the core as JSON."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from bot.core.value import Value


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
        return value.model_dump_json() if value else None

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Value | None:
        return self.kind.model_validate_json(value) if value else None

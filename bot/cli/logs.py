"""Structured logs on standard error: readable text on a terminal, JSON elsewhere, secrets redacted."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

from bot.core.redaction import redact

Format = Literal["auto", "json", "console"]


def configure(level: str, form: Format) -> None:
    """Sets up structlog. Log records of libraries go through the same redaction."""
    import structlog  # noqa: PLC0415 - most commands only print help or text

    number = logging.getLevelNamesMapping()[level.upper()]
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacted,
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)


class _Forward(logging.Handler):
    """Passes the libraries' warnings to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        import structlog  # noqa: PLC0415 - see `configure`

        structlog.get_logger(record.name).log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def _redacted(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Removes secrets from every text of an entry."""
    del logger, name
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event

"""The storage engine: inbox, job queue, journal and records, on SQLite or PostgreSQL."""

from bot.engine.connect import connect, database_file, reach_server
from bot.engine.queue.claims import ClaimLimits
from bot.engine.records.retention import RetentionLimits
from bot.engine.store import Store

__all__ = ["ClaimLimits", "RetentionLimits", "Store", "connect", "database_file", "reach_server"]

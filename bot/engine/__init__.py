"""The storage engine: inbox, job queue, journal and records, on SQLite or PostgreSQL."""

from bot.engine.connect import CONNECTIONS_OF_PROCESS, connect, database_file, reach_server
from bot.engine.queue.claims import ClaimLimits
from bot.engine.records.retention import RetentionLimits
from bot.engine.store import Store

__all__ = [
    "CONNECTIONS_OF_PROCESS",
    "ClaimLimits",
    "RetentionLimits",
    "Store",
    "connect",
    "database_file",
    "reach_server",
]

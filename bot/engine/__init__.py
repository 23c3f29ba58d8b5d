"""The durable part: inbox, jobs, journal and records, on SQLite or PostgreSQL."""

from bot.engine.claims import Limits
from bot.engine.connect import connect, database_file, reach_server
from bot.engine.retention import Keep
from bot.engine.store import Store

__all__ = ["Keep", "Limits", "Store", "connect", "database_file", "reach_server"]

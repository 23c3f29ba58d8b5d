"""The durable part: inbox, jobs, journal and records, on SQLite."""

from bot.engine.store import Store, connect, database_file

__all__ = ["Store", "connect", "database_file"]

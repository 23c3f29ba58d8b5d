"""The job queue, in PostgreSQL."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True)
class Job:
    id: int
    kind: str
    arguments: dict[str, Any]


class Queue:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def claim(self, owner: str, lease: int) -> Job | None:
        row = await self._pool.fetchrow(
            """
            UPDATE jobs SET owner = $1, leased_until = now() + $2 * interval '1 millisecond'
            WHERE id = (
                SELECT id FROM jobs WHERE finished_at IS NULL AND (leased_until IS NULL OR leased_until < now())
                ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1
            )
            RETURNING id, kind, arguments
            """,
            owner,
            lease,
        )
        return Job(row["id"], row["kind"], json.loads(row["arguments"])) if row else None

    async def extend(self, job: Job, owner: str, lease: int) -> bool:
        """Whether the owner still had the job."""
        done = await self._pool.execute(
            """
            UPDATE jobs SET leased_until = now() + $3 * interval '1 millisecond'
            WHERE id = $1 AND owner = $2 AND finished_at IS NULL
            """,
            job.id,
            owner,
            lease,
        )
        return done == "UPDATE 1"

    async def finish(self, job: Job, owner: str, error: str | None) -> bool:
        """Marks the job as finished, unless another worker has taken it."""
        done = await self._pool.execute(
            "UPDATE jobs SET finished_at = now(), error = $3 WHERE id = $1 AND owner = $2 AND finished_at IS NULL",
            job.id,
            owner,
            error,
        )
        return done == "UPDATE 1"

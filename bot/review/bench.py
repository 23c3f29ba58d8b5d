"""What reviews and answers are made with: the change as its repository wants it looked at, and a wish."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.budget import Limits
from bot.core.change import Change, Pull
from bot.core.config import Effective, limits, tailor
from bot.core.config.tailor import unmatched
from bot.core.jobs import Job
from bot.core.review import Settings
from bot.review.configured import Configured
from bot.review.library import ForgeLibrary
from bot.review.ports import Forge, Library
from bot.review.reviewer import Reviewer
from bot.review.wish import Wish


@dataclass(frozen=True)
class Subject:
    """A change, tailored; `effective` is the configuration that it was tailored by. `unmatched` are the paths
    asked for that fit no file.
    """

    change: Change
    settings: Settings
    effective: Effective
    library: Library
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bench:
    """`settings` and `limits` are the operator's."""

    forge: Forge
    configured: Configured
    reviewer: Reviewer
    settings: Settings
    limits: Limits

    async def subject(self, pull: Pull, only: Sequence[str] = (), *, patient: bool) -> Subject:
        """Fetches the change, and what its directories say. `only`: the paths that somebody asked for.
        `patient`: what is only good to have is waited for.
        """
        fetched = await self.forge.change(pull, patient=patient)
        paths = [file.path for file in fetched.files]
        effective = await self.configured.of(pull, paths, patient=patient)
        change, settings = await asyncio.to_thread(tailor, fetched, self.settings, effective, only)
        nowhere = await asyncio.to_thread(unmatched, fetched, only)
        library = ForgeLibrary(self.forge, pull.ref)
        return Subject(change, settings, effective, library, nowhere)

    def wish(self, job: Job, pull: Pull, subject: Subject, *, patient: bool, fresh: bool = False) -> Wish:
        """A job that starts anew has a budget of its own; one that is tried again has what is left of it."""
        config = subject.effective.config
        return Wish(
            settings=subject.settings,
            model=config.model,
            limits=limits(self.limits, config),
            private=pull.private,
            patient=patient,
            job=f"{job.id} {job.created.isoformat()}",
            fresh=fresh,
        )

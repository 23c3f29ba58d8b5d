"""What reviews and answers are made with: the change as its repository wants it looked at, and a wish."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.change import Change, Pull
from bot.core.config import EffectiveConfig, apply_config, limits
from bot.core.config.apply import unmatched
from bot.core.jobs import Job
from bot.core.llm.budget import TokenLimits
from bot.core.review import ReviewSettings
from bot.review.policy.repository_config import RepositoryConfig
from bot.review.ports import Forge, Library
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer
from bot.review.produce.source_files import ForgeLibrary


@dataclass(frozen=True)
class ReviewContext:
    """A change, tailored; `effective` is the configuration that it was tailored by. `unmatched` are the paths
    asked for that fit no file.
    """

    change: Change
    settings: ReviewSettings
    effective: EffectiveConfig
    library: Library
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewContextBuilder:
    """`settings` and `limits` are the operator's."""

    forge: Forge
    configured: RepositoryConfig
    reviewer: Reviewer
    settings: ReviewSettings
    limits: TokenLimits

    async def subject(self, pull: Pull, only: Sequence[str] = (), *, patient: bool) -> ReviewContext:
        """Fetches the change, and what its directories say. `only`: the paths that somebody asked for.
        `patient`: what is only good to have is waited for.
        """
        fetched = await self.forge.change(pull, patient=patient)
        paths = [file.path for file in fetched.files]
        effective = await self.configured.of(pull, paths, patient=patient)
        change, settings = await asyncio.to_thread(apply_config, fetched, self.settings, effective, only)
        nowhere = await asyncio.to_thread(unmatched, fetched, only)
        library = ForgeLibrary(self.forge, pull.ref)
        return ReviewContext(change, settings, effective, library, nowhere)

    def options(
        self, job: Job, pull: Pull, subject: ReviewContext, *, patient: bool, fresh: bool = False
    ) -> ReviewOptions:
        """A job that starts anew has a budget of its own; one that is tried again has what is left of it."""
        config = subject.effective.config
        return ReviewOptions(
            settings=subject.settings,
            model=config.model,
            limits=limits(self.limits, config),
            private=pull.private,
            patient=patient,
            job=f"{job.id} {job.created.isoformat()}",
            fresh=fresh,
        )

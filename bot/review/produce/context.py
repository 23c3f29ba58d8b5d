"""Prepares the input of reviews and answers: the change, the effective configuration, the options."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.change import Change, Pull
from bot.core.closing_issues import closing_issues
from bot.core.config import EffectiveConfig, apply_config, limits
from bot.core.config.apply import is_hidden, unmatched
from bot.core.findings.learnings import choose_learnings
from bot.core.jobs import Job
from bot.core.llm.budget import TokenLimits
from bot.core.reports import with_reports
from bot.core.review import ReviewSettings
from bot.review.policy.repository_config import RepositoryConfig
from bot.review.ports import Forge, Library, Memory
from bot.review.produce.lookups import Open, hiding
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer
from bot.review.produce.source_files import ForgeLibrary


@dataclass(frozen=True)
class ReviewContext:
    """A change with its `effective` configuration applied. `unmatched` are the requested paths that match no
    file.
    """

    change: Change
    settings: ReviewSettings
    effective: EffectiveConfig
    library: Library
    repository: Open | None = None
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewContextBuilder:
    """`settings` and `limits` are the operator's. `repositories` opens a pull request's repository; None:
    reviews look nothing up.
    """

    forge: Forge
    configured: RepositoryConfig
    reviewer: Reviewer
    settings: ReviewSettings
    limits: TokenLimits
    memory: Memory
    repositories: Callable[[Pull], Open] | None = None

    async def build(
        self, pull: Pull, only: Sequence[str] = (), *, patient: bool, reports: bool = True
    ) -> ReviewContext:
        """Fetches the change and its configuration. `only`: the requested paths. `patient`: wait also for
        what the review can do without. `reports`: with those of other tools, as far as they are available.
        """
        fetched = await self.forge.change(pull, patient=patient)
        paths = [file.path for file in fetched.files]
        effective = await self.configured.of(pull, paths, patient=patient)
        change, settings = await asyncio.to_thread(apply_config, fetched, self.settings, effective, only)
        learned = choose_learnings(change, await self.memory.learnings(pull.ref.repository))
        settings = settings.model_copy(update={"learnings": learned})
        missing = await asyncio.to_thread(unmatched, fetched, only)
        if reports and effective.config.reports and not missing:
            change = await asyncio.to_thread(with_reports, change, await self.forge.reports(pull))
        if numbers := closing_issues(change.body, pull.ref.repository):
            issues = await self.forge.issues(pull.ref, numbers)
            change = change.model_copy(update={"issues": tuple(issues)})
        library = ForgeLibrary(self.forge, pull.ref)
        repository = hiding(self.repositories(pull), is_hidden(effective)) if self.repositories else None
        return ReviewContext(change, settings, effective, library, repository, missing)

    def options(
        self, job: Job, pull: Pull, context: ReviewContext, *, patient: bool, fresh: bool = False
    ) -> ReviewOptions:
        """A restarted job gets a new budget; a retried job keeps the rest of its own."""
        config = context.effective.config
        return ReviewOptions(
            settings=context.settings,
            model=config.model,
            limits=limits(self.limits, config),
            private=pull.private,
            patient=patient,
            job=f"{job.id} {job.created.isoformat()}",
            fresh=fresh,
        )

"""Creates the review pipeline from the settings, the database and GitHub."""

from dataclasses import dataclass

from bot.app.function import review_settings
from bot.app.identity import BotIdentity
from bot.app.operator import budget, operator
from bot.app.repositories import of_pulls
from bot.engine import Store
from bot.github import GitHubForge
from bot.models.routing import Router
from bot.repository.process import IndexProcess
from bot.review.jobs.check_reruns import Reruns
from bot.review.jobs.commands import CommandHandler
from bot.review.jobs.merge_queue import MergeQueue
from bot.review.jobs.review_job import ReviewJob
from bot.review.jobs.runner import JobRunner
from bot.review.policy.pauses import Pauses
from bot.review.policy.pending_checks import PendingChecks
from bot.review.policy.repository_config import RepositoryConfig
from bot.review.policy.skipped_heads import SkippedHeads
from bot.review.policy.triggers import TriggerPolicy
from bot.review.ports import Function, Metrics
from bot.review.produce.context import ReviewContextBuilder
from bot.review.produce.reviewer import Reviewer
from bot.review.publish.finding_tracker import FindingTracker
from bot.review.publish.notices import StatusNotices
from bot.review.publish.publisher import Publisher
from bot.review.publish.replies import Replies
from bot.review.publish.reply_learner import ReplyLearner
from bot.settings import Settings


@dataclass(frozen=True)
class ReviewParts:
    """The runner of jobs, and the notices about jobs that end without a review."""

    runner: JobRunner
    notices: StatusNotices


def reviewing(
    settings: Settings,
    store: Store,
    github: GitHubForge,
    name: BotIdentity,
    *,
    function: Function,
    router: Router,
    meter: Metrics,
    process: IndexProcess,
) -> ReviewParts:
    contexts = ReviewContextBuilder(
        forge=github,
        configured=RepositoryConfig(github, operator(settings)),
        reviewer=Reviewer(function, router, store.journal, store.ledger, meter),
        settings=review_settings(settings),
        limits=budget(settings),
        repositories=of_pulls(settings, process, github),
        memory=store.memory,
    )
    learner = ReplyLearner(github, store.memory, lambda: name.triggers().name)
    tracker = FindingTracker(github, store.findings, learner)
    publisher = Publisher(github, store.published, tracker, renewals=settings.summary_renewals)
    pauses = Pauses(store.key_values)
    replies = Replies(contexts, tracker, store.memory, lambda: name.triggers().name)
    policy = TriggerPolicy(
        github, pauses, PendingChecks(store.key_values), SkippedHeads(store.key_values), store.records
    )
    review_job = ReviewJob(contexts, publisher, policy, store.records, meter)
    queue = MergeQueue(github, store.jobs, store.records, store.published, store.key_values)
    reruns = Reruns(
        github,
        github,
        jobs=store.jobs,
        review_job=review_job,
        published=store.published,
        records=store.records,
    )
    runner = JobRunner(
        contexts,
        policy=policy,
        review_job=review_job,
        command_handler=CommandHandler(github, review_job, replies, pauses, store.records),
        reruns=reruns,
        queue=queue,
        publisher=publisher,
        tracker=tracker,
        learner=learner,
        records=store.records,
    )
    notices = StatusNotices(
        github, publisher, replies, queue, reruns, published=store.published, records=store.records
    )
    return ReviewParts(runner, notices)

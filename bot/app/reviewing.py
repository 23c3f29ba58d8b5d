"""What makes reviews and answers, put together from the settings, the database and GitHub."""

from dataclasses import dataclass

from bot.app.function import review_settings
from bot.app.operator import budget, operator
from bot.app.own_name import OwnName
from bot.engine import Store
from bot.github import GitHubForge
from bot.models.routing import Router
from bot.review.awaited import Awaited
from bot.review.bench import Bench
from bot.review.conduct import Conduct
from bot.review.configured import Configured
from bot.review.journey import Journey
from bot.review.making import Making
from bot.review.merge_queue import MergeQueue
from bot.review.orders import Orders
from bot.review.passed_over import PassedOver
from bot.review.pauses import Pauses
from bot.review.ports import Function, Meter
from bot.review.publisher import Publisher
from bot.review.reruns import Reruns
from bot.review.reviewer import Reviewer
from bot.review.talk import Talk
from bot.review.telling import Telling
from bot.review.tracker import Tracker
from bot.settings import Settings


@dataclass(frozen=True)
class Reviewing:
    """The way of a job, and what is told of one that does not come to its end."""

    journey: Journey
    telling: Telling


def reviewing(
    settings: Settings,
    store: Store,
    github: GitHubForge,
    name: OwnName,
    *,
    function: Function,
    router: Router,
    meter: Meter,
) -> Reviewing:
    bench = Bench(
        forge=github,
        configured=Configured(github, operator(settings)),
        reviewer=Reviewer(function, router, store.journal, store.purse, meter),
        settings=review_settings(settings),
        limits=budget(settings),
    )
    tracker = Tracker(github, store.findings)
    publisher = Publisher(github, store.traces, tracker, renewals=settings.summary_renewals)
    pauses = Pauses(store.notes)
    talk = Talk(bench, tracker, lambda: name.triggers().name)
    conduct = Conduct(github, pauses, Awaited(store.notes), PassedOver(store.notes), store.records)
    making = Making(bench, publisher, conduct, store.records, meter)
    queue = MergeQueue(github, store.jobs, store.records, store.traces, store.notes)
    reruns = Reruns(
        github, github, jobs=store.jobs, making=making, traces=store.traces, records=store.records
    )
    journey = Journey(
        bench,
        conduct=conduct,
        making=making,
        orders=Orders(github, making, talk, pauses, store.records),
        reruns=reruns,
        queue=queue,
        publisher=publisher,
        tracker=tracker,
        records=store.records,
    )
    telling = Telling(github, publisher, talk, queue, reruns, traces=store.traces, records=store.records)
    return Reviewing(journey, telling)

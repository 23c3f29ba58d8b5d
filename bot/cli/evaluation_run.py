"""Runs an evaluation: reviews the pull requests of a dataset, several at a time, and stores each review."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app.engines import engines
from bot.app.function import review_function, review_settings
from bot.app.operator import budget
from bot.app.qualification import examiner
from bot.app.repositories import LocatedRepository, opener
from bot.cli.run_journal import RunJournal
from bot.core.change import Change
from bot.core.errors import EngineFailure, Refused
from bot.core.evaluation.dataset import Case
from bot.core.evaluation.judging import question, read_verdict
from bot.core.evaluation.matching import FindingMatch, Matcher, is_at
from bot.core.evaluation.results import CaseReview, RunHeader, assess
from bot.core.llm.messages import Excerpt, Failure, Revision, TextLocation
from bot.core.rendering.unqualified import render_unqualified
from bot.core.review import Finding
from bot.models.routing import Route, Router
from bot.repository.history import NoHistory
from bot.review.produce.lookups import Open
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer
from bot.review.produce.source_files import not_granted, paths_of, text_at
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import Settings, load
from bot.web import PrometheusMetrics

JUDGE_KEY = "JUDGE_API_KEY"
_JUDGE_ANSWER = 2000  # tokens


@dataclass(frozen=True)
class Judge:
    """The model that compares meanings. `base_url` None: the endpoint of OPENAI_BASE_URL."""

    model: str
    base_url: str | None = None


@dataclass(frozen=True)
class Plan:
    """What to review: the cases `repetitions` times, `concurrency` at the same time, with the model of kind
    `model` (empty: the configured order). `checkouts` holds a folder with the whole head of each case, by its
    id, to look things up in.
    """

    cases: Sequence[Case]
    digest: str
    dataset: str
    model: str = ""
    judge: Judge | None = None
    repetitions: int = 1
    concurrency: int = 4
    checkouts: Path | None = None


class Evaluation:
    """An open evaluation. `header` describes it."""

    def __init__(
        self,
        plan: Plan,
        function: ReviewFunction,
        router: Router,
        options: ReviewOptions,
        *,
        judge: Route | None = None,
        opened: Callable[[LocatedRepository], Open | None] = lambda _: None,
    ) -> None:
        self._opened = opened
        self._plan = plan
        self._function = function
        self._router = router
        self._judge = judge
        self._options = options
        self._matcher = Matcher(golden for case in plan.cases for golden in case.golden)
        route = router.route(private=False, wanted=plan.model)
        self.header = RunHeader(
            dataset=plan.dataset,
            digest=plan.digest,
            model=route.engines[0].model.name if route else "none",
            judge=judge.engines[0].model.name if judge else "",
            module=function.digest,
            settings=hashlib.sha256(options.settings.model_dump_json().encode()).hexdigest(),
        )

    async def run(
        self, done: Sequence[CaseReview], store: Callable[[CaseReview], None]
    ) -> Sequence[CaseReview]:
        """Makes the reviews that are not in `done` and returns all. `store` gets each new one at once.

        Raises `Refused`; the reviews made until then have been stored.
        """
        made = {(review.case, review.repetition): review for review in done}
        limit = asyncio.Semaphore(self._plan.concurrency)

        async def review(reviewer: Reviewer, case: Case, repetition: int) -> None:
            async with limit:
                result = await self._review(reviewer, case, repetition)
            made[case.id, repetition] = result
            store(result)

        async with asyncio.TaskGroup() as group:
            for repetition in range(1, self._plan.repetitions + 1):
                reviewer = self._reviewer()  # without the answers of the other repetitions
                for case in self._plan.cases:
                    if (case.id, repetition) not in made:
                        group.create_task(review(reviewer, case, repetition))
        return [
            made[case.id, repetition]
            for repetition in range(1, self._plan.repetitions + 1)
            for case in self._plan.cases
        ]

    async def rules_only(self) -> Sequence[CaseReview]:
        """The reviews of the rules, without a model."""
        reviewer = self._reviewer()
        options = self._options.model_copy(update={"model": "none"})
        return [await self._findings_of(reviewer, case, options, 1, None) for case in self._plan.cases]

    def of_findings(self, find: Callable[[Case], Sequence[Finding]]) -> Sequence[CaseReview]:
        """Reviews whose findings come from `find`."""
        reviews = []
        for case in self._plan.cases:
            findings = find(case)
            reviews.append(assess(case, findings, self._matcher.match(findings, case)))
        return reviews

    async def _review(self, reviewer: Reviewer, case: Case, repetition: int) -> CaseReview:
        return await self._findings_of(reviewer, case, self._options, repetition, self._judge)

    async def _findings_of(
        self, reviewer: Reviewer, case: Case, options: ReviewOptions, repetition: int, judge: Route | None
    ) -> CaseReview:
        own = options.model_copy(update={"job": f"{case.id} {repetition}"})
        change, texts = case.change(), _Texts(case.texts)
        outcome = await reviewer.review(change, own, library=texts, repository=self._repository(case))
        if any(entry.later for entry in outcome.review.coverage):
            raise Refused(
                f"{case.id}: the token budget is too small for this pull request; raise or unset "
                "BUDGET_REVIEW"
            )
        findings = outcome.review.findings
        pairs = self._matcher.match(findings, case)
        if judge and findings and case.golden:
            pairs = await _by_meaning(judge, findings, case)
        return assess(
            case,
            findings,
            pairs,
            repetition=repetition,
            usage=outcome.tally.usage,
            requests=outcome.tally.asked,
            seconds=outcome.seconds,
            problems=outcome.review.problems,
        )

    def _repository(self, case: Case) -> Open | None:
        """Opens the head of the case, if it is there."""
        folder = self._plan.checkouts / case.id if self._plan.checkouts else None
        if not (folder and folder.is_dir()):
            return None
        history = NoHistory("the commits are not at hand here")
        return self._opened(LocatedRepository(lambda indexes: indexes.of_folder(folder), history))

    def _reviewer(self) -> Reviewer:
        memory = RunJournal()
        return Reviewer(self._function, self._router, memory, memory.ledger, PrometheusMetrics())


@asynccontextmanager
async def evaluation(settings: Settings, plan: Plan) -> AsyncIterator[Evaluation]:
    """Opens the configured models and the judge. Raises `Refused`."""
    sandbox = Sandbox(settings.cache_dir)
    function = review_function(settings, sandbox)
    async with AsyncExitStack() as stack:
        models = () if plan.model == "none" else await stack.enter_async_context(engines(settings, sandbox))
        router = Router(models, private_local_only=False, examiner=examiner(settings))
        await _qualify(router, plan.model)
        judge = await _judge(stack, settings, sandbox, plan.judge) if plan.judge else None
        options = ReviewOptions(settings=review_settings(settings), model=plan.model, limits=budget(settings))
        opened = await stack.enter_async_context(opener(settings))
        yield Evaluation(plan, function, router, options, judge=judge, opened=opened)


async def _qualify(router: Router, wanted: str) -> None:
    """Raises `Refused` if no model passed the control questions: the scores would be those of the rules."""
    route = router.route(private=False, wanted=wanted)
    failed = await route.qualify() if route else ()
    if route and not route.engines:
        raise Refused(
            f"{render_unqualified(failed)}, so reviews would not use it: set CONTROL_QUESTIONS=false to "
            "evaluate it all the same, or --model none for the rules"
        )


async def _judge(stack: AsyncExitStack, settings: Settings, sandbox: Sandbox, judge: Judge) -> Route:
    """The judge's route. A model that judged its own reviews would be lenient, so it is refused."""
    own = settings.openai_base_url
    if judge.base_url is None and judge.model == settings.openai_model:
        raise Refused(
            f"--judge-model {judge.model} is the model under evaluation; name another one, or another "
            "server with --judge-base-url"
        )
    given: Mapping[str, Any] = {"openai_model": judge.model, "model_order": ["openai"]}
    key = os.environ.get(JUDGE_KEY)
    if judge.base_url is not None and judge.base_url != str(own or ""):
        # The key of one server must not be sent to another one.
        given = {**given, "openai_base_url": judge.base_url, "openai_api_key": key}
    elif key:
        given = {**given, "openai_api_key": key}
    opened = await stack.enter_async_context(engines(load(**given), sandbox))
    if not opened:
        raise Refused(
            f"--judge-model {judge.model}: set {JUDGE_KEY}, or --judge-base-url for a server without"
        )
    return Route(opened)


async def _by_meaning(judge: Route, findings: Sequence[Finding], case: Case) -> list[FindingMatch]:
    """Matches by the judge's verdict, at the same place. Raises `Refused` without a verdict: the score would
    mean something else.
    """
    answer = min(judge.engines[0].model.answer, _JUDGE_ANSWER)
    try:
        _, completion = await judge.complete(question(findings, case.golden, answer))
    except EngineFailure as failure:
        raise Refused(f"{case.id}: the judge model did not answer: {failure}") from None
    pairs = read_verdict(completion.text, len(findings), len(case.golden))
    return [pair for pair in pairs if is_at(findings[pair.finding], case.golden[pair.golden])]


class _Texts:
    """The head revision's texts that are part of a case."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        granted = paths_of(change)
        available = [self._texts if place.revision is Revision.HEAD else {} for place in places]
        return [
            text_at(place, texts) if place.path in granted else not_granted(place)
            for place, texts in zip(places, available, strict=True)
        ]

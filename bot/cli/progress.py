"""A progress bar for one review: answered questions out of all questions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.core.change import Change
from bot.core.jobs import JobState
from bot.core.llm.messages import Exchange, Usage
from bot.core.review import Ask, Question, ReviewSettings, Step, Turn
from bot.review.ports import Function


class WatchedFunction:
    """A review function whose questions set the bar's total."""

    def __init__(self, function: Function, bar: Progress, row: TaskID) -> None:
        self._function = function
        self._bar = bar
        self._row = row
        self._asked: set[str] = set()

    @property
    def digest(self) -> str:
        return self._function.digest

    async def families(self) -> Sequence[str]:
        return await self._function.families()

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        step = await self._function.review(change, settings, answers, count)
        self._count_questions(step)
        return step

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        turn = await self._function.reply(change, settings, question, answers, count)
        self._count_questions(turn)
        return turn

    def _count_questions(self, step: Step | Turn) -> None:
        """Requested texts do not count: they are available at once."""
        if isinstance(step, Ask):
            self._asked.update(request.id for request in step.requests)
            self._bar.update(self._row, total=len(self._asked))


class AnsweredMetrics:
    """Metrics of the run: each answer, from a model or the journal, advances the bar."""

    def __init__(self, bar: Progress, row: TaskID) -> None:
        self._bar = bar
        self._row = row

    def job(self, state: JobState) -> None:
        """A run has no jobs."""

    def review(self, seconds: float) -> None:
        """The bar is complete by then."""

    def tokens(self, model: str, usage: Usage) -> None:  # noqa: ARG002 - the Metrics protocol
        self._bar.advance(self._row)

    def reused(self, model: str) -> None:  # noqa: ARG002 - the Metrics protocol
        self._bar.advance(self._row)

    def failure(self, model: str, kind: str) -> None:  # noqa: ARG002 - the Metrics protocol
        self._bar.advance(self._row)


@contextmanager
def watched(function: Function) -> Iterator[tuple[WatchedFunction, AnsweredMetrics]]:
    """The function and the metrics of one run. The bar is shown only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        row = bar.add_task("Reviewing", total=None)
        yield WatchedFunction(function, bar, row), AnsweredMetrics(bar, row)

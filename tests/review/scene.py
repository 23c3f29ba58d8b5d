"""A pull request that is pushed to and reviewed, with GitHub and the stored state in memory."""

import difflib
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.change import Change, File, FileStatus, Pull, PullRef
from bot.core.channels import DisabledChannel
from bot.core.config.values import Configuration
from bot.core.rendering import Report
from bot.core.review import Coverage, Finding, FindingSource, Review, Severity, Side
from bot.review.publish.finding_tracker import FindingTracker
from bot.review.publish.publisher import Publisher
from bot.review.publish.reply_learner import ReplyLearner
from tests.review.fake_github import FakeConfigSource, FakeGitHub

REF = PullRef(repository="acme/shop", number=1)
BASE = "def total(items):\n    return sum(items)\n"
LOOP = "def total(items):\n    first = items[0]\n    rest = items[1:]\n    return first + sum(rest)\n"
MOVED = "import os\n\n\n" + LOOP
FIXED = "def total(items):\n    return sum(items, start=0)\n"


def sha(name: str) -> str:
    return name.ljust(40, "0")


def file(path: str, before: str, after: str, **fields: Any) -> File:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]
    patch = "\n".join([*lines, ""]) if lines else None
    usual = {"path": path, "status": FileStatus.MODIFIED, "additions": 1, "deletions": 1, "patch": patch}
    return File.model_validate(usual | fields)


def at(text: str, line: str, **fields: Any) -> Finding:
    """A finding on the line of `text` that contains `line`."""
    number = next(number for number, one in enumerate(text.splitlines(), 1) if line in one)
    usual = {
        "path": "cart.py", "line": number, "end": number, "side": Side.RIGHT, "severity": Severity.MAJOR,
        "category": "correctness", "confidence": 0.9, "title": "Fails on an empty list",
        "body": "It has no first item.", "source": FindingSource.MODEL,
    }  # fmt: skip
    return Finding.model_validate(usual | fields)


@dataclass
class Scene:
    github: FakeGitHub = field(default_factory=FakeGitHub)
    config_source: FakeConfigSource = field(default_factory=FakeConfigSource)
    ref: PullRef = REF

    def other_pull(self) -> "Scene":
        """Another pull request of the same repository."""
        github = FakeGitHub(writers=self.github.writers)
        shared = {name: getattr(self.config_source, name) for name in ("dismissed", "restored_", "learned")}
        config_source = replace(FakeConfigSource(), **shared)
        return Scene(github, config_source, self.ref.model_copy(update={"number": 2}))

    @property
    def tracker(self) -> FindingTracker:
        forge: Any = self.github  # it has what is asked of it here
        has_memory = isinstance(self.config_source, FakeConfigSource)
        return FindingTracker(forge, self.config_source, self.learner if has_memory else None)

    @property
    def learner(self) -> ReplyLearner:
        forge: Any = self.github
        memory: Any = self.config_source
        return ReplyLearner(forge, memory, lambda: "code-review-bot")

    @property
    def publisher(self) -> Publisher:
        """A new publisher, as after a restart."""
        forge: Any = self.github
        return Publisher(forge, self.config_source, self.tracker)

    def pull(self, head: str) -> Pull:
        return Pull(
            ref=self.ref, title="", body="", author="ada", base="main", origin=sha("ba5e"), head=sha(head),
            url=f"https://github.example/acme/shop/pull/{self.ref.number}",
        )  # fmt: skip

    async def review(
        self,
        head: str,
        text: str | None,
        *findings: Finding,
        config: Configuration | None = None,
        files: tuple[File, ...] | None = None,
        unread: tuple[str, ...] = (),
        shut: tuple[DisabledChannel, ...] = (),
        by: Publisher | None = None,
        **publishing: Any,
    ) -> Report:
        """Publishes the review of a head at which cart.py reads `text`."""
        if files is None:
            files = (file("cart.py", BASE, text or ""),) if text is not None else ()
        coverage = tuple(
            Coverage(path=one.path, reviewed=one.path not in unread, reason="for this test") for one in files
        )
        review = Review(purpose="Does it.", findings=findings, coverage=coverage, effort=2)
        change = Change(head=sha(head), origin=sha("ba5e"), files=files, shut=shut)
        report = Report(change=change, review=review, url=self.pull(head).url, model="m")
        config = config or Configuration()
        publisher = by or self.publisher
        return await publisher.publish(self.pull(head), report, config, **publishing)

    @property
    def summary(self) -> str:
        [body] = [body for body in self.github.comments.values() if "code-review-bot:summary" in body]
        return body

"""One pull request on which something is refused, and what people do on it."""

from dataclasses import dataclass, field
from typing import Any

from bot.core.change import PullRef
from bot.core.jobs import Cause, Task
from github_simulator import Fault
from github_simulator.control_requests import (
    Enqueue,
    NewAnnotation,
    NewCommit,
    OpenPull,
    Permit,
    Push,
    RaiseAlert,
    React,
    Rerun,
    Say,
    SayOnLines,
    SetCheck,
    WriteFile,
)
from github_simulator.report import report_pull
from tests.stories.refusals.house import House
from tests.stories.stage import BOT

BLOCKING = "request_changes: true\n"
LABELS = """\
labels:
  critical: critical
  effort: 'effort {effort}'
"""
LOOP = """\
diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,4 +1,6 @@
 def total(items):
-    return sum(items)
+    first = items[0]
+    rest = items[1:]
+    return first + sum(rest)
     # the end
     # {name}
"""
DOCS = """\
diff --git a/docs/cart.md b/docs/cart.md
new file mode 100644
--- /dev/null
+++ b/docs/cart.md
@@ -0,0 +1,3 @@
+# {name}
+A cart has a total.
+It is never less than nothing.
"""
FIX = """\
diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,6 +1,5 @@
 def total(items):
-    first = items[0]
     rest = items[1:]
-    return first + sum(rest)
+    return sum(items)
     # the end
     # {name}
"""
BACK = """\
diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,5 +1,6 @@
 def total(items):
+    first = items[0]
     rest = items[1:]
-    return sum(items)
+    return first + sum(rest)
     # the end
     # {name}
"""
FILES = ("shop/cart.py", "docs/cart.md")


@dataclass
class Cell:
    """`name` is the account's, and stands in every file of the change. `faults` were laid for it, `late` is
    one that is laid half-way; `before` is how many calls had been made then.
    """

    house: House
    name: str
    number: int = 1
    faults: list[Fault] = field(default_factory=list)
    late: dict[str, Any] | None = None
    before: int | None = None
    of_review: bool = True

    @property
    def repository(self) -> str:
        return f"{self.name}/shop"

    def refuse(self, **fault: Any) -> None:
        """For ever, unless `fault` says how often."""
        laid = Fault(**{"account": self.name, "times": None, **fault})
        self.faults.append(laid)
        self.house.simulator.inject(laid)

    def halfway(self, *, of_review: bool = True) -> None:
        """What was done until now is not what the journey is about. `of_review`: a review follows."""
        self.of_review = of_review or not self.late
        self.before = len(self.house.calls)
        if self.late:
            self.refuse(**self.late)

    async def open(self, *diffs: str, config: str = BLOCKING, **order: Any) -> None:
        """A pull request of one commit per diff, which is reviewed."""
        if config:
            self.house.simulator.write_file(
                WriteFile(repository=self.repository, path=".github/code-review-bot.yml", text=config)
            )
        commits = [
            NewCommit(message=f"Commit {at}", diff=diff.replace("{name}", self.name))
            for at, diff in enumerate(diffs or (LOOP, DOCS), 1)
        ]
        opening = {"repository": self.repository, "title": "Change things", "body": "So it is.", **order}
        done = await self.house.simulator.open_pull(OpenPull(commits=commits, **opening))
        await self._settled(done)

    async def push(self, diff: str) -> None:
        order = Push(message="Push", diff=diff.replace("{name}", self.name))
        await self._settled(await self.house.simulator.push(self.repository, self.number, order))

    async def say(self, body: str, user: str = "mira", permission: Any = "write") -> int:
        order = Say(user=user, permission=permission, body=body)
        done = await self.house.simulator.say(self.repository, self.number, order)
        await self._settled(done)
        assert done.comment
        return done.comment.id

    async def say_on_lines(self, body: str, **where: Any) -> None:
        order = SayOnLines(user="mira", permission="write", body=body, **where)
        await self._settled(await self.house.simulator.say_on_lines(self.repository, self.number, order))

    async def run_again(self) -> None:
        order = Rerun(user="mira", all=True)
        await self._settled(await self.house.simulator.rerun(self.repository, self.number, order))

    async def enqueue(self) -> None:
        order = Enqueue(user="mira")
        await self._settled(await self.house.simulator.enqueue(self.repository, self.number, order))

    def permit(self, user: str) -> None:
        self.house.simulator.permit(Permit(repository=self.repository, user=user, permission="write"))

    def dislike(self, comment: int, user: str = "mira") -> None:
        order = React(user=user, comment=comment, content="-1")
        self.house.simulator.react(self.repository, self.number, order)

    async def set_check(self, name: str, conclusion: Any) -> None:
        """Another App's check ends."""
        order = SetCheck(name=name, conclusion=conclusion)
        await self._settled(await self.house.simulator.set_check(self.repository, self.number, order))

    async def report(self) -> None:
        """Another App's check annotates a line, and code scanning raises an alert on one."""
        place = {"path": "shop/cart.py", "start_line": 2, "end_line": 2}
        mark = NewAnnotation.model_validate({**place, "message": "An odd slice"})
        order = SetCheck(name="lint", annotations=[mark])
        await self._settled(await self.house.simulator.set_check(self.repository, self.number, order))
        alert = RaiseAlert(rule="py/odd", path="shop/cart.py", line=3, message="An odd copy")
        self.house.simulator.raise_alert(self.repository, self.number, alert)

    def lock(self, *, locked: bool = True) -> None:
        """The conversation takes no word of the bot any more."""
        pull: Any = self.house.simulator.world.pull(self.repository, self.number)
        pull.locked = "too heated" if locked else None

    async def make_ready(self) -> None:
        await self._settled(await self.house.simulator.set_draft(self.repository, self.number, draft=False))

    async def close(self) -> None:
        await self._settled(await self.house.simulator.close(self.repository, self.number))

    async def submit(self) -> None:
        """A job for the pull that names no installation, as a repository's own webhook leads to."""
        ref = PullRef(repository=self.repository, number=self.number)
        await self.house.bot.store.jobs.submit(Task(pull=ref, cause=Cause.MISSED, head=self.pull["head"]))
        await self.house.settled(self.repository)

    async def _settled(self, done: Any) -> None:
        await self.house.settled(self.repository, done.delivery.guid if done.delivery else None)

    @property
    def summary(self) -> str:
        """The body of the one summary comment; empty where there is none."""
        own = [one["body"] for one in self.pull["comments"] if one["user"] == BOT]
        return "".join(body for body in own if "code-review-bot:summary" in body)

    @property
    def said(self) -> list[str]:
        """The bot's other comments in the conversation."""
        own = [one["body"] for one in self.pull["comments"] if one["user"] == BOT]
        return [body for body in own if "code-review-bot:summary" not in body]

    @property
    def check(self) -> dict[str, Any]:
        """The newest check of the head; empty where there is none."""
        pull = self.pull
        return dict(next((one for one in reversed(pull["checks"]) if one["head"] == pull["head"]), {}))

    @property
    def pull(self) -> dict[str, Any]:
        """The pull request as it stands on GitHub."""
        world = self.house.simulator.world
        return report_pull(world, world.pull(self.repository, self.number))

    @property
    def errors(self) -> list[str]:
        """What the server logged as an error while it worked on the pull."""
        mine = [one for one in self.house.logged if one.get("pull") == f"{self.repository}#{self.number}"]
        return [
            f"logged: {one['event']}" for one in mine if one["level"] in ("error", "exception", "critical")
        ]

    @property
    def remarks(self) -> list[dict[str, Any]]:
        """The bot's comments on lines that begin a thread."""
        return [one for one in self.pull["inline"] if one["user"] == BOT and one["reply_to"] is None]

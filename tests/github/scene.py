"""A simulated GitHub on loopback with a client, and minimal servers for unusual answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.core.change import PullRef
from bot.github import AppCredentials, GitHubForge, TokenCredentials
from github_simulator import Fault, Simulator
from github_simulator.control_requests import NewCommit, OpenPull

PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
REVIEWS = f"{PULL}/reviews"
INLINE = f"{PULL}/comments"
GRAPHQL = "/graphql"
REPLIES = f"{INLINE}/{{comment_id}}/replies"
LINE = "/repos/{owner}/{repo}/pulls/comments/{comment_id}"
LABELS = "/repos/{owner}/{repo}/issues/{issue_number}/labels"
CONTENTS = "/repos/{owner}/{repo}/contents/{path}"
CHECKS = "/repos/{owner}/{repo}/check-runs"
TOKENS = "/app/installations/{installation_id}/access_tokens"

DIFF = """\
diff --git a/shop/api.py b/shop/api.py
index 1..2 100644
--- a/shop/api.py
+++ b/shop/api.py
@@ -10,4 +10,5 @@ def pay():
     total = 0
-    charge(total)
+    charge(total, retry=True)
+    log(total)
     return total
 \n\
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/logo.png b/logo.png
index 1..2 100644
Binary files a/logo.png and b/logo.png differ
"""
NOTES = """\
diff --git a/docs/new.md b/docs/new.md
new file mode 100644
--- /dev/null
+++ b/docs/new.md
@@ -0,0 +1,2 @@
+# New
+text
"""


@dataclass
class Scene:
    """A running simulator, and a client with the credentials of its App."""

    simulator: Simulator
    url: str
    forge: GitHubForge
    credentials: AppCredentials

    async def open(self, *diffs: str, **order: Any) -> PullRef:
        commits = [
            NewCommit(message=f"Change {number}", diff=diff)
            for number, diff in enumerate(diffs or (DIFF,), 1)
        ]
        order = {"repository": "acme/shop", "title": "Retry payments", "commits": commits} | order
        done = await self.simulator.open_pull(OpenPull(**order))
        repository = order["repository"]
        installed = self.installed_on(repository)
        return PullRef(repository=repository, number=done.pull.number, installation=installed)

    @property
    def installation(self) -> int:
        [installation] = self.simulator.world.installations
        return installation

    def installed_on(self, repository: str) -> int:
        world = self.simulator.world
        return world.installation_of(world.repository(repository).owner).id

    def fail(self, method: str, path: str, status: int | None = None, **fault: Any) -> None:
        self.simulator.inject(Fault(method=method, path=path, status=status, **fault))

    def count(self, method: str, path: str) -> int:
        """The number of calls, whatever the answers."""
        return self.simulator.pipeline.calls.counts[f"{method} {path}"]

    def posted(self) -> Any:
        """The report of the only pull."""
        [pull] = self.simulator.state()["pulls"]
        return pull

    @asynccontextmanager
    async def with_token(self, token: str, **options: Any) -> AsyncIterator[GitHubForge]:
        async with GitHubForge(self.url, TokenCredentials(token), pauses=(0,), **options) as forge:
            yield forge


@asynccontextmanager
async def small_github(*routes: web.RouteDef) -> AsyncIterator[str]:
    """A server with the test's own answers."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

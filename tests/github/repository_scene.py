"""A pull request in a simulated repository with many kinds of files, and readers of them."""

import asyncio
from pathlib import Path

from bot.core.change import PullRef
from bot.github import GitHubForge
from github_simulator import WriteFile
from tests.github.scene import Scene
from tests.repository.sample import FILES

TREE = "/repos/{owner}/{repo}/git/trees/{tree_sha}"
TARBALL = "/repos/{owner}/{repo}/tarball/{ref}"
MOST = 2**30
SHA = "a" * 40
MODES = """\
diff --git a/link b/link
new file mode 120000
--- /dev/null
+++ b/link
@@ -0,0 +1 @@
+shop/cart.py
\\ No newline at end of file
diff --git a/library b/library
new file mode 160000
--- /dev/null
+++ b/library
@@ -0,0 +1 @@
+Subproject commit bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
diff --git a/run.sh b/run.sh
new file mode 100755
--- /dev/null
+++ b/run.sh
@@ -0,0 +1 @@
+exit
"""
CHEAPER = """\
diff --git a/shop/money.py b/shop/money.py
--- a/shop/money.py
+++ b/shop/money.py
@@ -4,5 +4,2 @@ class Money:
         self.cents = cents
 \n\
-
-def total(prices):
-    return sum(prices)
"""


async def shop(town: Scene, *diffs: str) -> tuple[PullRef, str]:
    """A pull request with the sample's files, and its head."""
    for path, text in FILES.items():
        town.simulator.write_file(WriteFile(repository="acme/shop", path=path, text=text))
    ref = await town.open(*(diffs or (MODES,)))
    return ref, town.simulator.world.pull("acme/shop", ref.number).head.sha


async def paths(forge: GitHubForge, ref: PullRef, commit: str) -> list[str] | None:
    listed = await forge.repository(ref).listing(commit)
    return None if listed is None else [file.path for file in listed]


async def archived(forge: GitHubForge, ref: PullRef, commit: str, into: Path, most: int = MOST) -> bytes:
    await forge.repository(ref).archive(commit, into, most)
    return await asyncio.to_thread(into.read_bytes)

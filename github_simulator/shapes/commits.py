"""Commits, the files of a diff, and comparisons."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from bot.core.change import File, FileStatus
from github_simulator.content import Text, Tree
from github_simulator.shapes.accounts import user
from github_simulator.shapes.repositories import blob_sha
from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import Commit, Repository

MOST_LINES = 20_000  # of one file's patch, and of a whole diff
MOST_BYTES = 500_000  # of one file's patch
_NO_BLOB = "0" * 40


def commit(site: Site, known: Repository, made: Commit) -> Shape:
    """A commit as lists have it, without files."""
    api = site.repository(known.full_name)
    person = {"name": made.author.login, "email": f"{made.author.login}@example.com", "date": when(made.date)}
    return {
        "sha": made.sha,
        "node_id": node("Commit", int(made.sha[:12], 16)),
        "url": f"{api}/commits/{made.sha}",
        "html_url": f"{site.html}/{known.full_name}/commit/{made.sha}",
        "comments_url": f"{api}/commits/{made.sha}/comments",
        "commit": {
            "url": f"{api}/git/commits/{made.sha}",
            "author": person,
            "committer": person,
            "message": made.message,
            "tree": {"sha": made.sha, "url": f"{api}/git/trees/{made.sha}"},
            "comment_count": 0,
            "verification": _unsigned(),
        },
        "author": user(site, made.author),
        "committer": user(site, made.author),
        "parents": [_parent(site, known, sha) for sha in made.parents],
    }


def commit_with_files(site: Site, known: Repository, made: Commit, files: Sequence[File]) -> Shape:
    """`files` is what of the commit's files fits on the page."""
    added = sum(file.additions for file in made.files)
    deleted = sum(file.deletions for file in made.files)
    return {
        **commit(site, known, made),
        "stats": {"additions": added, "deletions": deleted, "total": added + deleted},
        "files": [diff_entry(site, known, file, made.sha, made.tree) for file in files],
    }


def diff_entry(site: Site, known: Repository, file: File, sha: str, tree: Tree) -> Shape:
    """A file of a diff. GitHub leaves `patch` out where there is none, or too much of one."""
    path = quote(file.path)
    html = f"{site.html}/{known.full_name}"
    shape = {
        "sha": _blob(file, tree),
        "filename": file.path,
        "status": "changed" if file.status is FileStatus.RETYPED else file.status.value,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": f"{html}/blob/{sha}/{path}",
        "raw_url": f"{html}/raw/{sha}/{path}",
        "contents_url": f"{site.repository(known.full_name)}/contents/{path}?ref={sha}",
    }
    if file.patch is not None and not _too_large(file):
        shape["patch"] = file.patch.removesuffix("\n")
    if file.previous is not None:
        shape["previous_filename"] = file.previous
    return shape


class Between(NamedTuple):
    """`fork` is the newest commit that both have, `commits` those after it up to `head`, `behind` how many
    `base` has after it; `files` are what `commits` change together.
    """

    base: Commit
    fork: Commit
    head: Commit
    commits: Sequence[Commit]
    behind: int
    files: Sequence[File]

    @property
    def status(self) -> str:
        if self.behind:
            return "diverged" if self.commits else "behind"
        return "ahead" if self.commits else "identical"


def comparison(site: Site, known: Repository, between: Between) -> Shape:
    head = between.head
    here = f"{known.full_name}/compare/{between.base.sha}...{head.sha}"
    return {
        "url": f"{site.api}/repos/{here}",
        "html_url": f"{site.html}/{here}",
        "permalink_url": f"{site.html}/{here}",
        "diff_url": f"{site.html}/{here}.diff",
        "patch_url": f"{site.html}/{here}.patch",
        "base_commit": commit(site, known, between.base),
        "merge_base_commit": commit(site, known, between.fork),
        "status": between.status,
        "ahead_by": len(between.commits),
        "behind_by": between.behind,
        "total_commits": len(between.commits),
        "commits": [commit(site, known, made) for made in between.commits],
        "files": [diff_entry(site, known, file, head.sha, head.tree) for file in between.files],
    }


def _too_large(file: File) -> bool:
    patch = file.patch or ""
    return patch.count("\n") > MOST_LINES or len(patch.encode("utf-8", "replace")) > MOST_BYTES


def _blob(file: File, tree: Tree) -> str:
    entry = tree.get(file.path)
    if entry is None or not isinstance(entry.content, Text):
        return _NO_BLOB
    return blob_sha(entry.content.render().encode("utf-8", "replace"))


def _parent(site: Site, known: Repository, sha: str) -> Shape:
    return {
        "sha": sha,
        "url": f"{site.repository(known.full_name)}/commits/{sha}",
        "html_url": f"{site.html}/{known.full_name}/commit/{sha}",
    }


def _unsigned() -> Shape:
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}

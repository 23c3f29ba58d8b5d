"""JSON of commits, the files of a diff, and comparisons."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from bot.core.change import File, FileStatus
from github_simulator.content import Text, Tree
from github_simulator.shapes.accounts import user
from github_simulator.shapes.repositories import blob_sha
from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import Commit, Repository

MAX_LINES = 20_000  # of one file's patch, and of a whole diff
MAX_BYTES = 500_000  # of one file's patch
_NO_BLOB = "0" * 40


def commit(site: Site, repo: Repository, record: Commit) -> Shape:
    """A commit in a list, without files."""
    api = site.repository(repo.full_name)
    person = {
        "name": record.author.login,
        "email": f"{record.author.login}@example.com",
        "date": when(record.date),
    }
    return {
        "sha": record.sha,
        "node_id": node("Commit", int(record.sha[:12], 16)),
        "url": f"{api}/commits/{record.sha}",
        "html_url": f"{site.html}/{repo.full_name}/commit/{record.sha}",
        "comments_url": f"{api}/commits/{record.sha}/comments",
        "commit": {
            "url": f"{api}/git/commits/{record.sha}",
            "author": person,
            "committer": person,
            "message": record.message,
            "tree": {"sha": record.sha, "url": f"{api}/git/trees/{record.sha}"},
            "comment_count": 0,
            "verification": _no_verification(),
        },
        "author": user(site, record.author),
        "committer": user(site, record.author),
        "parents": [_parent(site, repo, sha) for sha in record.parents],
    }


def commit_with_files(site: Site, repo: Repository, record: Commit, files: Sequence[File]) -> Shape:
    """A commit with `files`, the page of its files."""
    added = sum(file.additions for file in record.files)
    deleted = sum(file.deletions for file in record.files)
    return {
        **commit(site, repo, record),
        "stats": {"additions": added, "deletions": deleted, "total": added + deleted},
        "files": [diff_entry(site, repo, file, record.sha, record.tree) for file in files],
    }


def diff_entry(site: Site, repo: Repository, file: File, sha: str, tree: Tree) -> Shape:
    """A file of a diff. GitHub omits `patch` if there is none or it is too large."""
    path = quote(file.path)
    html = f"{site.html}/{repo.full_name}"
    shape = {
        "sha": _blob(file, tree),
        "filename": file.path,
        "status": "changed" if file.status is FileStatus.RETYPED else file.status.value,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": f"{html}/blob/{sha}/{path}",
        "raw_url": f"{html}/raw/{sha}/{path}",
        "contents_url": f"{site.repository(repo.full_name)}/contents/{path}?ref={sha}",
    }
    if file.patch is not None and not _too_large(file):
        shape["patch"] = file.patch.removesuffix("\n")
    if file.previous is not None:
        shape["previous_filename"] = file.previous
    return shape


class Comparison(NamedTuple):
    """`fork` is the newest common commit, `commits` those after it up to `head`, `behind` how many `base` has
    after it; `files` are the combined changes of `commits`.
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


def comparison(site: Site, repo: Repository, compared: Comparison) -> Shape:
    head = compared.head
    here = f"{repo.full_name}/compare/{compared.base.sha}...{head.sha}"
    return {
        "url": f"{site.api}/repos/{here}",
        "html_url": f"{site.html}/{here}",
        "permalink_url": f"{site.html}/{here}",
        "diff_url": f"{site.html}/{here}.diff",
        "patch_url": f"{site.html}/{here}.patch",
        "base_commit": commit(site, repo, compared.base),
        "merge_base_commit": commit(site, repo, compared.fork),
        "status": compared.status,
        "ahead_by": len(compared.commits),
        "behind_by": compared.behind,
        "total_commits": len(compared.commits),
        "commits": [commit(site, repo, record) for record in compared.commits],
        "files": [diff_entry(site, repo, file, head.sha, head.tree) for file in compared.files],
    }


def _too_large(file: File) -> bool:
    patch = file.patch or ""
    return patch.count("\n") > MAX_LINES or len(patch.encode("utf-8", "replace")) > MAX_BYTES


def _blob(file: File, tree: Tree) -> str:
    entry = tree.get(file.path)
    if entry is None or not isinstance(entry.content, Text):
        return _NO_BLOB
    return blob_sha(entry.content.render().encode("utf-8", "replace"))


def _parent(site: Site, repo: Repository, sha: str) -> Shape:
    return {
        "sha": sha,
        "url": f"{site.repository(repo.full_name)}/commits/{sha}",
        "html_url": f"{site.html}/{repo.full_name}/commit/{sha}",
    }


def _no_verification() -> Shape:
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}

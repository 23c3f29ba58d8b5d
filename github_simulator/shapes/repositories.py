"""JSON of repositories and file contents."""

import base64
import hashlib

from github_simulator.content import Text
from github_simulator.shapes.accounts import rights, user
from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import Account, Repository

_LISTS = {  # field: path below the repository's address
    "archive": "{archive_format}{/ref}",
    "assignees": "assignees{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "branches{/branch}",
    "collaborators": "collaborators{/collaborator}",
    "comments": "comments{/number}",
    "commits": "commits{/sha}",
    "compare": "compare/{base}...{head}",
    "contents": "contents/{+path}",
    "contributors": "contributors",
    "deployments": "deployments",
    "downloads": "downloads",
    "events": "events",
    "forks": "forks",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "hooks",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "issues{/number}",
    "keys": "keys{/key_id}",
    "labels": "labels{/name}",
    "languages": "languages",
    "merges": "merges",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "pulls": "pulls{/number}",
    "releases": "releases{/id}",
    "stargazers": "stargazers",
    "statuses": "statuses/{sha}",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "tags": "tags",
    "teams": "teams",
    "trees": "git/trees{/sha}",
}
_COUNTS = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size")


def repository(site: Site, repo: Repository, account: Account | None = None) -> Shape:
    """`account` is the caller; the permissions in the answer are theirs."""
    api = site.repository(repo.full_name)
    html = f"{site.html}/{repo.full_name}"
    open_pulls = sum(pull.closed is None for pull in repo.pulls.values())
    return {
        "id": repo.id,
        "node_id": node("Repository", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "owner": user(site, repo.owner),
        "html_url": html,
        "url": api,
        "description": None,
        "fork": False,
        **{f"{name}_url": f"{api}/{path}" for name, path in _LISTS.items()},
        "clone_url": f"{html}.git",
        "git_url": f"git:{html.partition(':')[2]}.git",
        "ssh_url": f"git@{site.html.partition('//')[2]}:{repo.full_name}.git",
        "svn_url": html,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "default_branch": repo.branch,
        **dict.fromkeys(_COUNTS, 0),
        "open_issues": open_pulls,
        "open_issues_count": open_pulls,
        **_features(),
        "archived": repo.archived,
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), when(repo.created)),
        "permissions": rights(repo, account),
    }


def full_repository(site: Site, repo: Repository, account: Account | None) -> Shape:
    return {**repository(site, repo, account), "network_count": 0, "subscribers_count": 0}


def _features() -> Shape:
    on = ("has_issues", "has_projects", "has_wiki", "has_downloads", "has_pull_requests", "allow_forking")
    off = (
        "has_pages",
        "has_discussions",
        "archived",
        "disabled",
        "is_template",
        "web_commit_signoff_required",
    )
    return {**dict.fromkeys(on, True), **dict.fromkeys(off, False), "topics": []}


def blob_sha(content: bytes) -> str:
    """Git's object id of a blob."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def contents(site: Site, repo: Repository, ref: str, path: str, text: Text) -> Shape:
    data = text.render().encode("utf-8", "replace")
    sha = blob_sha(data)
    api = site.repository(repo.full_name)
    here = f"{api}/contents/{path}?ref={ref}"
    html = f"{site.html}/{repo.full_name}/blob/{ref}/{path}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.encodebytes(data).decode(),
        "sha": sha,
        "url": here,
        "git_url": f"{api}/git/blobs/{sha}",
        "html_url": html,
        "download_url": f"{site.html}/raw/{repo.full_name}/{ref}/{path}",
        "_links": {"self": here, "git": f"{api}/git/blobs/{sha}", "html": html},
    }

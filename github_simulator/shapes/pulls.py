"""JSON of pull requests, and of the issue that each one also is."""

from urllib.parse import quote

from github_simulator.shapes.accounts import association, user
from github_simulator.shapes.repositories import repository
from github_simulator.shapes.site import Shape, Site, node, when, when_if
from github_simulator.state import Account, Pull, Repository
from github_simulator.state.issues import IssueRecord


def pull_in_list(site: Site, repo: Repository, pull: Pull) -> Shape:
    api = site.repository(repo.full_name)
    here, issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    html = f"{site.html}/{repo.full_name}/pull/{pull.number}"
    links = {
        "self": here,
        "html": html,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{here}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{here}/commits",
        "statuses": f"{api}/statuses/{pull.head.sha}",
    }
    addresses = {f"{name}_url": address for name, address in links.items() if name not in ("self", "html")}
    return {
        "url": here,
        "id": pull.id,
        "node_id": node("PullRequest", pull.id),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        **addresses,
        **_common(site, repo, pull),
        "requested_reviewers": [],
        "requested_teams": [],
        "draft": pull.draft,
        "merged_at": when_if(pull.merged),
        "merge_commit_sha": pull.head.sha if pull.merged else None,
        "auto_merge": None,
        "head": _head(site, repo, pull),
        "base": _side(site, repo, repo.owner, pull.target, pull.base.sha),
        "_links": {name: {"href": address} for name, address in links.items()},
    }


def pull_in_full(site: Site, repo: Repository, pull: Pull) -> Shape:
    return {
        **pull_in_list(site, repo, pull),
        "merged": pull.merged is not None,
        "mergeable": None if pull.merged else True,
        "rebaseable": None if pull.merged else True,
        "mergeable_state": "unknown" if pull.merged else "clean",
        "merged_by": user(site, repo.owner) if pull.merged else None,
        "comments": len(pull.comments),
        "review_comments": len(pull.inline),
        "maintainer_can_modify": False,
        "commits": len(pull.commits),
        "additions": sum(file.additions for file in pull.files),
        "deletions": sum(file.deletions for file in pull.files),
        "changed_files": len(pull.files),
    }


def issue(site: Site, repo: Repository, pull: Pull) -> Shape:
    api = site.repository(repo.full_name)
    here = f"{api}/issues/{pull.number}"
    html = f"{site.html}/{repo.full_name}/pull/{pull.number}"
    return {
        **_issue_addresses(api, here),
        "html_url": html,
        "id": pull.id + 1,
        "node_id": node("Issue", pull.id),
        **_common(site, repo, pull),
        "comments": len(pull.comments),
        "draft": pull.draft,
        "pull_request": {
            "url": f"{api}/pulls/{pull.number}",
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "merged_at": when_if(pull.merged),
        },
        "reactions": reactions(f"{here}/reactions", []),
        "performed_via_github_app": None,
        "state_reason": None,
    }


def plain_issue(site: Site, repo: Repository, record: IssueRecord) -> Shape:
    """An issue that is no pull request."""
    api = site.repository(repo.full_name)
    here = f"{api}/issues/{record.number}"
    return {
        **_issue_addresses(api, here),
        "html_url": f"{site.html}/{repo.full_name}/issues/{record.number}",
        "id": record.id,
        "node_id": node("Issue", record.id),
        "number": record.number,
        "state": "open",
        "locked": False,
        "active_lock_reason": None,
        "title": record.title,
        "body": record.body,
        "user": user(site, record.author),
        "author_association": association(repo, record.author),
        "labels": [],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "created_at": when(record.created),
        "updated_at": when(record.created),
        "closed_at": None,
        "comments": 0,
        "reactions": reactions(f"{here}/reactions", []),
        "performed_via_github_app": None,
        "state_reason": None,
    }


def _issue_addresses(api: str, here: str) -> Shape:
    return {
        "url": here,
        "repository_url": api,
        "labels_url": f"{here}/labels{{/name}}",
        "comments_url": f"{here}/comments",
        "events_url": f"{here}/events",
        "timeline_url": f"{here}/timeline",
    }


def label(site: Site, repo: Repository, name: str) -> Shape:
    record = repo.labels[name.lower()]
    return {
        "id": record.id,
        "node_id": node("Label", record.id),
        "url": f"{site.repository(repo.full_name)}/labels/{quote(record.name)}",
        "name": record.name,
        "color": "ededed",
        "default": False,
        "description": None,
    }


def reactions(address: str, contents: list[str]) -> Shape:
    """The count of each reaction."""
    kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    counts = {kind: contents.count(kind) for kind in kinds}
    return {"url": address, "total_count": len(contents), **counts}


def _common(site: Site, repo: Repository, pull: Pull) -> Shape:
    """The fields that pull and issue share."""
    return {
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked is not None,
        "active_lock_reason": pull.locked or None,
        "title": pull.title,
        "body": pull.body,
        "user": user(site, pull.author),
        "author_association": association(repo, pull.author),
        "labels": [label(site, repo, name) for name in pull.labels],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "created_at": when(pull.created),
        "updated_at": when(pull.updated),
        "closed_at": when_if(pull.closed),
    }


def _head(site: Site, repo: Repository, pull: Pull) -> Shape:
    if not pull.fork:
        return _side(site, repo, repo.owner, pull.branch, pull.head.sha)
    fork = Repository(repo.id + 1, pull.author, repo.name, repo.private, repo.created)
    return _side(site, fork, pull.author, pull.branch, pull.head.sha, fork=True)


def _side(site: Site, repo: Repository, owner: Account, ref: str, sha: str, *, fork: bool = False) -> Shape:
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(site, owner),
        "repo": {**repository(site, repo), "fork": fork},
    }

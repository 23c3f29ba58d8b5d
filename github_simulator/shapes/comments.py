"""JSON of comments, reviews, inline comments and reactions."""

from github_simulator.shapes.accounts import app, association, user
from github_simulator.shapes.pulls import reactions
from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import App, Comment, InlineComment, Pull, Reaction, Repository, Review
from github_simulator.state.places import current_place


def comment(site: Site, repo: Repository, pull: Pull, record: Comment, own_app: App) -> Shape:
    api = site.repository(repo.full_name)
    here = f"{api}/issues/comments/{record.id}"
    return {
        "url": here,
        "html_url": f"{site.html}/{repo.full_name}/pull/{pull.number}#issuecomment-{record.id}",
        "issue_url": f"{api}/issues/{pull.number}",
        "id": record.id,
        "node_id": node("IssueComment", record.id),
        "user": user(site, record.user),
        "created_at": when(record.created),
        "updated_at": when(record.updated),
        "author_association": association(repo, record.user),
        "body": record.body,
        "reactions": reactions(f"{here}/reactions", [reaction.content for reaction in record.reactions]),
        "performed_via_github_app": app(site, own_app) if record.by_app else None,
    }


def review(site: Site, repo: Repository, pull: Pull, record: Review) -> Shape:
    here = f"{site.repository(repo.full_name)}/pulls/{pull.number}"
    html = f"{site.html}/{repo.full_name}/pull/{pull.number}#pullrequestreview-{record.id}"
    shape = {
        "id": record.id,
        "node_id": node("PullRequestReview", record.id),
        "user": user(site, record.user),
        "body": record.body,
        "state": record.state,
        "html_url": html,
        "pull_request_url": here,
        "author_association": association(repo, record.user),
        "_links": {"html": {"href": html}, "pull_request": {"href": here}},
        "commit_id": record.head,
    }
    return shape | ({"submitted_at": when(record.submitted)} if record.submitted else {})


def inline(site: Site, repo: Repository, pull: Pull, record: InlineComment) -> Shape:
    """An inline comment. `line` and `position` are null once a push has removed the line."""
    api = site.repository(repo.full_name)
    here, there = f"{api}/pulls/comments/{record.id}", f"{api}/pulls/{pull.number}"
    html = f"{site.html}/{repo.full_name}/pull/{pull.number}#discussion_r{record.id}"
    shape = {
        "url": here,
        "pull_request_review_id": record.review.id if record.review else None,
        "id": record.id,
        "node_id": node("PullRequestReviewComment", record.id),
        "diff_hunk": record.hunk,
        "path": record.path,
        "commit_id": pull.head.sha,
        "original_commit_id": record.head,
        "user": user(site, record.user),
        "body": record.body,
        "created_at": when(record.created),
        "updated_at": when(record.updated),
        "html_url": html,
        "pull_request_url": there,
        "author_association": association(repo, record.user),
        "_links": {"self": {"href": here}, "html": {"href": html}, "pull_request": {"href": there}},
        "reactions": reactions(f"{here}/reactions", [reaction.content for reaction in record.reactions]),
        "subject_type": "file" if record.line is None else "line",
        "side": record.side,
        **_lines(pull, record),
    }
    return shape | ({"in_reply_to_id": record.reply_to} if record.reply_to else {})


def reaction(site: Site, record: Reaction) -> Shape:
    return {
        "id": record.id,
        "node_id": node("Reaction", record.id),
        "user": user(site, record.user),
        "content": record.content,
        "created_at": when(record.created),
    }


def _lines(pull: Pull, record: InlineComment) -> Shape:
    """The original and the current location of a comment."""
    if record.line is None:
        absent = ("line", "start_line", "original_line", "original_start_line", "start_side")
        return {**dict.fromkeys(absent), "position": 1, "original_position": 1}
    place = current_place(pull, record)
    line = place.line(record.side) if place else None
    span = record.line - record.start if record.start else None
    return {
        "line": line,
        "start_line": line - span if line and span else None,
        "position": place.position if place else None,
        "original_line": record.line,
        "original_start_line": record.start,
        "start_side": record.start_side if record.start else None,
        "original_position": record.position,
    }

"""Comments, reviews, comments on lines, and reactions."""

from github_simulator.shapes.accounts import app, association, user
from github_simulator.shapes.pulls import reactions
from github_simulator.shapes.site import Shape, Site, node, when
from github_simulator.state import App, Comment, InlineComment, Pull, Reaction, Repository, Review
from github_simulator.state.places import current_place


def comment(site: Site, known: Repository, pull: Pull, said: Comment, by: App) -> Shape:
    api = site.repository(known.full_name)
    here = f"{api}/issues/comments/{said.id}"
    return {
        "url": here,
        "html_url": f"{site.html}/{known.full_name}/pull/{pull.number}#issuecomment-{said.id}",
        "issue_url": f"{api}/issues/{pull.number}",
        "id": said.id,
        "node_id": node("IssueComment", said.id),
        "user": user(site, said.user),
        "created_at": when(said.created),
        "updated_at": when(said.updated),
        "author_association": association(known, said.user),
        "body": said.body,
        "reactions": reactions(f"{here}/reactions", [reaction.content for reaction in said.reactions]),
        "performed_via_github_app": app(site, by) if said.by_app else None,
    }


def review(site: Site, known: Repository, pull: Pull, given: Review) -> Shape:
    here = f"{site.repository(known.full_name)}/pulls/{pull.number}"
    html = f"{site.html}/{known.full_name}/pull/{pull.number}#pullrequestreview-{given.id}"
    shape = {
        "id": given.id,
        "node_id": node("PullRequestReview", given.id),
        "user": user(site, given.user),
        "body": given.body,
        "state": given.state,
        "html_url": html,
        "pull_request_url": here,
        "author_association": association(known, given.user),
        "_links": {"html": {"href": html}, "pull_request": {"href": here}},
        "commit_id": given.head,
    }
    return shape | ({"submitted_at": when(given.submitted)} if given.submitted else {})


def inline(site: Site, known: Repository, pull: Pull, said: InlineComment) -> Shape:
    """A comment on a line. After a push that took the line away, `line` and `position` are null."""
    api = site.repository(known.full_name)
    here, there = f"{api}/pulls/comments/{said.id}", f"{api}/pulls/{pull.number}"
    html = f"{site.html}/{known.full_name}/pull/{pull.number}#discussion_r{said.id}"
    shape = {
        "url": here,
        "pull_request_review_id": said.review.id if said.review else None,
        "id": said.id,
        "node_id": node("PullRequestReviewComment", said.id),
        "diff_hunk": said.hunk,
        "path": said.path,
        "commit_id": pull.head.sha,
        "original_commit_id": said.head,
        "user": user(site, said.user),
        "body": said.body,
        "created_at": when(said.created),
        "updated_at": when(said.updated),
        "html_url": html,
        "pull_request_url": there,
        "author_association": association(known, said.user),
        "_links": {"self": {"href": here}, "html": {"href": html}, "pull_request": {"href": there}},
        "reactions": reactions(f"{here}/reactions", [reaction.content for reaction in said.reactions]),
        "subject_type": "file" if said.line is None else "line",
        "side": said.side,
        **_lines(pull, said),
    }
    return shape | ({"in_reply_to_id": said.reply_to} if said.reply_to else {})


def reaction(site: Site, given: Reaction) -> Shape:
    return {
        "id": given.id,
        "node_id": node("Reaction", given.id),
        "user": user(site, given.user),
        "content": given.content,
        "created_at": when(given.created),
    }


def _lines(pull: Pull, said: InlineComment) -> Shape:
    """Where the comment was put, and where its line is now."""
    if said.line is None:
        nowhere = ("line", "start_line", "original_line", "original_start_line", "start_side")
        return {**dict.fromkeys(nowhere), "position": 1, "original_position": 1}
    place = current_place(pull, said)
    line = place.line(said.side) if place else None
    span = said.line - said.start if said.start else None
    return {
        "line": line,
        "start_line": line - span if line and span else None,
        "position": place.position if place else None,
        "original_line": said.line,
        "original_start_line": said.start,
        "start_side": said.start_side if said.start else None,
        "original_position": said.position,
    }

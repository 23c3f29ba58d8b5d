"""Creates single comments on lines, on files and in threads."""

from github_simulator.api.anchors import Draft, Spot, diff_at, place_draft
from github_simulator.api.refusals import Refusal, invalid
from github_simulator.state import InlineComment

RESOURCE = "PullRequestReviewComment"
_FIELD = "pull_request_review_thread"
_THREAD_FIELDS = ("head", "line", "start", "side", "start_side", "hunk", "position", "anchor")


def on_line(spot: Spot, draft: Draft) -> InlineComment:
    """A comment on a line. Raises `Refusal` with a field error, where a review gets a sentence."""
    try:
        return place_draft(spot, diff_at(spot.pull, spot.head), draft)
    except Refusal as refusal:
        raise _by_field(str(refusal.errors[0])) from refusal


def on_file(spot: Spot, path: str, body: str) -> InlineComment:
    """A comment on a file. Raises `Refusal` if the diff does not contain the file."""
    if all(file.path != path for file in diff_at(spot.pull, spot.head)):
        raise invalid(RESOURCE, f"{_FIELD}.path", "invalid")
    return _new_comment(spot, path, body)


def in_thread(spot: Spot, first: InlineComment, body: str) -> InlineComment:
    """A reply in a thread. Raises `Refusal` for a reply to a reply."""
    if first.reply_to is not None:
        raise invalid(RESOURCE, "in_reply_to", "invalid")
    comment = _new_comment(spot, first.path, body)
    for name in _THREAD_FIELDS:
        setattr(comment, name, getattr(first, name))
    comment.reply_to = first.id
    return comment


def _new_comment(spot: Spot, path: str, body: str) -> InlineComment:
    now, number = spot.world.now(), spot.world.new_id()
    return InlineComment(number, spot.user, None, path, body, spot.head.sha, now, now, by_app=spot.by_app)


def _by_field(reason: str) -> Refusal:
    if "path is invalid" in reason:
        return invalid(RESOURCE, f"{_FIELD}.path", "invalid")
    if "must be part of the diff" in reason:
        return invalid(RESOURCE, f"{_FIELD}.line", "custom", f"{_FIELD}.line must be part of the diff")
    requirement = reason.partition("start line ")[2]
    return invalid(RESOURCE, f"{_FIELD}.start_line", "custom", f"{_FIELD}.start_line {requirement}")

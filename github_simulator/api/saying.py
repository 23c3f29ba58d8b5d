"""Comments on lines, on files and in threads, as they are made one by one."""

from github_simulator.api.anchors import Draft, Spot, diff_at, place_draft
from github_simulator.api.refusals import Refusal, invalid
from github_simulator.state import InlineComment

RESOURCE = "PullRequestReviewComment"
_FIELD = "pull_request_review_thread"
_OF_THREAD = ("head", "line", "start", "side", "start_side", "hunk", "position", "anchor")


def on_line(spot: Spot, draft: Draft) -> InlineComment:
    """Off the diff, the field is named, where a review only has a sentence. Raises `Refusal`."""
    try:
        return place_draft(spot, diff_at(spot.pull, spot.head), draft)
    except Refusal as refusal:
        raise _by_field(str(refusal.errors[0])) from refusal


def on_file(spot: Spot, path: str, body: str) -> InlineComment:
    """The file must be in the diff. Raises `Refusal`."""
    if all(file.path != path for file in diff_at(spot.pull, spot.head)):
        raise invalid(RESOURCE, f"{_FIELD}.path", "invalid")
    return _said(spot, path, body)


def in_thread(spot: Spot, first: InlineComment, body: str) -> InlineComment:
    """Continues a thread. Replies to replies are not taken. Raises `Refusal`."""
    if first.reply_to is not None:
        raise invalid(RESOURCE, "in_reply_to", "invalid")
    said = _said(spot, first.path, body)
    for name in _OF_THREAD:
        setattr(said, name, getattr(first, name))
    said.reply_to = first.id
    return said


def _said(spot: Spot, path: str, body: str) -> InlineComment:
    now, number = spot.world.now(), spot.world.new_id()
    return InlineComment(number, spot.user, None, path, body, spot.head.sha, now, now, by_app=spot.by_app)


def _by_field(reason: str) -> Refusal:
    if "path is invalid" in reason:
        return invalid(RESOURCE, f"{_FIELD}.path", "invalid")
    if "must be part of the diff" in reason:
        return invalid(RESOURCE, f"{_FIELD}.line", "custom", f"{_FIELD}.line must be part of the diff")
    what = reason.partition("start line ")[2]
    return invalid(RESOURCE, f"{_FIELD}.start_line", "custom", f"{_FIELD}.start_line {what}")

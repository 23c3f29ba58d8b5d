"""Routes of reviews. One comment outside the diff makes GitHub reject the whole review."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.anchors import Spot, diff_at, place_draft, read_draft
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.closed import check_open
from github_simulator.api.comments import TOO_LONG, fits
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import Refusal, missing, mistyped, not_found, unprocessable
from github_simulator.api.routes import Routes
from github_simulator.shapes import comments as comment_shapes
from github_simulator.state import Commit, InlineComment, Pull, Review, Reviewing

routes = Routes()

_READ = reads("pull_requests")
_STATES: dict[str | None, Reviewing] = {
    None: "PENDING",
    "COMMENT": "COMMENTED",
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
}
_OWN_PULL = {
    "APPROVE": "Can not approve your own pull request",
    "REQUEST_CHANGES": "Can not request changes on your own pull request",
}
_TEXTS = dict.fromkeys(("path", "body", "side", "start_side"), str)
_COUNTS = dict.fromkeys(("line", "start_line", "position"), int)


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", _READ)
async def list_reviews(request: ApiRequest) -> web.Response:
    """Pending reviews are visible to their author only."""
    repo, pull, account = request.repository, request.pull, request.visitor.account
    visible = [
        review for review in pull.reviews.values() if review.state != "PENDING" or review.user is account
    ]
    return page_of(request, visible, lambda review: comment_shapes.review(request.site, repo, pull, review))


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", writes("pull_requests"))
async def create_review(request: ApiRequest) -> web.Response:
    """Validates everything before storing anything."""
    pull, event, body = request.pull, request.text_if("event"), request.text_if("body") or ""
    check_open(request, pull, "PullRequestReview")
    sent = _sent_comments(request)
    _check_event(request, pull, event, body, sent)
    head = _head(request, pull)
    spot = Spot(request.world, pull, head, request.actor, request.by_app)
    files = diff_at(pull, head)
    comments = [place_draft(spot, files, read_draft(item)) for item in sent]
    submitted = request.world.now() if event else None
    review = Review(request.world.new_id(), request.actor, _STATES[event], body, head.sha, submitted)
    _store(request, pull, review, comments)
    return answer(comment_shapes.review(request.site, request.repository, pull, review))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", _READ)
async def get_review(request: ApiRequest) -> web.Response:
    return answer(comment_shapes.review(request.site, request.repository, request.pull, _find(request)))


@routes("DELETE", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", writes("pull_requests"))
async def delete_review(request: ApiRequest) -> web.Response:
    """Deletes a pending review with its comments."""
    pull, review = request.pull, _find(request)
    if review.state != "PENDING" or review.user is not request.actor:
        raise unprocessable("Can not delete a non-pending pull request review")
    del pull.reviews[review.id]
    for comment in [inline for inline in pull.inline.values() if inline.review is review]:
        del pull.inline[comment.id]
    return answer(comment_shapes.review(request.site, request.repository, pull, review))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", _READ)
async def list_comments_of_review(request: ApiRequest) -> web.Response:
    repo, pull, review = request.repository, request.pull, _find(request)
    comments = [comment for comment in pull.inline.values() if comment.review is review]
    return page_of(
        request,
        comments,
        lambda comment: _without_lines(comment_shapes.inline(request.site, repo, pull, comment)),
    )


@routes(
    "PUT",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
    writes("pull_requests"),
)
async def dismiss(request: ApiRequest) -> web.Response:
    pull, review = request.pull, _find(request)
    if not request.text("message").strip():
        raise unprocessable("Message can't be blank")
    if not (request.by_app or request.repository.allows(request.actor, "write")):
        raise Refusal(403, "Must have write access to dismiss a review.")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable(f"Can not dismiss a {review.state.lower()} pull request review")
    review.state = "DISMISSED"
    request.events.review("dismissed", pull, review, request.actor)
    return answer(comment_shapes.review(request.site, request.repository, pull, review))


def _without_lines(shape: dict[str, Any]) -> dict[str, Any]:
    """This list gives locations by position only."""
    return {key: value for key, value in shape.items() if "line" not in key and key != "subject_type"}


def _find(request: ApiRequest) -> Review:
    review = request.pull.reviews.get(request.number("review_id"))
    if review is None:
        raise not_found()
    return review


def _sent_comments(request: ApiRequest) -> list[Mapping[str, Any]]:
    sent = request.body.get("comments") or []
    if not isinstance(sent, list):
        raise mistyped("comments", sent, "an array")
    for comment in sent:
        _check_fields(comment)
        if not comment["body"].strip() or not fits(comment["body"]):
            raise unprocessable(TOO_LONG if comment["body"].strip() else "Body cannot be blank")
    return sent


def _check_fields(comment: object) -> None:
    if not isinstance(comment, dict):
        raise mistyped("comments/items", comment, "an object")
    for name, kind in {**_TEXTS, **_COUNTS}.items():
        value = comment.get(name)
        if value is None and name in ("path", "body"):
            raise missing(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise mistyped(f"comments/items/properties/{name}", value, f"a {kind.__name__}")


def _check_event(
    request: ApiRequest, pull: Pull, event: str | None, body: str, comments: list[Mapping[str, Any]]
) -> None:
    if event not in _STATES:
        raise mistyped("event", event, 'a member of ["APPROVE", "REQUEST_CHANGES", "COMMENT"]')
    if not fits(body):
        raise unprocessable(TOO_LONG)
    if event in _OWN_PULL and request.actor is pull.author:
        raise unprocessable(_OWN_PULL[event])
    if event == "REQUEST_CHANGES" and not body.strip() and not comments:
        raise unprocessable("You need to leave a comment indicating the requested changes.")
    if event == "COMMENT" and not body.strip() and not comments:
        raise unprocessable("Body can't be blank")
    if pull.pending(request.actor):
        raise unprocessable("User can only have one pending review per pull request")


def _head(request: ApiRequest, pull: Pull) -> Commit:
    """The reviewed commit: `commit_id`, or the pull's head."""
    sha = request.text_if("commit_id")
    head = pull.head if sha is None else next((commit for commit in pull.history if commit.sha == sha), None)
    if head is None:
        raise unprocessable("commit_id is not part of the pull request")
    return head


def _store(request: ApiRequest, pull: Pull, review: Review, comments: list[InlineComment]) -> None:
    pull.reviews[review.id] = review
    for comment in comments:
        comment.review = review
        pull.inline[comment.id] = comment
    if review.state != "PENDING":
        request.events.review("submitted", pull, review, request.actor)
        for comment in comments:
            request.events.inline("created", pull, comment, request.actor)

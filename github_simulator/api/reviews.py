"""Reviews. One comment that is not on the diff, and GitHub rejects the whole review."""

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
_OWN = {
    "APPROVE": "Can not approve your own pull request",
    "REQUEST_CHANGES": "Can not request changes on your own pull request",
}
_WORDS = dict.fromkeys(("path", "body", "side", "start_side"), str)
_COUNTS = dict.fromkeys(("line", "start_line", "position"), int)


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", _READ)
async def list_reviews(asked: ApiRequest) -> web.Response:
    """What is not sent yet only its author sees."""
    known, pull, who = asked.repository, asked.pull, asked.visitor.account
    shown = [given for given in pull.reviews.values() if given.state != "PENDING" or given.user is who]
    return page_of(asked, shown, lambda given: comment_shapes.review(asked.site, known, pull, given))


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", writes("pull_requests"))
async def create_review(asked: ApiRequest) -> web.Response:
    """Everything is checked before anything is kept."""
    pull, event, body = asked.pull, asked.text_if("event"), asked.text_if("body") or ""
    check_open(asked, pull, "PullRequestReview")
    sent = _sent_comments(asked)
    _check_event(asked, pull, event, body, sent)
    head = _head(asked, pull)
    spot = Spot(asked.world, pull, head, asked.actor, asked.by_app)
    files = diff_at(pull, head)
    comments = [place_draft(spot, files, read_draft(one)) for one in sent]
    submitted = asked.world.now() if event else None
    review = Review(asked.world.new_id(), asked.actor, _STATES[event], body, head.sha, submitted)
    _keep(asked, pull, review, comments)
    return answer(comment_shapes.review(asked.site, asked.repository, pull, review))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", _READ)
async def get_review(asked: ApiRequest) -> web.Response:
    return answer(comment_shapes.review(asked.site, asked.repository, asked.pull, _find(asked)))


@routes("DELETE", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", writes("pull_requests"))
async def delete_review(asked: ApiRequest) -> web.Response:
    """One that was never sent, with its comments."""
    pull, review = asked.pull, _find(asked)
    if review.state != "PENDING" or review.user is not asked.actor:
        raise unprocessable("Can not delete a non-pending pull request review")
    del pull.reviews[review.id]
    for comment in [said for said in pull.inline.values() if said.review is review]:
        del pull.inline[comment.id]
    return answer(comment_shapes.review(asked.site, asked.repository, pull, review))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", _READ)
async def list_comments_of_review(asked: ApiRequest) -> web.Response:
    known, pull, review = asked.repository, asked.pull, _find(asked)
    comments = [comment for comment in pull.inline.values() if comment.review is review]
    return page_of(
        asked, comments, lambda said: _without_lines(comment_shapes.inline(asked.site, known, pull, said))
    )


@routes(
    "PUT",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
    writes("pull_requests"),
)
async def dismiss(asked: ApiRequest) -> web.Response:
    pull, review = asked.pull, _find(asked)
    if not asked.text("message").strip():
        raise unprocessable("Message can't be blank")
    if not (asked.by_app or asked.repository.allows(asked.actor, "write")):
        raise Refusal(403, "Must have write access to dismiss a review.")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable(f"Can not dismiss a {review.state.lower()} pull request review")
    review.state = "DISMISSED"
    asked.events.review("dismissed", pull, review, asked.actor)
    return answer(comment_shapes.review(asked.site, asked.repository, pull, review))


def _without_lines(shape: dict[str, Any]) -> dict[str, Any]:
    """This list tells places by position alone."""
    return {key: value for key, value in shape.items() if "line" not in key and key != "subject_type"}


def _find(asked: ApiRequest) -> Review:
    review = asked.pull.reviews.get(asked.number("review_id"))
    if review is None:
        raise not_found()
    return review


def _sent_comments(asked: ApiRequest) -> list[Mapping[str, Any]]:
    sent = asked.body.get("comments") or []
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
    for name, kind in {**_WORDS, **_COUNTS}.items():
        value = comment.get(name)
        if value is None and name in ("path", "body"):
            raise missing(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise mistyped(f"comments/items/properties/{name}", value, f"a {kind.__name__}")


def _check_event(
    asked: ApiRequest, pull: Pull, event: str | None, body: str, comments: list[Mapping[str, Any]]
) -> None:
    if event not in _STATES:
        raise mistyped("event", event, 'a member of ["APPROVE", "REQUEST_CHANGES", "COMMENT"]')
    if not fits(body):
        raise unprocessable(TOO_LONG)
    if event in _OWN and asked.actor is pull.author:
        raise unprocessable(_OWN[event])
    if event == "REQUEST_CHANGES" and not body.strip() and not comments:
        raise unprocessable("You need to leave a comment indicating the requested changes.")
    if event == "COMMENT" and not body.strip() and not comments:
        raise unprocessable("Body can't be blank")
    if pull.pending(asked.actor):
        raise unprocessable("User can only have one pending review per pull request")


def _head(asked: ApiRequest, pull: Pull) -> Commit:
    """The commit that is reviewed; the pull's head unless another of its commits is named."""
    sha = asked.text_if("commit_id")
    found = pull.head if sha is None else next((one for one in pull.history if one.sha == sha), None)
    if found is None:
        raise unprocessable("commit_id is not part of the pull request")
    return found


def _keep(asked: ApiRequest, pull: Pull, review: Review, comments: list[InlineComment]) -> None:
    pull.reviews[review.id] = review
    for comment in comments:
        comment.review = review
        pull.inline[comment.id] = comment
    if review.state != "PENDING":
        asked.events.review("submitted", pull, review, asked.actor)
        for comment in comments:
            asked.events.inline("created", pull, comment, asked.actor)

"""Reviews. One comment that is not on the diff, and GitHub rejects the whole review."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.api.access import reads, writes
from bot.simulator.api.anchors import Spot, diff_at, place_draft, read_draft
from bot.simulator.api.asked import Asked, answer
from bot.simulator.api.comments import TOO_LONG, fits, is_locked_for
from bot.simulator.api.paging import page_of
from bot.simulator.api.refusals import Refusal, missing, mistyped, not_found, unprocessable
from bot.simulator.api.routes import Routes
from bot.simulator.shapes import talk
from bot.simulator.state import Commit, InlineComment, Pull, Review, Reviewing

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
async def list_reviews(asked: Asked) -> web.Response:
    known, pull = asked.repository, asked.pull
    return page_of(
        asked, list(pull.reviews.values()), lambda given: talk.review(asked.site, known, pull, given)
    )


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", writes("pull_requests"))
async def create_review(asked: Asked) -> web.Response:
    """Everything is checked before anything is kept."""
    pull, event, body = asked.pull, asked.text_if("event"), asked.text_if("body") or ""
    sent = _sent_comments(asked)
    if is_locked_for(asked, pull):
        raise unprocessable("lock prevents review")
    _check_event(asked, pull, event, body, sent)
    head = _head(asked, pull)
    spot = Spot(asked.world, pull, head, asked.actor, asked.by_app)
    files = diff_at(pull, head)
    comments = [place_draft(spot, files, read_draft(one)) for one in sent]
    submitted = asked.world.now() if event else None
    review = Review(asked.world.new_id(), asked.actor, _STATES[event], body, head.sha, submitted)
    _keep(asked, pull, review, comments)
    return answer(talk.review(asked.site, asked.repository, pull, review))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", _READ)
async def get_review(asked: Asked) -> web.Response:
    return answer(talk.review(asked.site, asked.repository, asked.pull, _find(asked)))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", _READ)
async def list_comments_of_review(asked: Asked) -> web.Response:
    known, pull, review = asked.repository, asked.pull, _find(asked)
    comments = [comment for comment in pull.inline.values() if comment.review is review]
    return page_of(asked, comments, lambda said: _without_lines(talk.inline(asked.site, known, pull, said)))


@routes(
    "PUT",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
    writes("pull_requests"),
)
async def dismiss(asked: Asked) -> web.Response:
    pull, review = asked.pull, _find(asked)
    if not asked.text("message").strip():
        raise unprocessable("Message can't be blank")
    if not (asked.by_app or asked.repository.allows(asked.actor, "write")):
        raise Refusal(403, "Must have write access to dismiss a review.")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable(f"Can not dismiss a {review.state.lower()} pull request review")
    review.state = "DISMISSED"
    asked.events.review("dismissed", pull, review, asked.actor)
    return answer(talk.review(asked.site, asked.repository, pull, review))


def _without_lines(shape: dict[str, Any]) -> dict[str, Any]:
    """This list tells places by position alone."""
    return {key: value for key, value in shape.items() if "line" not in key and key != "subject_type"}


def _find(asked: Asked) -> Review:
    review = asked.pull.reviews.get(asked.number("review_id"))
    if review is None:
        raise not_found()
    return review


def _sent_comments(asked: Asked) -> list[Mapping[str, Any]]:
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
    asked: Asked, pull: Pull, event: str | None, body: str, comments: list[Mapping[str, Any]]
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
    pending = any(given.state == "PENDING" and given.user is asked.actor for given in pull.reviews.values())
    if event is None and pending:
        raise unprocessable("User can only have one pending review per pull request")


def _head(asked: Asked, pull: Pull) -> Commit:
    """The commit that is reviewed; the pull's head unless another of its commits is named."""
    sha = asked.text_if("commit_id")
    found = pull.head if sha is None else next((one for one in pull.history if one.sha == sha), None)
    if found is None:
        raise unprocessable("commit_id is not part of the pull request")
    return found


def _keep(asked: Asked, pull: Pull, review: Review, comments: list[InlineComment]) -> None:
    pull.reviews[review.id] = review
    for comment in comments:
        comment.review = review
        pull.inline[comment.id] = comment
    if review.state != "PENDING":
        asked.events.review("submitted", pull, review, asked.actor)
        for comment in comments:
            asked.events.inline("created", pull, comment, asked.actor)

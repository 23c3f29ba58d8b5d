"""Refuses comments in locked conversations and from blocked users."""

from github_simulator.api.api_request import ApiRequest
from github_simulator.api.refusals import Refusal, invalid, unprocessable
from github_simulator.state import Pull

LOCKED = "Unable to create comment because issue is locked."
_LOCKED_REVIEW = "lock prevents review"
_BLOCKED = "User is blocked"


def check_open(request: ApiRequest, pull: Pull, resource: str) -> None:
    """Raises `Refusal` if the conversation is locked, or if the pull's author or the repository's owner has
    blocked the caller. `resource` is the kind of record to write ("IssueComment"). Locks do not apply to
    users with write permission; they do apply to apps.
    """
    if pull.locked is not None and (request.by_app or not request.repository.allows(request.actor, "write")):
        in_conversation = resource == "IssueComment"
        raise Refusal(403, LOCKED) if in_conversation else _refusal(resource, _LOCKED_REVIEW)
    if any(
        request.actor.login.lower() in account.blocks for account in (pull.author, request.repository.owner)
    ):
        raise _refusal(resource, _BLOCKED)


def _refusal(resource: str, reason: str) -> Refusal:
    """The refusal: a sentence for reviews, field errors for everything else."""
    if resource == "PullRequestReview":
        return unprocessable(reason)
    return invalid(resource, "data", "unprocessable", reason)

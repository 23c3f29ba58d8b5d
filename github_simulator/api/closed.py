"""Where GitHub takes no word: locked conversations, and people who have blocked somebody."""

from github_simulator.api.api_request import ApiRequest
from github_simulator.api.refusals import Refusal, invalid, unprocessable
from github_simulator.state import Pull

LOCKED = "Unable to create comment because issue is locked."
_LOCKED_REVIEW = "lock prevents review"
_BLOCKED = "User is blocked"


def check_open(asked: ApiRequest, pull: Pull, resource: str) -> None:
    """Raises `Refusal` where a conversation is locked, or whoever began it or owns the repository has blocked
    the one who asks. `resource` is what is to be written ("IssueComment"). Locks are no bar to people who may
    write to the repository; they are to apps.
    """
    if pull.locked is not None and (asked.by_app or not asked.repository.allows(asked.actor, "write")):
        in_talk = resource == "IssueComment"
        raise Refusal(403, LOCKED) if in_talk else _refusal(resource, _LOCKED_REVIEW)
    if any(asked.actor.login.lower() in one.blocks for one in (pull.author, asked.repository.owner)):
        raise _refusal(resource, _BLOCKED)


def _refusal(resource: str, words: str) -> Refusal:
    """Reviews are refused in sentences, everything else by its fields."""
    if resource == "PullRequestReview":
        return unprocessable(words)
    return invalid(resource, "data", "unprocessable", words)

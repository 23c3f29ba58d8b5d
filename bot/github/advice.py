"""What to do about a call that GitHub refused, in a sentence without its full stop; empty where GitHub's own
words must do.
"""

import re
from collections.abc import Iterator, Mapping

_READ, _WRITE = "read", "write"
_OF_PATHS = (  # the first that is found in a call's path; App permissions that will do, any of them
    (r"/check-(?:runs|suites)", ("checks",)),
    (r"/commits/[^/]+/status(?:es)?$", ("statuses",)),
    (r"/(?:contents|compare|commits)/", ("contents",)),
    (r"/issues/comments/\d+/reactions", ("issues",)),
    (r"/issues/", ("issues", "pull_requests")),
    (r"/pulls(?:/|$)", ("pull_requests",)),
    (r"/collaborators/", ("metadata",)),
)
_OF_QUERIES = {
    "threads": "pull_requests: read",
    "texts": "contents: read",
    "resolve": "contents: write",
    "unresolve": "contents: write",
    "minimise": "pull_requests: write",
}
_INACCESSIBLE = "resource not accessible by"
_BY_TOKEN = "personal access token"  # noqa: S105 - GitHub's words
_OF_WORDS = (  # in GitHub's message, in lower case
    (
        "saml enforcement",
        "Authorise the token for the organisation's single sign-on, in the token's settings",
    ),
    ("ip allow list", "Add the address of this server to the organisation's IP allow list"),
    ("has been suspended", "Unsuspend the App's installation, in the account's settings"),
    (
        "was archived",
        "Nothing can be written to an archived repository: unarchive it to have its changes reviewed",
    ),
    ("issue is locked", "Unlock the conversation to have comments on it"),
    ("lock prevents", "Unlock the conversation to have comments on it"),
    (
        "is blocked",
        "Somebody has blocked the bot's account: unblock it, in the account's or organisation's settings",
    ),
    ("issues are disabled", "Turn issues on in the repository's settings, to have comments"),
    ("must have push access", "Give the bot's account write permission on the repository"),
    ("must have admin", "Give the bot's account the permission on the repository that this takes"),
    (
        "only have one pending review",
        "Submit or delete the review that the bot's account has begun and not sent",
    ),
)
_OF_STATUSES = {
    451: "GitHub has shut the repository for legal reasons; only its owner can settle that with GitHub",
}


def advise(call: str, status: int, reason: str, headers: Mapping[str, str]) -> str:
    """`call` is a call's text ("POST /repos/o/r/pulls/1/reviews", "POST /graphql (threads)"), `reason` is
    GitHub's message, `headers` are those of its answer.
    """
    words = reason.lower()
    for known, advice in _OF_WORDS:
        if known in words:
            return advice
    if _INACCESSIBLE in words or "not been granted the required scopes" in words:
        return _of_permission(call, words, headers)
    return _OF_STATUSES.get(status, "")


def _of_permission(call: str, words: str, headers: Mapping[str, str]) -> str:
    scopes = headers.get("x-accepted-oauth-scopes", "")
    if scopes and "x-oauth-scopes" in headers:
        return f"Give the token the scope {_either(scope.strip() for scope in scopes.split(','))}"
    wanted = _accepted(headers) or _needed(call)
    if not wanted:
        return ""
    if _BY_TOKEN in words or "x-oauth-scopes" in headers:
        return f"Give the token the permission {wanted}, or the scope repo where it is a classic one"
    return (
        f"Grant the App the permission {wanted}, in its settings under Permissions & events, and accept that "
        "where it is installed"
    )


def _accepted(headers: Mapping[str, str]) -> str:
    """What GitHub says would do: "issues=write; pull_requests=write" is one of the two, with a comma it is
    both.
    """
    ways = headers.get("x-accepted-github-permissions", "").split(";")
    return _either(" and ".join(_spelled(one) for one in way.split(",") if one.strip()) for way in ways)


def _spelled(permission: str) -> str:
    return permission.strip().replace("=", ": ")


def _needed(call: str) -> str:
    """What a call takes by GitHub's documentation."""
    method, _, path = call.partition(" ")
    query = re.search(r"\((\w+)\)$", path)
    if query:
        return _OF_QUERIES.get(query[1], "")
    level = _READ if method == "GET" else _WRITE
    for pattern, permissions in _OF_PATHS:
        if re.search(pattern, path):
            return _either(f"{permission}: {level}" for permission in permissions)
    return ""


def _either(ways: Iterator[str]) -> str:
    return " or ".join(way for way in ways if way)

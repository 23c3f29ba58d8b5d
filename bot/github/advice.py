"""Advice on a call that GitHub refused: one sentence without its full stop, or empty if there is none."""

import re
from collections.abc import Iterator, Mapping

_READ, _WRITE = "read", "write"
_PERMISSIONS_BY_PATH = (  # the first that matches the call's path; any of the App permissions suffices
    (r"/check-(?:runs|suites)", ("checks",)),
    (r"/code-scanning/", ("security_events",)),
    (r"/commits/[^/]+/status(?:es)?$", ("statuses",)),
    (r"/(?:contents|compare|commits|git/trees|tarball)/|/repos/[^/]+/[^/]+/commits$", ("contents",)),
    (r"/issues/comments/\d+/reactions", ("issues",)),
    (r"/issues/", ("issues", "pull_requests")),
    (r"/pulls(?:/|$)", ("pull_requests",)),
    (r"/collaborators/", ("metadata",)),
)
_PERMISSIONS_BY_QUERY = {
    "threads": "pull_requests: read",
    "texts": "contents: read",
    "resolve": "contents: write",
    "unresolve": "contents: write",
    "minimise": "pull_requests: write",
}
_INACCESSIBLE = "resource not accessible by"
_BY_TOKEN = "personal access token"  # noqa: S105 - GitHub's message
_ADVICE_BY_PHRASE = (  # in GitHub's message, in lower case
    (
        "saml enforcement",
        "Authorise the token for the organisation's single sign-on in the token's settings",
    ),
    ("ip allow list", "Add this server's address to the organisation's IP allow list"),
    ("has been suspended", "Unsuspend the App's installation in the account's settings"),
    (
        "was archived",
        "An archived repository is read-only: unarchive it to have its changes reviewed",
    ),
    ("issue is locked", "Unlock the conversation to allow comments"),
    ("lock prevents", "Unlock the conversation to allow comments"),
    (
        "is blocked",
        "The bot's account is blocked: unblock it in the account's or organisation's settings",
    ),
    ("issues are disabled", "Turn on issues in the repository's settings to allow comments"),
    ("must have push access", "Grant the bot's account write permission on the repository"),
    ("must have admin", "Grant the bot's account admin permission on the repository"),
    (
        "only have one pending review",
        "Submit or delete the pending review of the bot's account",
    ),
)
_ADVICE_BY_STATUS = {
    451: "GitHub has disabled the repository for legal reasons; only its owner can resolve this with GitHub",
}


def advise(call: str, status: int, reason: str, headers: Mapping[str, str]) -> str:
    """Advice on a refusal.

    Args:
        call: the call's text ("POST /repos/o/r/pulls/1/reviews", "POST /graphql (threads)").
        status: the status of GitHub's answer.
        reason: GitHub's message.
        headers: the headers of the answer.
    """
    message = reason.lower()
    for phrase, advice in _ADVICE_BY_PHRASE:
        if phrase in message:
            return advice
    if _INACCESSIBLE in message or "not been granted the required scopes" in message:
        return _permission_advice(call, message, headers)
    return _ADVICE_BY_STATUS.get(status, "")


def _permission_advice(call: str, message: str, headers: Mapping[str, str]) -> str:
    scopes = headers.get("x-accepted-oauth-scopes", "")
    if scopes and "x-oauth-scopes" in headers:
        return f"Grant the token the scope {_any_of(scope.strip() for scope in scopes.split(','))}"
    permissions_text = _accepted_permissions(headers) or _documented_permissions(call)
    if not permissions_text:
        return ""
    if _BY_TOKEN in message or "x-oauth-scopes" in headers:
        return (
            f"Grant the token the permission {permissions_text}, or the scope repo if it is a classic token"
        )
    return (
        f"Grant the App the permission {permissions_text} in its settings under Permissions & events, and "
        "approve the change where it is installed"
    )


def _accepted_permissions(headers: Mapping[str, str]) -> str:
    """The permissions that GitHub says it accepts. In "issues=write; pull_requests=write" either suffices; a
    comma means both.
    """
    alternatives = headers.get("x-accepted-github-permissions", "").split(";")
    return _any_of(
        " and ".join(_permission_text(item) for item in alternative.split(",") if item.strip())
        for alternative in alternatives
    )


def _permission_text(permission: str) -> str:
    return permission.strip().replace("=", ": ")


def _documented_permissions(call: str) -> str:
    """The permissions that a call needs, by GitHub's documentation."""
    method, _, path = call.partition(" ")
    query = re.search(r"\((\w+)\)$", path)
    if query:
        return _PERMISSIONS_BY_QUERY.get(query[1], "")
    level = _READ if method == "GET" else _WRITE
    for pattern, permissions in _PERMISSIONS_BY_PATH:
        if re.search(pattern, path):
            return _any_of(f"{permission}: {level}" for permission in permissions)
    return ""


def _any_of(alternatives: Iterator[str]) -> str:
    return " or ".join(alternative for alternative in alternatives if alternative)

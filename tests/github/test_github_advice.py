"""A refusal says what to do: which permission to grant, or what else GitHub requires."""

import re
from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.errors import Refused
from bot.core.review import Side
from bot.github.advice import advise
from bot.github.failures import CallRejected
from github_simulator import Fault
from tests.github.scene import COMMENTS, REVIEWS, Scene

INTEGRATION = "Resource not accessible by integration"
TOKEN = "Resource not accessible by personal access token"
REPO = "/repos/acme/shop"


@pytest.mark.parametrize(
    ("call", "permission"),
    [
        (f"GET {REPO}/pulls/1", "pull_requests: read"),
        (f"GET {REPO}/pulls/1/files", "pull_requests: read"),
        (f"POST {REPO}/pulls/1/reviews", "pull_requests: write"),
        (f"PUT {REPO}/pulls/1/reviews/5/dismissals", "pull_requests: write"),
        (f"POST {REPO}/pulls/1/comments", "pull_requests: write"),
        (f"POST {REPO}/pulls/comments/5/reactions", "pull_requests: write"),
        (f"POST {REPO}/issues/1/comments", "issues: write or pull_requests: write"),
        (f"PATCH {REPO}/issues/comments/5", "issues: write or pull_requests: write"),
        (f"POST {REPO}/issues/comments/5/reactions", "issues: write"),
        (f"POST {REPO}/issues/1/labels", "issues: write or pull_requests: write"),
        (f"POST {REPO}/check-runs", "checks: write"),
        (f"GET {REPO}/commits/{'a' * 40}/check-runs", "checks: read"),
        (f"GET {REPO}/commits/{'a' * 40}/status", "statuses: read"),
        (f"GET {REPO}/commits/{'a' * 40}", "contents: read"),
        (f"GET {REPO}/compare/a...b", "contents: read"),
        (f"GET {REPO}/contents/pulls/x.py", "contents: read"),
        (f"GET {REPO}/collaborators/mira/permission", "metadata: read"),
        ("POST /graphql (threads)", "pull_requests: read"),
        ("POST /graphql (texts)", "contents: read"),
        ("POST /graphql (resolve)", "contents: write"),
        ("POST /graphql (minimise)", "pull_requests: write"),
    ],
)
def test_each_call_names_the_permission_that_it_takes(call: str, permission: str) -> None:
    assert f"Grant the App the permission {permission} in" in advise(call, 403, INTEGRATION, {})
    assert f"Grant the token the permission {permission}, or the scope repo" in advise(call, 403, TOKEN, {})


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (
            {"x-accepted-github-permissions": "issues=write; pull_requests=write"},
            "issues: write or pull_requests: write",
        ),
        (
            {"x-accepted-github-permissions": "contents=read,metadata=read"},
            "contents: read and metadata: read",
        ),
        (
            {"x-accepted-oauth-scopes": "repo, public_repo", "x-oauth-scopes": "gist"},
            "the scope repo or public_repo",
        ),
        ({"x-accepted-github-permissions": ""}, "pull_requests: write"),
    ],
)
def test_what_github_says_would_do_goes_before_what_is_known(headers: Any, words: str) -> None:
    assert words in advise(f"POST {REPO}/pulls/1/reviews", 403, INTEGRATION, headers)


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (
            403,
            "Resource protected by organization SAML enforcement. You must grant your OAuth token",
            "single sign-on",
        ),
        (
            403,
            "Although you appear to have ..., the `acme` organization has an IP allow list enabled",
            "IP allow list",
        ),
        (403, "This installation has been suspended", "Unsuspend"),
        (403, "Repository was archived so is read-only.", "unarchive"),
        (403, "Unable to create comment because issue is locked.", "Unlock"),
        (422, "Unprocessable Entity: lock prevents review", "Unlock"),
        (422, "Validation Failed: User is blocked", "unblock"),
        (410, "Issues are disabled for this repo", "Turn on issues"),
        (451, "Repository access blocked", "legal reasons"),
        (403, "Must have push access to view collaborator permission.", "write permission"),
        (422, "User can only have one pending review per pull request", "Submit or delete"),
    ],
)
def test_each_refusal_has_words_of_its_own(status: int, reason: str, words: str) -> None:
    assert words in advise(f"POST {REPO}/issues/1/comments", status, reason, {})


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "Not Found"), (422, "Validation Failed"), (409, "Conflict")]
)
def test_where_nothing_is_known_nothing_is_said(status: int, reason: str) -> None:
    assert advise("GET /x", status, reason, {}) == ""
    assert advise("GET /x", 403, INTEGRATION, {}) == ""
    assert "Conflict" in str(CallRejected("GET /x", 409, "Conflict"))


async def test_a_write_without_the_permission_says_which(town: Scene) -> None:
    ref = await town.open()
    town.simulator.world.grant({"pull_requests": "read"})
    line = InlineComment(path="shop/api.py", line=12, end=12, side=Side.RIGHT, body="noisy")
    posting = await town.forge.put_review(ref, town.posted()["head"], MarkedText("m", "m"), [line])
    assert [line] == [*posting.refused]
    assert re.search(
        r"403 Resource not .* integration\. Grant the App the permission pull_requests: write",
        str(posting.error),
    )


async def test_a_refusal_ends_without_a_full_stop_so_that_more_can_be_said(town: Scene) -> None:
    ref: PullRef = await town.open()
    body = {"message": "Repository was archived so is read-only."}
    town.simulator.inject(Fault(method="POST", path=COMMENTS, status=403, body=body))
    with pytest.raises(Refused) as raised:
        await town.forge.put_comment(ref, MarkedText("m", "m"), None)
    assert "read-only. An archived repository is" in str(raised.value)
    assert not str(raised.value).endswith(".")
    assert REVIEWS not in str(raised.value)

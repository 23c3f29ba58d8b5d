"""Builds webhook payloads and sends them as deliveries."""

from collections.abc import Callable, Mapping
from typing import Any

from github_simulator.shapes import comments as comment_shapes
from github_simulator.shapes.accounts import user
from github_simulator.shapes.checks import check_suite, run_in_delivery, simple_commit, status
from github_simulator.shapes.commits import commit
from github_simulator.shapes.pulls import issue, label, pull_in_full, pull_in_list
from github_simulator.shapes.repositories import repository as repository_shape
from github_simulator.shapes.site import THREAD, Site, node
from github_simulator.state import (
    Account,
    CheckRun,
    CheckSuite,
    Comment,
    Delivery,
    InlineComment,
    Installation,
    MergeGroup,
    Pull,
    Repository,
    Review,
    Status,
    World,
)
from github_simulator.webhook import Webhook


class Events:
    """Each method sends one event caused by `sender`, and returns its delivery, if any."""

    def __init__(self, world: World, hook: Webhook, site: Callable[[], Site], *, as_app: bool = True) -> None:
        """`as_app`: the webhook is the app's, and payloads name the installation; else the repository's."""
        self._world = world
        self._hook = hook
        self._site = site
        self._as_app = as_app

    def pull(self, action: str, pull: Pull, sender: Account, **more: object) -> Delivery | None:
        repo = self._world.repository(pull.repository)
        shape = pull_in_full(self._site(), repo, pull)
        return self._send(
            "pull_request", repo, sender, action, {"number": pull.number, "pull_request": shape, **more}
        )

    def comment(
        self, action: str, pull: Pull, comment: Comment, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited."""
        repo, site = self._world.repository(pull.repository), self._site()
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        fields = {
            **changes,
            "issue": issue(site, repo, pull),
            "comment": comment_shapes.comment(site, repo, pull, comment, self._world.app),
        }
        return self._send("issue_comment", repo, sender, action, fields)

    def label(self, action: str, pull: Pull, name: str, sender: Account) -> Delivery | None:
        repo = self._world.repository(pull.repository)
        return self.pull(action, pull, sender, label=label(self._site(), repo, name))

    def review(
        self, action: str, pull: Pull, review: Review, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited. The body of a review without text is null."""
        repo, site = self._world.repository(pull.repository), self._site()
        shape = comment_shapes.review(site, repo, pull, review)
        shape |= {"state": review.state.lower(), "body": review.body or None}
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        fields = {**changes, "review": shape, "pull_request": pull_in_list(site, repo, pull)}
        return self._send("pull_request_review", repo, sender, action, fields)

    def inline(
        self, action: str, pull: Pull, comment: InlineComment, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited."""
        repo, site = self._world.repository(pull.repository), self._site()
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        fields = {
            **changes,
            "comment": comment_shapes.inline(site, repo, pull, comment),
            "pull_request": pull_in_list(site, repo, pull),
        }
        return self._send("pull_request_review_comment", repo, sender, action, fields)

    def thread(self, action: str, pull: Pull, first: int, sender: Account) -> Delivery | None:
        """`first` is the id of the thread's first comment."""
        repo, site = self._world.repository(pull.repository), self._site()
        comments = [comment_shapes.inline(site, repo, pull, comment) for comment in pull.threads[first]]
        thread = {"node_id": node(THREAD, first), "comments": comments}
        fields = {"thread": thread, "pull_request": pull_in_list(site, repo, pull)}
        return self._send("pull_request_review_thread", repo, sender, action, fields)

    def run(self, action: str, repo: Repository, run: CheckRun, sender: Account) -> Delivery | None:
        fields = {"check_run": run_in_delivery(self._site(), repo, run, self._world.app)}
        return self._send("check_run", repo, sender, action, fields)

    def suite(self, action: str, repo: Repository, suite: CheckSuite, sender: Account) -> Delivery | None:
        fields = {"check_suite": check_suite(self._site(), repo, suite, self._world.app)}
        return self._send("check_suite", repo, sender, action, fields)

    def group(self, action: str, group: MergeGroup, sender: Account) -> Delivery | None:
        repo = self._world.repository(group.pull.repository)
        reason = {"reason": group.destroyed} if group.destroyed else {}
        shape = {
            "head_sha": group.head.sha,
            "head_ref": f"refs/heads/{group.branch}",
            "base_sha": group.base.sha,
            "base_ref": f"refs/heads/{group.pull.target}",
            "head_commit": simple_commit(group.head),
        }
        return self._send("merge_group", repo, sender, action, {"merge_group": shape, **reason})

    def send(self, event: str, payload: Mapping[str, Any]) -> Delivery | None:
        """Sends any event with the given payload."""
        return self._hook.post(event, payload)

    def status(self, repo: Repository, commit_status: Status, sender: Account) -> Delivery | None:
        """A commit status; this event has no actions."""
        site = self._site()
        head_commit = repo.commit(commit_status.head)
        branches = [pull.branch for pull in repo.pulls.values() if pull.head is head_commit and not pull.fork]
        address = f"{site.repository(repo.full_name)}/commits/{commit_status.head}"
        fields = {
            **status(site, repo, commit_status),
            "sha": commit_status.head,
            "name": repo.full_name,
            "commit": commit(site, repo, head_commit) if head_commit else {},
            "branches": [
                {"name": name, "commit": {"sha": commit_status.head, "url": address}, "protected": False}
                for name in branches
            ],
        }
        return self._send("status", repo, sender, None, fields)

    def _send(
        self, event: str, repo: Repository, sender: Account, action: str | None, fields: Mapping[str, Any]
    ) -> Delivery | None:
        site = self._site()
        installation = self._installation(repo)
        if installation is not None and not self._world.app.is_subscribed(event, action):
            return None
        payload = {
            **({"action": action} if action else {}),
            **fields,
            "repository": repository_shape(site, repo),
            "sender": user(site, sender),
        }
        if installation is not None:
            payload["installation"] = {
                "id": installation.id,
                "node_id": node("Integration", installation.id),
            }
        return self._hook.post(event, payload, repo, installation)

    def _installation(self, repo: Repository) -> Installation | None:
        return self._world.installation_of(repo.owner) if self._as_app else None

"""What happens, as deliveries tell it."""

from collections.abc import Callable, Mapping
from typing import Any

from github_simulator.shapes import comments as comment_shapes
from github_simulator.shapes.accounts import user
from github_simulator.shapes.checks import check_suite, simple_commit, status, told_run
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
    """Each method tells one thing that `sender` did, and returns the delivery that it began."""

    def __init__(self, world: World, hook: Webhook, site: Callable[[], Site], *, as_app: bool = True) -> None:
        """`as_app`: the webhook is the app's, and payloads name the installation; else the repository's."""
        self._world = world
        self._hook = hook
        self._site = site
        self._as_app = as_app

    def pull(self, action: str, pull: Pull, sender: Account, **more: object) -> Delivery | None:
        known = self._world.repository(pull.repository)
        shape = pull_in_full(self._site(), known, pull)
        return self._tell(
            "pull_request", known, sender, action, {"number": pull.number, "pull_request": shape, **more}
        )

    def comment(
        self, action: str, pull: Pull, comment: Comment, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited."""
        known, site = self._world.repository(pull.repository), self._site()
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        told = {
            **changes,
            "issue": issue(site, known, pull),
            "comment": comment_shapes.comment(site, known, pull, comment, self._world.app),
        }
        return self._tell("issue_comment", known, sender, action, told)

    def label(self, action: str, pull: Pull, name: str, sender: Account) -> Delivery | None:
        known = self._world.repository(pull.repository)
        return self.pull(action, pull, sender, label=label(self._site(), known, name))

    def review(
        self, action: str, pull: Pull, review: Review, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited. A review without a text has none."""
        known, site = self._world.repository(pull.repository), self._site()
        shape = comment_shapes.review(site, known, pull, review)
        shape |= {"state": review.state.lower(), "body": review.body or None}
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        told = {**changes, "review": shape, "pull_request": pull_in_list(site, known, pull)}
        return self._tell("pull_request_review", known, sender, action, told)

    def inline(
        self, action: str, pull: Pull, comment: InlineComment, sender: Account, before: str | None = None
    ) -> Delivery | None:
        """`before` is the body before it was edited."""
        known, site = self._world.repository(pull.repository), self._site()
        changes = {"changes": {"body": {"from": before}}} if before is not None else {}
        told = {
            **changes,
            "comment": comment_shapes.inline(site, known, pull, comment),
            "pull_request": pull_in_list(site, known, pull),
        }
        return self._tell("pull_request_review_comment", known, sender, action, told)

    def thread(self, action: str, pull: Pull, first: int, sender: Account) -> Delivery | None:
        """`first` is the comment that began the thread."""
        known, site = self._world.repository(pull.repository), self._site()
        comments = [comment_shapes.inline(site, known, pull, said) for said in pull.threads[first]]
        thread = {"node_id": node(THREAD, first), "comments": comments}
        told = {"thread": thread, "pull_request": pull_in_list(site, known, pull)}
        return self._tell("pull_request_review_thread", known, sender, action, told)

    def run(self, action: str, known: Repository, run: CheckRun, sender: Account) -> Delivery | None:
        told = {"check_run": told_run(self._site(), known, run, self._world.app)}
        return self._tell("check_run", known, sender, action, told)

    def suite(self, action: str, known: Repository, suite: CheckSuite, sender: Account) -> Delivery | None:
        told = {"check_suite": check_suite(self._site(), known, suite, self._world.app)}
        return self._tell("check_suite", known, sender, action, told)

    def group(self, action: str, group: MergeGroup, sender: Account) -> Delivery | None:
        known = self._world.repository(group.pull.repository)
        reason = {"reason": group.destroyed} if group.destroyed else {}
        shape = {
            "head_sha": group.head.sha,
            "head_ref": f"refs/heads/{group.branch}",
            "base_sha": group.base.sha,
            "base_ref": f"refs/heads/{group.pull.target}",
            "head_commit": simple_commit(group.head),
        }
        return self._tell("merge_group", known, sender, action, {"merge_group": shape, **reason})

    def anything(self, event: str, payload: Mapping[str, Any]) -> Delivery | None:
        """A delivery of whatever event, as it is given."""
        return self._hook.post(event, payload)

    def status(self, known: Repository, said: Status, sender: Account) -> Delivery | None:
        """This event has no actions."""
        site = self._site()
        made = known.commit(said.head)
        branches = [pull.branch for pull in known.pulls.values() if pull.head is made and not pull.fork]
        address = f"{site.repository(known.full_name)}/commits/{said.head}"
        told = {
            **status(site, known, said),
            "sha": said.head,
            "name": known.full_name,
            "commit": commit(site, known, made) if made else {},
            "branches": [
                {"name": name, "commit": {"sha": said.head, "url": address}, "protected": False}
                for name in branches
            ],
        }
        return self._tell("status", known, sender, None, told)

    def _tell(
        self, event: str, known: Repository, sender: Account, action: str | None, told: Mapping[str, Any]
    ) -> Delivery | None:
        site = self._site()
        installation = self._installation(known)
        if installation is not None and not self._world.app.hears(event, action):
            return None
        payload = {
            **({"action": action} if action else {}),
            **told,
            "repository": repository_shape(site, known),
            "sender": user(site, sender),
        }
        if installation is not None:
            payload["installation"] = {
                "id": installation.id,
                "node_id": node("Integration", installation.id),
            }
        return self._hook.post(event, payload, known, installation)

    def _installation(self, known: Repository) -> Installation | None:
        return self._world.installation_of(known.owner) if self._as_app else None

"""What happens, as deliveries tell it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.hook import Hook
from bot.simulator.shapes import talk
from bot.simulator.shapes.accounts import user
from bot.simulator.shapes.pulls import issue, pull_in_full, pull_in_list
from bot.simulator.shapes.repositories import repository as repository_shape
from bot.simulator.shapes.site import Site, node
from bot.simulator.state import (
    Account,
    Comment,
    Delivery,
    InlineComment,
    Installation,
    Pull,
    Repository,
    Review,
    World,
)


class Events:
    """Each method tells one thing that `sender` did, and returns the delivery that it began."""

    def __init__(self, world: World, hook: Hook, site: Callable[[], Site], *, as_app: bool = True) -> None:
        """`as_app`: the webhook is the app's, and payloads name the installation; else the repository's."""
        self._world = world
        self._hook = hook
        self._site = site
        self._as_app = as_app

    def pull(self, action: str, pull: Pull, sender: Account, **more: str) -> Delivery | None:
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
            "comment": talk.comment(site, known, pull, comment, self._world.app),
        }
        return self._tell("issue_comment", known, sender, action, told)

    def review(self, pull: Pull, review: Review, sender: Account) -> Delivery | None:
        known, site = self._world.repository(pull.repository), self._site()
        shape = talk.review(site, known, pull, review) | {"state": review.state.lower()}
        told = {"review": shape, "pull_request": pull_in_list(site, known, pull)}
        return self._tell("pull_request_review", known, sender, "submitted", told)

    def inline(self, pull: Pull, comment: InlineComment, sender: Account) -> Delivery | None:
        known, site = self._world.repository(pull.repository), self._site()
        told = {
            "comment": talk.inline(site, known, pull, comment),
            "pull_request": pull_in_list(site, known, pull),
        }
        return self._tell("pull_request_review_comment", known, sender, "created", told)

    def _tell(
        self, event: str, known: Repository, sender: Account, action: str, told: Mapping[str, Any]
    ) -> Delivery | None:
        site = self._site()
        installation = self._installation(known)
        payload = {
            "action": action,
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

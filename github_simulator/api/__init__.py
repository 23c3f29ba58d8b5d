"""The simulated part of GitHub's REST API: one module per family of routes."""

from github_simulator.api import (
    apps,
    archives,
    checks,
    comments,
    inline,
    labels,
    pulls,
    reactions,
    repositories,
    reviews,
    scanning,
    statuses,
    users,
)
from github_simulator.api.routes import Route

ROUTES: tuple[Route, ...] = (
    *apps.routes,
    *users.routes,
    *repositories.routes,
    *archives.routes,
    *pulls.routes,
    *comments.routes,
    *reviews.routes,
    *inline.routes,
    *reactions.routes,
    *labels.routes,
    *checks.routes,
    *statuses.routes,
    *scanning.routes,
)

__all__ = ["ROUTES", "Route"]

"""Reports the simulator's state as one JSON object."""

from collections.abc import Mapping
from typing import Any

from github_simulator.shapes.checks import suite_outcome
from github_simulator.state import CheckRun, CheckSuite, InlineComment, MergeGroup, Pull, Repository, World


def report(world: World, calls: Mapping[str, int], struck: Mapping[str, int]) -> dict[str, Any]:
    """`calls` counts calls by key, `struck` the strikes of the storm by kind."""
    return {
        "pulls": [report_pull(world, pull) for pull in world.pulls()],
        "deliveries": [
            {
                "id": delivery.guid,
                "event": delivery.event,
                "action": delivery.action,
                "status": delivery.status,
            }
            for delivery in world.deliveries
        ],
        "calls": dict(calls),
        "storm": dict(sorted(struck.items())),
    }


def report_pull(world: World, pull: Pull) -> dict[str, Any]:
    """One pull request with its comments, reviews, checks and reactions."""
    repo = world.repository(pull.repository)
    checks = repo.checks.values()
    commits = {commit.sha for commit in pull.history}
    return {
        "repository": pull.repository,
        "number": pull.number,
        "title": pull.title,
        "head": pull.head.sha,
        "state": pull.state,
        "merged": pull.merged is not None,
        "base": pull.target,
        "labels": list(pull.labels),
        "comments": [
            {"id": comment.id, "user": comment.user.login, "body": comment.body}
            for comment in pull.comments.values()
        ],
        "reviews": [
            {
                "id": review.id,
                "user": review.user.login,
                "state": review.state,
                "body": review.body,
                "head": review.head,
            }
            for review in pull.reviews.values()
        ],
        "inline": [_inline(pull, comment) for comment in pull.inline.values()],
        "checks": [_check(run) for run in checks if run.head in commits and run.app is None],
        "suites": [_suite(repo, suite) for suite in repo.suites.values() if suite.head in commits],
        "queue": [_group(repo, group) for group in repo.groups if group.pull is pull],
        "reactions": [
            {"comment": comment, "user": reaction.user.login, "content": reaction.content}
            for comment, reaction in pull.reactions()
        ],
    }


def _inline(pull: Pull, comment: InlineComment) -> dict[str, Any]:
    """`line` and `start` are the original ones; `resolver` is who resolved the thread, or None."""
    resolver = pull.resolved.get(comment.thread)
    return {
        "id": comment.id,
        "reply_to": comment.reply_to,
        "user": comment.user.login,
        "path": comment.path,
        "line": comment.line,
        "start": comment.start,
        "side": comment.side,
        "body": comment.body,
        "resolved": resolver is not None,
        "resolver": resolver.login if resolver else None,
        "minimised": comment.minimised,
        "reactions": [
            {"user": reaction.user.login, "content": reaction.content} for reaction in comment.reactions
        ],
    }


def _suite(repo: Repository, suite: CheckSuite) -> dict[str, Any]:
    """`app` is empty for the App itself."""
    status, conclusion = suite_outcome(repo, suite)
    app = suite.app.slug if suite.app else ""
    return {"head": suite.head, "app": app, "status": status, "conclusion": conclusion}


def _group(repo: Repository, group: MergeGroup) -> dict[str, Any]:
    """A merge group of the pull, with the App's checks on it."""
    head = group.head.sha
    checks = [_check(run) for run in repo.checks.values() if run.head == head and run.app is None]
    return {"head": head, "destroyed": group.destroyed, "checks": checks}


def _check(run: CheckRun) -> dict[str, Any]:
    return {
        "name": run.name,
        "head": run.head,
        "status": run.status,
        "conclusion": run.conclusion,
        "title": run.output.get("title"),
        "summary": run.output.get("summary"),
        "text": run.output.get("text"),
        "annotations": run.annotations,
    }

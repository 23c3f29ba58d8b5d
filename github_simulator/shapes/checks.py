"""Check runs, their suites, and commit statuses."""

from collections.abc import Mapping, Sequence

from github_simulator.shapes.accounts import app
from github_simulator.shapes.repositories import repository
from github_simulator.shapes.site import Shape, Site, node, when, when_if
from github_simulator.state import App, CheckRun, CheckSuite, Commit, Pull, Repository, Status

_WORST_FIRST = (
    "failure",
    "timed_out",
    "action_required",
    "cancelled",
    "stale",
    "success",
    "neutral",
    "skipped",
)


def check_run(site: Site, known: Repository, run: CheckRun, by: App) -> Shape:
    api = site.repository(known.full_name)
    here = f"{api}/check-runs/{run.id}"
    html = f"{site.html}/{known.full_name}/runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node("CheckRun", run.id),
        "head_sha": run.head,
        "external_id": run.external,
        "url": here,
        "html_url": html,
        "details_url": run.details or html,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": when(run.started),
        "completed_at": when_if(run.completed),
        "output": {
            **{key: run.output.get(key) for key in ("title", "summary", "text")},
            "annotations_count": len(run.annotations),
            "annotations_url": f"{here}/annotations",
        },
        "check_suite": {"id": run.suite.id},
        "app": app(site, run.app or by),
        "pull_requests": [_pull(site, known, pull) for pull in _pulls(known, run.head)],
    }


def told_run(site: Site, known: Repository, run: CheckRun, by: App) -> Shape:
    """A check run as deliveries tell of it: with its suite."""
    told = suite_in_run(site, known, run.suite, by)
    return {**check_run(site, known, run, by), "check_suite": told}


def annotation(site: Site, known: Repository, run: CheckRun, mark: Mapping[str, object]) -> Shape:
    wanted = ("start_column", "end_column", "title", "raw_details")
    return {
        **dict.fromkeys(wanted),
        **mark,
        "blob_href": f"{site.html}/{known.full_name}/blob/{run.head}/{mark['path']}",
    }


def suite_in_run(site: Site, known: Repository, suite: CheckSuite, by: App) -> Shape:
    """GitHub names no branch and no pull of a fork."""
    pulls = _pulls(known, suite.head)
    made = known.commit(suite.head)
    status, conclusion = standing(known, suite)
    return {
        "id": suite.id,
        "node_id": node("CheckSuite", suite.id),
        "head_branch": pulls[0].branch if pulls else None,
        "head_sha": suite.head,
        "status": status,
        "conclusion": conclusion,
        "url": f"{site.repository(known.full_name)}/check-suites/{suite.id}",
        "before": made.parents[0] if made and made.parents else None,
        "after": suite.head,
        "pull_requests": [_pull(site, known, pull) for pull in pulls],
        "app": app(site, suite.app or by),
        "created_at": when(suite.created),
        "updated_at": when(suite.created),
    }


def check_suite(site: Site, known: Repository, suite: CheckSuite, by: App) -> Shape:
    """A suite as deliveries tell of it."""
    made = known.commit(suite.head)
    shape = suite_in_run(site, known, suite, by)
    return {
        **shape,
        "latest_check_runs_count": len(known.runs_of(suite)),
        "check_runs_url": f"{shape['url']}/check-runs",
        "head_commit": simple_commit(made) if made else {},
    }


def standing(known: Repository, suite: CheckSuite) -> tuple[str, str | None]:
    """Status and conclusion of a suite: those of its runs, unless it waits to be run again."""
    runs = known.runs_of(suite)
    if suite.queued or not runs:
        return "queued", None
    if any(run.status != "completed" for run in runs):
        return "in_progress", None
    conclusions = {run.conclusion for run in runs}
    return "completed", next(one for one in _WORST_FIRST if one in conclusions)


def simple_commit(made: Commit) -> Shape:
    person = {"name": made.author.login, "email": "someone@example.com"}
    return {
        "id": made.sha,
        "tree_id": made.sha,
        "message": made.message,
        "timestamp": when(made.date),
        "author": person,
        "committer": person,
    }


def status(site: Site, known: Repository, said: Status) -> Shape:
    return {
        "url": f"{site.repository(known.full_name)}/statuses/{said.head}",
        "avatar_url": f"{site.html}/avatars/u/{said.by.id}?v=4",
        "id": said.id,
        "node_id": node("StatusContext", said.id),
        "state": said.state,
        "description": None,
        "target_url": None,
        "context": said.context,
        "created_at": when(said.created),
        "updated_at": when(said.created),
    }


def combined_status(site: Site, known: Repository, head: str, shown: Sequence[Status], state: str) -> Shape:
    api = site.repository(known.full_name)
    return {
        "state": state,
        "statuses": [status(site, known, said) for said in shown],
        "sha": head,
        "repository": repository(site, known),
        "commit_url": f"{api}/commits/{head}",
        "url": f"{api}/commits/{head}/status",
    }


def _pulls(known: Repository, head: str) -> Sequence[Pull]:
    """The open pulls with this head. GitHub does not list those from forks."""
    pulls = [pull for pull in known.pulls.values() if pull.head.sha == head]
    return [pull for pull in pulls if not (pull.closed or pull.fork)]


def _pull(site: Site, known: Repository, pull: Pull) -> Shape:
    api = site.repository(known.full_name)
    repo = {"id": known.id, "url": api, "name": known.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api}/pulls/{pull.number}",
        "head": {"ref": pull.branch, "sha": pull.head.sha, "repo": repo},
        "base": {"ref": pull.target, "sha": pull.base.sha, "repo": repo},
    }

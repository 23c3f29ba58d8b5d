"""JSON of check runs, check suites and commit statuses."""

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


def check_run(site: Site, repo: Repository, run: CheckRun, own_app: App) -> Shape:
    api = site.repository(repo.full_name)
    here = f"{api}/check-runs/{run.id}"
    html = f"{site.html}/{repo.full_name}/runs/{run.id}"
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
        "app": app(site, run.app or own_app),
        "pull_requests": [_pull(site, repo, pull) for pull in _pulls(repo, run.head)],
    }


def run_in_delivery(site: Site, repo: Repository, run: CheckRun, own_app: App) -> Shape:
    """A check run in the payload of a delivery, with its suite."""
    suite = suite_in_run(site, repo, run.suite, own_app)
    return {**check_run(site, repo, run, own_app), "check_suite": suite}


def annotation(site: Site, repo: Repository, run: CheckRun, mark: Mapping[str, object]) -> Shape:
    optional = ("start_column", "end_column", "title", "raw_details")
    return {
        **dict.fromkeys(optional),
        **mark,
        "blob_href": f"{site.html}/{repo.full_name}/blob/{run.head}/{mark['path']}",
    }


def suite_in_run(site: Site, repo: Repository, suite: CheckSuite, own_app: App) -> Shape:
    """The suite in a check run. GitHub omits branches and pulls of forks."""
    pulls = _pulls(repo, suite.head)
    commit = repo.commit(suite.head)
    status, conclusion = suite_outcome(repo, suite)
    return {
        "id": suite.id,
        "node_id": node("CheckSuite", suite.id),
        "head_branch": pulls[0].branch if pulls else None,
        "head_sha": suite.head,
        "status": status,
        "conclusion": conclusion,
        "url": f"{site.repository(repo.full_name)}/check-suites/{suite.id}",
        "before": commit.parents[0] if commit and commit.parents else None,
        "after": suite.head,
        "pull_requests": [_pull(site, repo, pull) for pull in pulls],
        "app": app(site, suite.app or own_app),
        "created_at": when(suite.created),
        "updated_at": when(suite.created),
    }


def check_suite(site: Site, repo: Repository, suite: CheckSuite, own_app: App) -> Shape:
    """A suite in the payload of a delivery."""
    commit = repo.commit(suite.head)
    shape = suite_in_run(site, repo, suite, own_app)
    return {
        **shape,
        "latest_check_runs_count": len(repo.runs_of(suite)),
        "check_runs_url": f"{shape['url']}/check-runs",
        "head_commit": simple_commit(commit) if commit else {},
    }


def suite_outcome(repo: Repository, suite: CheckSuite) -> tuple[str, str | None]:
    """Status and conclusion of a suite: those of its runs, or "queued" after a re-run was requested."""
    runs = repo.runs_of(suite)
    if suite.queued or not runs:
        return "queued", None
    if any(run.status != "completed" for run in runs):
        return "in_progress", None
    conclusions = {run.conclusion for run in runs}
    return "completed", next(conclusion for conclusion in _WORST_FIRST if conclusion in conclusions)


def simple_commit(commit: Commit) -> Shape:
    person = {"name": commit.author.login, "email": "someone@example.com"}
    return {
        "id": commit.sha,
        "tree_id": commit.sha,
        "message": commit.message,
        "timestamp": when(commit.date),
        "author": person,
        "committer": person,
    }


def status(site: Site, repo: Repository, record: Status) -> Shape:
    return {
        "url": f"{site.repository(repo.full_name)}/statuses/{record.head}",
        "avatar_url": f"{site.html}/avatars/u/{record.by.id}?v=4",
        "id": record.id,
        "node_id": node("StatusContext", record.id),
        "state": record.state,
        "description": None,
        "target_url": None,
        "context": record.context,
        "created_at": when(record.created),
        "updated_at": when(record.created),
    }


def combined_status(site: Site, repo: Repository, head: str, statuses: Sequence[Status], state: str) -> Shape:
    api = site.repository(repo.full_name)
    return {
        "state": state,
        "statuses": [status(site, repo, record) for record in statuses],
        "sha": head,
        "repository": repository(site, repo),
        "commit_url": f"{api}/commits/{head}",
        "url": f"{api}/commits/{head}/status",
    }


def _pulls(repo: Repository, head: str) -> Sequence[Pull]:
    """The open pulls with this head, without those from forks, which GitHub omits."""
    pulls = [pull for pull in repo.pulls.values() if pull.head.sha == head]
    return [pull for pull in pulls if not (pull.closed or pull.fork)]


def _pull(site: Site, repo: Repository, pull: Pull) -> Shape:
    api = site.repository(repo.full_name)
    short = {"id": repo.id, "url": api, "name": repo.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api}/pulls/{pull.number}",
        "head": {"ref": pull.branch, "sha": pull.head.sha, "repo": short},
        "base": {"ref": pull.target, "sha": pull.base.sha, "repo": short},
    }

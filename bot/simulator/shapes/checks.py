"""Check runs, their suites, and commit statuses."""

from collections.abc import Mapping, Sequence

from bot.simulator.shapes.accounts import app
from bot.simulator.shapes.repositories import repository
from bot.simulator.shapes.site import Shape, Site, node, when, when_if
from bot.simulator.state import App, CheckRun, Pull, Repository, Status


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
        "check_suite": {"id": run.id + 1},
        "app": app(site, run.app or by),
        "pull_requests": [_pull(site, known, pull) for pull in _pulls(known, run)],
    }


def annotation(site: Site, known: Repository, run: CheckRun, mark: Mapping[str, object]) -> Shape:
    wanted = ("start_column", "end_column", "title", "raw_details")
    return {
        **dict.fromkeys(wanted),
        **mark,
        "blob_href": f"{site.html}/{known.full_name}/blob/{run.head}/{mark['path']}",
    }


def check_suite(site: Site, known: Repository, run: CheckRun, by: App) -> Shape:
    """The suite that `run` is all of, as deliveries tell of it. GitHub names no branch of a fork."""
    here = f"{site.repository(known.full_name)}/check-suites/{run.id + 1}"
    pulls = _pulls(known, run)
    made = known.commit(run.head)
    person = {"name": made.author.login if made else "", "email": "someone@example.com"}
    return {
        "id": run.id + 1,
        "node_id": node("CheckSuite", run.id + 1),
        "head_branch": pulls[0].branch if pulls else None,
        "head_sha": run.head,
        "status": run.status,
        "conclusion": run.conclusion,
        "url": here,
        "before": made.parents[0] if made and made.parents else None,
        "after": run.head,
        "pull_requests": [_pull(site, known, pull) for pull in pulls],
        "app": app(site, run.app or by),
        "created_at": when(run.started),
        "updated_at": when(run.completed or run.started),
        "latest_check_runs_count": 1,
        "check_runs_url": f"{here}/check-runs",
        "head_commit": {
            "id": run.head,
            "tree_id": run.head,
            "message": made.message if made else "",
            "timestamp": when(run.started),
            "author": person,
            "committer": person,
        },
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


def _pulls(known: Repository, run: CheckRun) -> Sequence[Pull]:
    """The open pulls with this head. GitHub does not list those from forks."""
    pulls = [pull for pull in known.pulls.values() if pull.head.sha == run.head]
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

"""Check runs."""

from collections.abc import Sequence

from bot.simulator.shapes.accounts import app
from bot.simulator.shapes.site import Shape, Site, node, when, when_if
from bot.simulator.state import App, CheckRun, Pull, Repository


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
        "app": app(site, by),
        "pull_requests": [_pull(site, known, pull) for pull in _pulls(known, run)],
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

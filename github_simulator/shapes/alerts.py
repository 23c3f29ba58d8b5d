"""JSON of code scanning alerts."""

from github_simulator.shapes.site import Shape, Site, when
from github_simulator.state import Alert, Repository


def alert(site: Site, repo: Repository, record: Alert) -> Shape:
    here = f"{site.repository(repo.full_name)}/code-scanning/alerts/{record.number}"
    html = f"{site.html}/{repo.full_name}/security/code-scanning/{record.number}"
    return {
        "number": record.number,
        "created_at": when(record.created),
        "updated_at": when(record.created),
        "url": here,
        "html_url": html,
        "state": record.state,
        "fixed_at": None,
        "dismissed_by": None,
        "dismissed_at": None,
        "dismissed_reason": None,
        "dismissed_comment": None,
        "rule": {
            "id": record.rule,
            "name": record.rule,
            "severity": record.severity,
            "security_severity_level": record.security,
            "description": record.description,
            "tags": [],
        },
        "tool": {"name": record.tool, "guid": None, "version": None},
        "most_recent_instance": _instance(html, record),
        "instances_url": f"{here}/instances",
    }


def _instance(html: str, record: Alert) -> Shape:
    location = {"path": record.path, "start_line": record.start, "end_line": record.end}
    return {
        "ref": record.ref,
        "analysis_key": ".github/workflows/scan.yml:analyze",
        "environment": "{}",
        "category": ".github/workflows/scan.yml:analyze",
        "state": record.state,
        "commit_sha": record.head,
        "message": {"text": record.message},
        "location": {**location, "start_column": 1, "end_column": 2},
        "html_url": html,
        "classifications": [],
    }

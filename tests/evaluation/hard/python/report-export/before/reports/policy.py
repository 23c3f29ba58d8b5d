"""Who may see which reports."""

from dataclasses import dataclass, replace

from reports.store import Query


@dataclass(frozen=True)
class User:
    name: str
    projects: frozenset[str]
    is_auditor: bool = False


def narrow(user: User, query: Query) -> Query:
    """The query without the projects that the user may not see. Auditors see all."""
    if user.is_auditor:
        return query
    wanted = query.projects or user.projects
    return replace(query, projects=wanted & user.projects, nothing=not wanted & user.projects)

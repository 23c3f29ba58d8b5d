"""Malformed records as GitHub sends them: optional fields missing, empty or unknown."""

from github_simulator.edits import Edit

_REPOSITORY = "/repos/{owner}/{repo}"
_PULL = f"{_REPOSITORY}/pulls/{{pull_number}}"
_MORE = {"name": "of a GitHub that is newer than its client"}
_UNKNOWN_WORD = "MARTIAN"
ODD = {
    _PULL: (
        Edit(at="/author_association", value=_UNKNOWN_WORD),
        Edit(at="/head/repo"),
        Edit(at="/head/user"),
        Edit(at="/labels/*/description"),
        Edit(at="/_links", remove=True),
        Edit(at="/news", value=_MORE),
    ),
    f"{_PULL}/commits": (
        Edit(at="/*/author", value={}),
        Edit(at="/*/committer", value={}),
        Edit(at="/*/commit/committer"),
        Edit(at="/*/commit/verification", remove=True),
    ),
    f"{_PULL}/files": (Edit(at="/*/sha"), Edit(at="/*/contents_url", remove=True)),
    f"{_PULL}/comments": (
        Edit(at="/*/author_association", value=_UNKNOWN_WORD),
        Edit(at="/*/reactions", remove=True),
        Edit(at="/*/news", value=[_MORE]),
    ),
    f"{_REPOSITORY}/issues/{{issue_number}}/comments": (
        Edit(at="/*/author_association", value=_UNKNOWN_WORD),
        Edit(at="/*/performed_via_github_app"),
        Edit(at="/*/html_url", remove=True),
    ),
    f"{_REPOSITORY}/issues/{{issue_number}}/labels": (
        Edit(at="/*/description"),
        Edit(at="/*/color", remove=True),
    ),
    f"{_REPOSITORY}/git/trees/{{tree_sha}}": (
        Edit(at="/tree/*/url", remove=True),
        Edit(at="/news", value=_MORE),
    ),
    f"{_REPOSITORY}/commits/{{ref}}": (Edit(at="/author", value={}), Edit(at="/files/*/status", remove=True)),
    f"{_REPOSITORY}/commits/{{ref}}/check-runs": (
        Edit(at="/check_runs/*/pull_requests", remove=True),
        Edit(at="/check_runs/*/output/title"),
        Edit(at="/news", value=_MORE),
    ),
}
SHORT = frozenset({f"{_PULL}/files", f"{_PULL}/commits"})

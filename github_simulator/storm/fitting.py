"""Selects the kinds of fault that can affect a call."""

from github_simulator.storm.kinds import OF_CALLS, Kind
from github_simulator.storm.odd import ODD, SHORT

_GRAPHQL = "/graphql"
_OF_REPOSITORY = "/repos/{owner}/{repo}"


def kinds_for(method: str, template: str) -> frozenset[Kind]:
    """The kinds for a method and a path as in GitHub's OpenAPI description."""
    is_read = method == "GET"
    unfit = {
        Kind.UNPROCESSABLE: is_read,
        Kind.NOT_ACCEPTABLE: not is_read,
        Kind.REDIRECT: not template.startswith(_OF_REPOSITORY),
        Kind.ODD_RECORD: not (is_read and template in ODD),
        Kind.SHORT_LIST: not (is_read and template in SHORT),
        Kind.HALF_ANSWER: template != _GRAPHQL,
    }
    return OF_CALLS - {kind for kind, is_unfit in unfit.items() if is_unfit}

"""GraphQL errors in GitHub's format."""

from typing import Any

from graphql import GraphQLError

from github_simulator.api.refusals import Refusal

_TYPES = {401: "FORBIDDEN", 403: "FORBIDDEN", 404: "NOT_FOUND"}
_PREFIXES = ("Cannot query field", "Unknown type", "Unknown argument")
_CODES = dict(zip(_PREFIXES, ("undefinedField", "undefinedType", "argumentNotAccepted"), strict=True))


def failure(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def no_such(kind: str, named: str) -> GraphQLError:
    """`named` in GitHub's wording: "with the name 'o/r'"."""
    return failure("NOT_FOUND", f"Could not resolve to a {kind} {named}.")


def of_refusal(refusal: Refusal) -> GraphQLError:
    """The GraphQL error for an error of the REST API."""
    return failure(_TYPES.get(refusal.status, "UNPROCESSABLE"), refusal.message)


def format_error(error: GraphQLError) -> dict[str, Any]:
    """The error as JSON: GitHub puts its `type` next to the message, and validation codes into extensions."""
    formatted: dict[str, Any] = dict(error.formatted)
    kind = (error.extensions or {}).get("type")
    formatted.pop("extensions", None)
    if kind:
        return {"type": kind, **formatted}
    code = next((_CODES[prefix] for prefix in _PREFIXES if error.message.startswith(prefix)), None)
    return {**formatted, "extensions": {"code": code}} if code else formatted

"""Failures as GraphQL answers them: with status 200, in a list."""

from typing import Any

from graphql import GraphQLError

from github_simulator.api.refusals import Refusal

_TYPES = {401: "FORBIDDEN", 403: "FORBIDDEN", 404: "NOT_FOUND"}
_UNKNOWN = ("Cannot query field", "Unknown type", "Unknown argument")
_CODES = dict(zip(_UNKNOWN, ("undefinedField", "undefinedType", "argumentNotAccepted"), strict=True))


def failure(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def no_such(kind: str, named: str) -> GraphQLError:
    """`named` as GitHub puts it: "with the name 'o/r'"."""
    return failure("NOT_FOUND", f"Could not resolve to a {kind} {named}.")


def of_refusal(refusal: Refusal) -> GraphQLError:
    """The REST API's refusal as this API puts it."""
    return failure(_TYPES.get(refusal.status, "UNPROCESSABLE"), refusal.message)


def spelled(error: GraphQLError) -> dict[str, Any]:
    """What GitHub knows of an error's kind stands beside its message, but for what is wrong with a query."""
    told: dict[str, Any] = dict(error.formatted)
    kind = (error.extensions or {}).get("type")
    told.pop("extensions", None)
    if kind:
        return {"type": kind, **told}
    code = next((_CODES[word] for word in _UNKNOWN if error.message.startswith(word)), None)
    return {**told, "extensions": {"code": code}} if code else told

"""The bot's shapes require no more than GitHub's OpenAPI description and GraphQL schema guarantee."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    parse,
)
from pydantic import Field

import bot.github
from bot.core.lenient import IfReadable, ReadableItems
from bot.github import file_texts, graphql, shapes, threads
from bot.github.file_texts import texts_query
from bot.github.thread_resolution import MINIMISE, RESOLVE, UNRESOLVE
from bot.github.webhooks import payloads
from bot.github.webhooks.payloads import Account, Payload
from bot.github.webhooks.pulls import _CAUSES as PULL_REQUEST_ACTIONS
from tests.github.test_github_schema import github
from tests.openapi import description
from tests.promises import Model, Schema, Walk

REPO = "/repos/{owner}/{repo}"
PULL = f"{REPO}/pulls/{{pull_number}}"
COMMENT = f"{REPO}/issues/comments/{{comment_id}}"
LINE = f"{REPO}/pulls/comments/{{comment_id}}"

# Where each shape is read from: method, path, status, and where in the answer.
ANSWERS: list[tuple[Model, str, str, str, str]] = [
    (shapes.TokenShape, "post", "/app/installations/{installation_id}/access_tokens", "201", ""),
    (shapes.InstallationShape, "get", f"{REPO}/installation", "200", ""),
    (shapes.ListedInstallation, "get", "/app/installations", "200", "items"),
    (shapes.SendingShape, "get", "/app/hook/deliveries", "200", "items"),
    (shapes.AppShape, "get", "/app", "200", ""),
    (Account, "get", "/user", "200", ""),
    (shapes.ListedRepository, "get", "/installation/repositories", "200", "properties/repositories/items"),
    (shapes.ListedPull, "get", f"{REPO}/pulls", "200", "items"),
    (shapes.PullShape, "get", PULL, "200", ""),
    (shapes.FileShape, "get", f"{PULL}/files", "200", "items"),
    (shapes.CommitShape, "get", f"{PULL}/commits", "200", "items"),
    (shapes.CommitFilesShape, "get", f"{REPO}/commits/{{ref}}", "200", ""),
    (shapes.ComparisonShape, "get", f"{REPO}/compare/{{basehead}}", "200", ""),
    (shapes.ContentShape, "get", f"{REPO}/contents/{{path}}", "200", ""),
    (shapes.TreeShape, "get", f"{REPO}/git/trees/{{tree_sha}}", "200", ""),
    (shapes.IssueShape, "get", f"{REPO}/issues/{{issue_number}}", "200", ""),
    (shapes.CommentShape, "get", f"{REPO}/issues/{{issue_number}}/comments", "200", "items"),
    (shapes.CommentShape, "post", f"{REPO}/issues/{{issue_number}}/comments", "201", ""),
    (shapes.ReviewShape, "get", f"{PULL}/reviews", "200", "items"),
    (shapes.InlineShape, "get", f"{PULL}/comments", "200", "items"),
    (shapes.InlineShape, "get", LINE, "200", ""),
    (shapes.InlineShape, "post", f"{PULL}/comments/{{comment_id}}/replies", "201", ""),
    (shapes.GivenShape, "get", f"{LINE}/reactions", "200", "items"),
    (shapes.LabelShape, "get", f"{REPO}/issues/{{issue_number}}/labels", "200", "items"),
    (shapes.PermissionShape, "get", f"{REPO}/collaborators/{{username}}/permission", "200", ""),
    (shapes.CheckShape, "post", f"{REPO}/check-runs", "201", ""),
    (shapes.ChecksShape, "get", f"{REPO}/commits/{{ref}}/check-runs", "200", ""),
    (shapes.AnnotationShape, "get", f"{REPO}/check-runs/{{check_run_id}}/annotations", "200", "items"),
    (shapes.AlertShape, "get", f"{REPO}/code-scanning/alerts", "200", "items"),
    (shapes.StatusShape, "get", f"{REPO}/commits/{{ref}}/status", "200", ""),
]
_PULL_EVENTS = [f"pull-request-{action.replace('_', '-')}" for action in PULL_REQUEST_ACTIONS]
_COMMENT_EVENTS = ["issue-comment-created", "pull-request-review-comment-created"]
# The deliveries that each payload is read from.
DELIVERIES: dict[Model, list[str]] = {
    payloads.Action: [*_PULL_EVENTS, *_COMMENT_EVENTS, "check-suite-completed"],
    payloads.PullRequestEvent: _PULL_EVENTS,
    payloads.CommentEvent: _COMMENT_EVENTS,
    payloads.CheckSuiteEvent: ["check-suite-completed", "check-suite-rerequested"],
    payloads.CheckRunEvent: ["check-run-rerequested"],
    payloads.MergeGroupEvent: ["merge-group-checks-requested"],
    payloads.ReviewEvent: ["pull-request-review-submitted"],
}
QUERIES: list[tuple[Model, str]] = [
    (threads._Root, threads.QUERY),
    (file_texts._Blobs, texts_query(1)),
    *(((bot.github.thread_resolution._Ignored), mutation) for mutation in (RESOLVE, UNRESOLVE, MINIMISE)),
]
# Not answers: their fields are compared as parts of others, or are common to all answers.
NO_ANSWERS = {Payload, graphql._Failures, graphql._Failure, graphql._Extensions, graphql._GraphqlBody}


def schema_of(method: str, path: str, status: str, where: str) -> Schema:
    found: Any = description()["paths"][path][method]["responses"][status]["content"]
    found = found.get("application/json") or next(iter(found.values()))
    walk = Walk(description())
    schema: Any = walk._found(found["schema"])
    for step in filter(None, where.split("/")):
        schema = walk._found(schema[step])
    told: Schema = schema
    return told


def delivery(name: str) -> Schema:
    schema: Schema = description()["x-webhooks"][name]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    return schema


def answered(walk: Walk) -> None:
    for model, method, path, status, where in ANSWERS:
        walk.check(model, schema_of(method, path, status, where), f"{method.upper()} {path}")


def delivered(walk: Walk) -> None:
    for model, names in DELIVERIES.items():
        for name in names:
            walk.check(model, delivery(name), name)


def queried(walk: Walk) -> None:
    for model, query in QUERIES:
        for name, schema in operation_schemas(query):
            walk.check(model, schema, name)
    [(name, schema)] = operation_schemas(texts_query(1))
    walk.check(file_texts.BlobShape, schema["properties"]["repository"]["properties"]["f0"], name)


@pytest.mark.parametrize("part", [answered, delivered, queried])
def test_what_github_may_send_can_be_read(part: Any) -> None:
    walk = Walk(description())
    part(walk)
    assert not walk.faults, "\n".join(walk.faults)


def test_every_shape_is_compared() -> None:
    """A new shape needs an entry above."""
    walk = Walk(description())
    for part in (answered, delivered, queried):
        part(walk)
    missed = {shape for shape in every_shape() if shape not in walk.seen | NO_ANSWERS}
    assert not missed, f"say where these are read from: {sorted(shape.__name__ for shape in missed)}"


def every_shape() -> set[Model]:
    for module in pkgutil.iter_modules(bot.github.__path__):
        importlib.import_module(f"bot.github.{module.name}")
    found: set[Model] = {Payload}
    waiting: list[Model] = [Payload]
    while waiting:
        waiting += (fresh := set(waiting.pop().__subclasses__()) - found)
        found |= fresh
    return {shape for shape in found if shape.__module__.startswith("bot.") and "[" not in shape.__name__}


def operation_schemas(query: str) -> Iterator[tuple[str, Schema]]:
    """The answer schema of each operation of a document, in OpenAPI's terms."""
    document = parse(query)
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            root = {"query": github().query_type, "mutation": github().mutation_type}[node.operation.value]
            name = node.name.value if node.name else "?"
            yield (
                f"the {node.operation.value} {name}",
                _selected(github(), root, node.selection_set, fragments),
            )


def _selected(schema: GraphQLSchema, kind: Any, chosen: SelectionSetNode, fragments: Any) -> dict[str, Any]:
    """All selected fields are present; fields of a fragment only in some types of an interface."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for node in chosen.selections:
        if isinstance(node, FieldNode):
            name = (node.alias or node.name).value
            properties[name] = _field(schema, kind, node, fragments)
            required.append(name)
        elif isinstance(node, FragmentSpreadNode | InlineFragmentNode):
            fragment = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            of = schema.type_map[fragment.type_condition.name.value] if fragment.type_condition else kind
            inner = _selected(schema, of, fragment.selection_set, fragments)
            properties |= inner["properties"]
            required += inner["required"] if of is kind else []
    return {"type": "object", "properties": properties, "required": required}


def _field(schema: GraphQLSchema, kind: Any, node: FieldNode, fragments: Any) -> dict[str, Any]:
    if node.name.value == "__typename":
        return {"type": "string", "enum": ["User", "Bot", "Mannequin"]}
    return _typed(schema, kind.fields[node.name.value].type, node, fragments)


def _typed(schema: GraphQLSchema, kind: Any, node: FieldNode, fragments: Any) -> dict[str, Any]:
    if isinstance(kind, GraphQLNonNull):
        return _typed(schema, kind.of_type, node, fragments) | {"nullable": False}
    if isinstance(kind, GraphQLList):
        return {"type": "array", "items": _typed(schema, kind.of_type, node, fragments), "nullable": True}
    if is_composite_type(kind) and node.selection_set:
        return _selected(schema, get_named_type(kind), node.selection_set, fragments) | {"nullable": True}
    if isinstance(kind, GraphQLEnumType):
        return {"type": "string", "enum": list(kind.values), "nullable": True}
    words = {"Int": "integer", "Float": "number", "Boolean": "boolean"}
    return {"type": words.get(kind.name, "string"), "nullable": True}


class Greedy(Payload):
    """Requires a field that the schema below does not guarantee."""

    id: int
    name: str
    state: str = Field(default="open", pattern="^(open|closed)$")
    author: Account | None = None
    labels: tuple[shapes.LabelShape, ...] = ()


class Modest(Payload):
    id: int
    name: IfReadable[str] = None
    state: str = "open"
    author: IfReadable[Account] = None
    labels: ReadableItems[shapes.LabelShape] = ()


LOOSE: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "nullable": True},
        "state": {"type": "string", "enum": ["open", "closed"]},
        "author": {
            "anyOf": [
                {"type": "object", "required": ["login"], "properties": {"login": {"type": "string"}}},
                {"type": "object", "additionalProperties": False},
            ],
            "nullable": True,
        },
        "labels": {
            "type": "array",
            "nullable": True,
            "items": {"type": "object", "required": [], "properties": {"name": {"type": "string"}}},
        },
    },
}


def test_what_demands_too_much_is_found() -> None:
    walk = Walk({})
    walk.check(Greedy, LOOSE, "a place")
    faults = "\n".join(walk.faults)
    assert "Greedy.name is needed, and not promised by a place" in faults
    assert "a place: name may be null" in faults
    assert 'a place: state may be "teleported"' in faults
    assert "a place: author may be {}" in faults
    assert "a place: labels may be null" in faults
    assert "LabelShape.name is needed, and not promised by a place/labels" in faults


def test_what_demands_no_more_passes() -> None:
    walk = Walk({})
    walk.check(
        Modest,
        {**LOOSE, "properties": {**LOOSE["properties"], "labels": {"type": "array", "items": {}}}},
        "a",
    )
    assert walk.faults == []

"""The bot's queries are valid in GitHub's real GraphQL schema, and the simulator's schema agrees with it."""

import functools
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    build_schema,
    is_introspection_type,
    is_required_argument,
    is_specified_scalar_type,
    parse,
    validate,
)

from bot.github.file_texts import BATCH, texts_query
from bot.github.thread_resolution import MINIMISE, RESOLVE, UNRESOLVE
from bot.github.threads import QUERY
from github_simulator.graph import SDL
from tests.npm.paths import material

QUERIES = {
    "threads": QUERY,
    "resolve": RESOLVE,
    "unresolve": UNRESOLVE,
    "minimise": MINIMISE,
    "one text": texts_query(1),
    "texts": texts_query(BATCH),
}


@functools.cache
def github() -> GraphQLSchema:
    """GitHub's schema, not validated itself, which would take seconds."""
    return build_schema(material("graphql-schema", "schema.graphql").read_text(), assume_valid=True)


@functools.cache
def simulated() -> GraphQLSchema:
    return build_schema(SDL)


def own_types() -> list[str]:
    kinds = simulated().type_map.values()
    return sorted(
        kind.name for kind in kinds if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
    )


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_what_the_bot_asks_is_valid_at_github_and_at_the_simulator(query: str) -> None:
    for schema in (github(), simulated()):
        assert not validate(schema, parse(query))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_what_the_bot_asks_is_not_about_to_go_away(query: str) -> None:
    assert not validate(github(), parse(query), [NoDeprecatedCustomRule])


@pytest.mark.parametrize("name", own_types())
def test_what_the_simulator_has_github_has_too(name: str) -> None:
    ours, theirs = simulated().type_map[name], github().type_map[name]
    assert type(ours) is type(theirs)
    if isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        assert set(ours.values) == set(theirs.values)
    if isinstance(ours, GraphQLObjectType) and isinstance(theirs, GraphQLObjectType):
        assert {one.name for one in ours.interfaces} <= {one.name for one in theirs.interfaces}
    if isinstance(ours, GraphQLInputObjectType):
        check_inputs(ours, theirs)
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        check_fields(ours.fields, theirs)


def check_inputs(ours: GraphQLInputObjectType, theirs: GraphQLNamedType) -> None:
    """The inputs must be complete: an omitted one might be required."""
    assert isinstance(theirs, GraphQLInputObjectType)
    assert {name: str(field.type) for name, field in ours.fields.items()} == {
        name: str(field.type) for name, field in theirs.fields.items()
    }


def check_fields(ours: Mapping[str, GraphQLField], theirs: GraphQLNamedType) -> None:
    assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
    for name, field in ours.items():
        known = theirs.fields[name]
        assert str(field.type) == str(known.type), name
        check_arguments(field.args, known.args)


def check_arguments(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Our arguments exist in GitHub's schema, and include its required ones."""
    assert {name: str(one.type) for name, one in ours.items()} == {
        name: str(theirs[name].type) for name in ours
    }
    assert {name for name, one in theirs.items() if is_required_argument(one)} <= set(ours)

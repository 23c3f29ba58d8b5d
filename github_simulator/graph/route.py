"""The one route of the GraphQL API."""

import functools
from typing import Any

from aiohttp import web
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from github_simulator.api.access import BY_SOMEBODY
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.refusals import Refusal
from github_simulator.api.routes import Route
from github_simulator.graph.failures import spelled
from github_simulator.graph.mutations import Mutations
from github_simulator.graph.queries import Queries
from github_simulator.graph.schema import SDL

GRAPHQL_PATHS = ("/graphql", "/api/graphql")  # the other is GitHub Enterprise Server's


@functools.cache
def schema() -> GraphQLSchema:
    return build_schema(SDL)


async def answer_query(asked: ApiRequest) -> web.Response:
    query, variables = asked.body.get("query"), asked.body.get("variables")
    if not isinstance(query, str):
        raise Refusal(400, "A query attribute must be specified and must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Refusal(400, "Variables must be an object.")
    result = _execute(asked, query, variables or {})
    told: dict[str, Any] = {} if result.data is None and result.errors else {"data": result.data}
    if result.errors:
        told["errors"] = [spelled(error) for error in result.errors]
    return answer(told, headers={"X-RateLimit-Resource": "graphql"})


@functools.lru_cache(maxsize=500)
def _parsed(query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The query, or what is wrong with it. Clients send the same ones over and over."""
    try:
        document = parse(query)
    except (GraphQLError, RecursionError) as error:
        failed = error if isinstance(error, GraphQLError) else GraphQLError("The query is too deep")
        return None, [failed]
    return document, validate(schema(), document)


def _execute(asked: ApiRequest, query: str, variables: dict[str, Any]) -> ExecutionResult:
    document, errors = _parsed(query)
    if document is None or errors:
        return ExecutionResult(errors=errors)
    operation = get_operation_ast(document, asked.body.get("operationName"))
    changes = operation is not None and operation.operation is OperationType.MUTATION
    root = Mutations(asked) if changes else Queries(asked)
    return execute_sync(
        schema(),
        document,
        root_value=root,
        variable_values=variables,
        operation_name=asked.body.get("operationName"),
    )


GRAPHQL = Route("POST", "/graphql", BY_SOMEBODY, answer_query)

"""The route of the GraphQL API."""

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

from github_simulator.api.access import AUTHENTICATED
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.refusals import Refusal
from github_simulator.api.routes import Route
from github_simulator.graph.failures import format_error
from github_simulator.graph.mutations import Mutations
from github_simulator.graph.queries import Queries
from github_simulator.graph.schema import SDL

GRAPHQL_PATHS = ("/graphql", "/api/graphql")  # the second is GitHub Enterprise Server's


@functools.cache
def schema() -> GraphQLSchema:
    return build_schema(SDL)


async def answer_query(request: ApiRequest) -> web.Response:
    query, variables = request.body.get("query"), request.body.get("variables")
    if not isinstance(query, str):
        raise Refusal(400, "A query attribute must be specified and must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Refusal(400, "Variables must be an object.")
    result = _execute(request, query, variables or {})
    body: dict[str, Any] = {} if result.data is None and result.errors else {"data": result.data}
    if result.errors:
        body["errors"] = [format_error(error) for error in result.errors]
    return answer(body, headers={"X-RateLimit-Resource": "graphql"})


@functools.lru_cache(maxsize=500)
def _parsed(query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The parsed query, or its errors; cached, since clients repeat their queries."""
    try:
        document = parse(query)
    except (GraphQLError, RecursionError) as error:
        failure = error if isinstance(error, GraphQLError) else GraphQLError("The query is too deep")
        return None, [failure]
    return document, validate(schema(), document)


def _execute(request: ApiRequest, query: str, variables: dict[str, Any]) -> ExecutionResult:
    document, errors = _parsed(query)
    if document is None or errors:
        return ExecutionResult(errors=errors)
    operation = get_operation_ast(document, request.body.get("operationName"))
    is_mutation = operation is not None and operation.operation is OperationType.MUTATION
    root = Mutations(request) if is_mutation else Queries(request)
    return execute_sync(
        schema(),
        document,
        root_value=root,
        variable_values=variables,
        operation_name=request.body.get("operationName"),
    )


GRAPHQL = Route("POST", "/graphql", AUTHENTICATED, answer_query)
